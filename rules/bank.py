"""A question bank: what somebody wrote, judged question by question, so that all of it is told at once.

A bank is read as `Draft`s (`rules/bank_sheet.py`, `rules/bank_text.py`); `read_bank` makes questions of the good ones
and names the others with their place. A fault keeps its question out, a warning does not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rules.bank_key import LETTERS, read_key
from rules.bank_twins import Twins
from rules.cleaning import echo, folded, one_line

FEWEST_OPTIONS, MOST_OPTIONS = 2, len(LETTERS)
#: Characters. A question with its options, and the line of progress above it, is one part of a WeChat message.
LONGEST_TEXT, LONGEST_OPTION, LONGEST_QUESTION = 200, 60, 520
#: Characters. Explanations of a whole attempt are told together.
LONGEST_EXPLANATION, LONGEST_SOURCE, LONGEST_TAG = 300, 100, 20
#: Columns, two for a 汉字: what a button of Telegram shows in one line beside its letter.
BUTTON = 32
#: Questions in one bank; each is laid beside every other.
MOST_QUESTIONS = 3000

#: "以上都对", "A和C都对", "前两项": true only while the options stay where they are.
_TRUE = "(?:不?(?:是|对|正确|可以?|选|行)|错误?)"
_ITEMS = "(?:项|者|种|个|说法|选项|情形|答案|内容|情况)"
_BY_PLACE = re.compile(
    rf"(?:以上|上述)(?:各|几|[二两三四五])?{_ITEMS}*(?:[都均皆全]*{_TRUE})?"
    rf"|前面?[两二三四五几]{_ITEMS}+(?:[都均皆全]*{_TRUE})?"
    rf"|全选|[都均皆全]部?都?{_TRUE}"
    r"|[A-F](?:\s*[、,和与及]\s*[A-F])+(?:项|都|均|皆|正确|对|是)*"
)
#: Blanks and punctuation, but not the points of 3.5.
_POINTS = re.compile(r"[\s,。、;:?!\"'“”‘’()\[\]{}【】〔〕《》〈〉「」…_]|\.(?!\d)|(?<!\d)\.")
_APART = re.compile(r"[\s,、，;；和及]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """One question as somebody wrote it. `row` counts in its file from 1; `place` says it to people: "第 5 行"."""

    row: int
    place: str
    text: str
    options: tuple[str, ...]
    key: str
    explanation: str = ""
    source: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that may be asked. `key` is the place of the right option, from 0."""

    text: str
    options: tuple[str, ...]
    key: int
    source: str
    explanation: str = ""
    tag: str = ""

    @property
    def code(self) -> str:
        """Twelve characters by which answers are kept: the same as long as text and options mean the same.

        The order of questions and options, the key, the explanation, blanks and punctuation may be mended without
        another code.
        """
        meant = "\n".join((bare(self.text), *sorted(map(bare, self.options))))
        return hashlib.sha256(meant.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class BankFault:
    """What is wrong at one place, all in one sentence or several; with a row of 0 it is the whole file."""

    row: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Bank:
    """The questions that may be asked, in the order of the file; the faults that kept others out; the warnings."""

    questions: tuple[Question, ...] = ()
    faults: tuple[BankFault, ...] = ()
    warnings: tuple[BankFault, ...] = ()


@dataclass(slots=True)
class _Judged:
    """What is said of one draft."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_bank(drafts: Sequence[Draft], *, shuffle: bool = True, faults: Sequence[BankFault] = ()) -> Bank:
    """Judge every draft. `shuffle`: options change their places; `faults`: what the reader of the file found."""
    questions: list[Question] = []
    wrong, warned = list(faults), []
    twins = Twins()
    if len(drafts) > MOST_QUESTIONS:
        told = f"有 {len(drafts)} 题，一个题库最多 {MOST_QUESTIONS} 题。请分成几个题库，或删去旧题。"
        return Bank(faults=(*wrong, BankFault(0, "", told)))
    for draft in drafts:
        draft = _tidied(draft)
        judged = _Judged()
        key = _judge(draft, judged, shuffle=shuffle)
        if draft.text and (same := twins.take(draft.place, bare(draft.text), [bare(each) for each in draft.options])):
            (judged.faults if same.exact else judged.warnings).append(same.told)
        if judged.faults:
            wrong.append(BankFault(draft.row, draft.place, "".join(judged.faults)))
        else:
            questions.append(Question(draft.text, draft.options, key, draft.source, draft.explanation, draft.tag))
        if judged.warnings:
            warned.append(BankFault(draft.row, draft.place, "".join(judged.warnings)))
    return Bank(tuple(questions), tuple(wrong), tuple(warned))


def bare(text: str) -> str:
    """A text as it is compared: half-width, small letters, without blanks and punctuation; signs of figures stay."""
    plain = folded(text).casefold()
    return _POINTS.sub("", plain) or plain.strip()


def columns(text: str) -> int:
    """How wide a text is shown: two columns for a 汉字 and everything as wide, one for the rest."""
    return sum(2 if ord(char) > 0x2E7F or char in "“”‘’…—" else 1 for char in text)


def _tidied(draft: Draft) -> Draft:
    options = [one_line(each) for each in draft.options]
    while options and not options[-1]:
        options.pop()
    return Draft(
        draft.row, draft.place, one_line(draft.text), tuple(options), one_line(draft.key),
        one_line(draft.explanation), one_line(draft.source), one_line(draft.tag),
    )  # fmt: skip


def _judge(draft: Draft, judged: _Judged, *, shuffle: bool) -> int:
    """Say all of one draft, and give the place of its right option, -1 where there is none."""
    if not draft.text:
        judged.faults.append("没有题目。请补上题干，或者删去这一题。")
    _judge_options(draft.options, judged)
    key, told = read_key(draft.key, draft.options, bare)
    if told:
        judged.faults.append(told)
    if not draft.source:
        judged.faults.append("没有来源。请写明出自哪部法规或文件，例如“《征信业管理条例》第十六条”。")
    if not draft.explanation:
        judged.warnings.append("没有解析，答错的人看不到为什么。建议补一句。")
    _judge_lengths(draft, judged)
    _judge_places(draft.options, judged, shuffle=shuffle)
    return key


def _judge_options(options: Sequence[str], judged: _Judged) -> None:
    blank = [LETTERS[place] for place, each in enumerate(options[:MOST_OPTIONS]) if not each]
    if blank:
        judged.faults.append(f"选项 {'、'.join(blank)} 空着，后面的却有字。请补上，或把后面的往前移。")
    if len(options) < FEWEST_OPTIONS:
        judged.faults.append(f"只有 {len(options)} 个选项，要有 {FEWEST_OPTIONS} 到 {MOST_OPTIONS} 个。请补上。")
    if len(options) > MOST_OPTIONS:
        judged.faults.append(f"有 {len(options)} 个选项，最多 {MOST_OPTIONS} 个。请删去几个。")
    seen: dict[str, str] = {}
    for letter, each in zip(LETTERS, options, strict=False):
        if each and (first := seen.setdefault(bare(each), letter)) != letter:
            judged.faults.append(f"选项 {first} 和 {letter} 相同（“{echo(each)}”）。请改掉一个。")


def _judge_lengths(draft: Draft, judged: _Judged) -> None:
    limits = (("题目", draft.text, LONGEST_TEXT), ("解析", draft.explanation, LONGEST_EXPLANATION),
              ("来源", draft.source, LONGEST_SOURCE), ("标签", draft.tag, LONGEST_TAG))  # fmt: skip
    judged.faults.extend(
        f"{name}有 {len(text)} 字，最多 {most} 字。请缩短。" for name, text, most in limits if len(text) > most
    )
    named = list(zip(LETTERS, draft.options, strict=False))
    long = [f"{letter}（{len(each)} 字）" for letter, each in named if len(each) > LONGEST_OPTION]
    if long:
        judged.faults.append(f"选项 {'、'.join(long)} 太长，手机上读不了，每个最多 {LONGEST_OPTION} 字。请缩短。")
    whole = len(draft.text) + sum(len(each) + 3 for each in draft.options)
    if not long and len(draft.text) <= LONGEST_TEXT and whole > LONGEST_QUESTION:
        told = f"题目和选项合计 {whole} 字，微信一条消息放不下（最多 {LONGEST_QUESTION} 字）。请缩短。"
        judged.faults.append(told)
    wide = [letter for letter, each in named if columns(each) > BUTTON and len(each) <= LONGEST_OPTION]
    if wide:
        told = f"选项 {'、'.join(wide)} 超过 {BUTTON // 2} 个汉字，Telegram 的按钮上显示不全，会另列在题目下面。"
        judged.warnings.append(told)


def _judge_places(options: Sequence[str], judged: _Judged, *, shuffle: bool) -> None:
    found = [
        place for place, each in enumerate(options[:MOST_OPTIONS]) if _BY_PLACE.fullmatch(folded(each).strip(" 。."))
    ]
    if found and (shuffle or found != [len(options) - 1]):
        names = "、".join(f"{LETTERS[place]}“{echo(options[place])}”" for place in found)
        why = "选项的次序会打乱，这样的说法就不通了" if shuffle else "它不在最后一项，读起来不通"
        judged.warnings.append(f"选项 {names}靠位置才成立，而{why}。请改成写明内容的选项。")
