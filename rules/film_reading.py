"""What was read in a film's pictures, as hints: subtitles and their script, makers and sources named at the end.

A machine overlooks and misreads, so every finding is a note: it stands beside what the liaison confirms and the
screener looks at, and weighs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import hanzidentifier
from rapidfuzz import fuzz

from rules.findings import Finding
from rules.spans import spoken_length
from rules.tracks import Check

#: Keys of the checks (`track.check`) that reading can help with.
SUBTITLES, TITLES, SOURCES = "subtitles", "titles", "sources"
#: Where the middle of a subtitle lies, in parts of the picture's width; signs and name bars lie anywhere.
_MIDDLE = (0.25, 0.75)
#: How much alike in percent two lines are that a reader tells apart by a slip only.
_ALIKE = 80
#: Lines that stand in this many pictures, and in this part of all, are a watermark or a banner and no subtitle.
_STANDING, _STANDING_SHARE = 3, Fraction(1, 2)
#: With subtitles in no more of the pictures than this, somebody should look whether they go all the way.
_FEW = Fraction(1, 4)
#: The part of the telling characters that may be of the other script: a slip of the reader, a name, a sign.
_STRAY = Fraction(1, 10)
#: Lines, and characters of each, that are quoted.
_QUOTED, _LONGEST = 3, 40

_HAN = re.compile(r"[\u3400-\u9fff]")
_SIMPLER = str.maketrans("導編劇攝製監輯員單聯後燈錄創劃稿術團隊", "导编剧摄制监辑员单联后灯录创划稿术团队")


def _spaced(words: str) -> str:
    """Words as alternatives that may be spaced out, as titles are: 导 演."""
    return "|".join(r"\s*".join(word) for word in words.split())


#: Before a name, with or without a colon, these are makers; the others only alone or before a colon or a gap.
_PLAIN = _spaced("导演 编导 编剧 摄像 摄影 制片 监制 剪辑 配音 撰稿 主演 录音 灯光 出品")
_COMMON = _spaced("主创 策划 文案 美术 演员 旁白 解说 拍摄 后期 统筹 制作 作曲 特效 航拍 字幕 摄制")
_BEFORE = rf"^\s*(?:(?:{_spaced('总 副 执行 联合 艺术 技术 影视 现场')})\s*)?"
_AFTER = rf"(?:\s*(?:{_spaced('人员 人 师 组 单位 团队 指导 制作 名单 助理')})){{0,2}}"
_MAKERS = (
    re.compile(rf"{_BEFORE}({_PLAIN}|{_COMMON}){_AFTER}\s*(?:$|[:：/|·—\-\s])"),
    re.compile(rf"{_BEFORE}({_PLAIN}){_AFTER}[\u3400-\u9fff、]{{2,12}}$"),
    re.compile(r"^.{3,30}?(出品|摄制)\s*$"),
)
_THING = "(?:音乐|配乐|歌曲|BGM|插曲|主题曲|片尾曲|素材|图片|照片|画面|视频|片段|资料|影像|字体)"
_SOURCE = re.compile(
    rf"{_THING}(?:来源|出处|版权|提供|素材|来自|选自|取自|引自|[:：《])|(?:来源|出处|引自|选自)[:：]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Text:
    """One line that was read, and its left and right end in parts of the picture's width."""

    words: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in the picture at this second of the film."""

    at: Fraction
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`lower`: the lower part of pictures all over the film, where subtitles are. `ending`: whole pictures of the last
    `tail` seconds.
    """

    lower: tuple[Seen, ...]
    ending: tuple[Seen, ...]
    tail: Fraction


def helped(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Those of a track's checks that reading can help with."""
    return tuple(each for each in checks if each.key in (SUBTITLES, TITLES, SOURCES))


def notes(reading: Reading, checks: Iterable[Check]) -> Iterator[Finding]:
    """A note for each check that reading can help with; none on pictures that could not be had."""
    for check in checks:
        if check.key == SUBTITLES and reading.lower:
            yield _subtitles(reading.lower, check)
        if check.key == TITLES and reading.ending:
            yield _makers(reading, check)
        if check.key == SOURCES and reading.ending:
            yield _sources(reading, check)


def subtitles(lower: Sequence[Seen]) -> tuple[tuple[str, ...], ...]:
    """The subtitles of each picture: Chinese, in the middle, and not the same all the time."""
    lines = [[each.words for each in seen.texts if _may_be_subtitle(each)] for seen in lower]
    return tuple(tuple(words for words in here if not _stands(words, lines)) for here in lines)


def _may_be_subtitle(text: Text) -> bool:
    middle = (text.left + text.right) / 2
    return _MIDDLE[0] <= middle <= _MIDDLE[1] and len(_HAN.findall(text.words)) >= 2


def _stands(words: str, lines: Sequence[Sequence[str]]) -> bool:
    count = sum(any(fuzz.ratio(words, other) >= _ALIKE for other in here) for here in lines)
    return count >= _STANDING and count >= _STANDING_SHARE * len(lines)


def script(texts: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """ "simplified", "traditional", "mixed" or "unknown", and the characters that are Traditional only, each once.

    Most characters are the same in both scripts and tell nothing.
    """
    characters = "".join(texts)
    kinds = [(each, hanzidentifier.identify(each)) for each in characters]
    simplified = [each for each, kind in kinds if kind == hanzidentifier.SIMPLIFIED]
    traditional = [each for each, kind in kinds if kind == hanzidentifier.TRADITIONAL]
    total, found = len(simplified) + len(traditional), tuple(dict.fromkeys(traditional))
    if not total:
        return "unknown", ()
    if len(traditional) <= _STRAY * total:
        return "simplified", found
    return ("traditional" if len(simplified) <= _STRAY * total else "mixed"), found


def _subtitles(lower: Sequence[Seen], check: Check) -> Finding:
    found = subtitles(lower)
    with_some = [here for here in found if here]
    facts: dict[str, Any] = {"pictures": len(lower), "asked": check.text.rstrip("。"), "clause": check.clause}
    if not with_some:
        return Finding("note", "film_reading.no_subtitles", facts)
    told, characters = script(words for here in with_some for words in here)
    facts |= {
        "found": len(with_some),
        "few": len(with_some) <= _FEW * len(lower),
        "script": told,
        "characters": list(characters[:_QUOTED]),
        "example": _cut(max((here[0] for here in with_some), key=len)),
    }
    return Finding("note", "film_reading.subtitles", facts)


def makers(ending: Iterable[Seen]) -> tuple[str, ...]:
    """The words for makers that stand at the beginning of a line, or at its end as 出品 does; each once, in order."""
    lines = (each.words.translate(_SIMPLER) for seen in ending for each in seen.texts)
    found = (_maker(words) for words in lines)
    return tuple(dict.fromkeys(word for word in found if word))


def _maker(words: str) -> str:
    match = next((match for pattern in _MAKERS if (match := pattern.match(words))), None)
    return re.sub(r"\s", "", match[1]) if match else ""


def _makers(reading: Reading, check: Check) -> Finding:
    found, facts = makers(reading.ending), _looked_at(reading, check)
    if not found:
        return Finding("note", "film_reading.no_makers", facts)
    return Finding("note", "film_reading.makers", facts | {"makers": list(found)})


def sources(ending: Iterable[Seen]) -> tuple[str, ...]:
    """The lines that say where music or pictures come from, each once."""
    lines = (each.words for seen in ending for each in seen.texts if _SOURCE.search(re.sub(r"\s", "", each.words)))
    kept: list[str] = []
    for words in lines:
        if all(fuzz.ratio(words, other) < _ALIKE for other in kept):
            kept.append(words)
    return tuple(kept)


def _sources(reading: Reading, check: Check) -> Finding:
    found, facts = sources(reading.ending), _looked_at(reading, check)
    if not found:
        return Finding("note", "film_reading.no_sources", facts)
    return Finding("note", "film_reading.sources", facts | {"sources": [_cut(each) for each in found[:_QUOTED]]})


def _looked_at(reading: Reading, check: Check) -> dict[str, Any]:
    return {"pictures": len(reading.ending), "tail": spoken_length(reading.tail), "clause": check.clause}


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def plain_reading(reading: Reading) -> dict[str, Any]:
    """What was read as JSON holds it: the second of each picture, and its lines."""
    return {
        "tail": float(reading.tail),
        **{
            name: [{"at": round(float(each.at), 2), "texts": [text.words for text in each.texts]} for each in seen]
            for name, seen in (("lower", reading.lower), ("ending", reading.ending))
        },
    }
