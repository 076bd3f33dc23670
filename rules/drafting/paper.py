"""The notice taken apart: head, sentences with their clauses, annexes with what they print, the day it is dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from rules.drafting.layout import ANNEX, ENUMERATOR, TITLE_END, Block, Rows
from rules.drafting.text import bare, number, split_outside

_STYLES = ("part", "top", "second", "third", "fourth", "ring")
_DATED = re.compile(r"\s*(\d{4})年(\d{1,2})月(\d{1,2})日\s*(印发)?\s*")
_REFERENCE = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,14}[〔\[（(]\d{4}[〕\])）]\s*第?\d+号|[\u4e00-\u9fff]{1,10}\d{4}年第\d+号")
_LIST = re.compile(r"附\s*件\s*\d{0,2}\s*[:：]")
_CLOSING = re.compile(r"(联\s*系\s*(人|电话|方式|科室|单位|地址)|(电子)?邮箱|邮\s*编)")
#: A heading is a numbered line up to this long.
_HEADING = 26


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its clause (三（一）2) and the headings above it, outermost first."""

    text: str
    clause: str
    heads: tuple[str, ...] = ()
    heading: bool = False

    @property
    def head(self) -> str:
        """The nearest heading, "" for none."""
        return self.heads[-1] if self.heads else ""

    @property
    def context(self) -> str:
        """The sentence with its headings, for deciding what it is about."""
        return " ".join((*self.heads, self.text))


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex: 附件1, its title, its blocks in order."""

    label: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> tuple[Rows, ...]:
        return tuple(block for block in self.blocks if not isinstance(block, str))


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole notice. `tables` stand in its body, each with its clause. `signed`: the bodies below it; `addressees`: the line that ends in a colon below the title."""

    title: str = ""
    reference: str = ""
    letterhead: str = ""
    addressees: str = ""
    sentences: tuple[Sentence, ...] = ()
    annexes: tuple[Annex, ...] = ()
    tables: tuple[tuple[str, Rows], ...] = ()
    signed: tuple[str, ...] = ()
    issued: date | None = None

    @property
    def year(self) -> int | None:
        """The year that dates without one are taken to lie in: of the date, else of the title, else the first one."""
        if self.issued:
            return self.issued.year
        told = re.search(r"(20\d\d)年?", self.title) or re.search(r"(20\d\d)年", " ".join(s.text for s in self.sentences))
        return int(told[1]) if told else None


def read_paper(blocks: Sequence[Block], annexes: Sequence[Sequence[Block]] = ()) -> Paper:
    """The notice in these blocks; further files are annexes of their own."""
    main, rest = _parted(blocks)
    title, reference, letterhead, addressees, body = _head(main)
    body, signed, issued = _foot(body)
    found = list(_annexes(rest))
    for number_, extra in enumerate(annexes, len(found) + 1):
        found += list(_annexes(extra)) or [Annex(f"附件{number_}", _title_of(extra), tuple(extra))]
    read = list(_sentences(body))
    sentences = tuple(each for each in read if isinstance(each, Sentence))
    tables = tuple(each for each in read if not isinstance(each, Sentence))
    return Paper(title, reference, letterhead, addressees, sentences, tuple(found), tables, signed, issued)


def _parted(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """The notice itself, and everything from the first annex on; a label at the very top names the notice itself."""
    for index, block in enumerate(blocks):
        if index > 2 and _annex_start(block):
            return list(blocks[:index]), list(blocks[index:])
    start = 1 if blocks and _annex_start(blocks[0]) else 0
    return list(blocks[start:]), []


def _annex_start(block: Block) -> bool:
    if not isinstance(block, str):
        block = " ".join(cell for cell in block[0] if cell) if block else ""
    hit = ANNEX.fullmatch(block)
    return hit is not None and not hit["title"].strip()


def _annexes(blocks: Sequence[Block]) -> Iterator[Annex]:
    starts = [index for index, block in enumerate(blocks) if _annex_start(block)]
    for start, end in zip(starts, [*starts[1:], len(blocks)], strict=False):
        first = blocks[start]
        label = bare(first if isinstance(first, str) else "".join(first[0])).rstrip(":：.、")
        held: list[Block] = [] if isinstance(first, str) else [first[1:]] if len(first) > 1 else []
        held += blocks[start + 1 : end]
        title, skipped = _annex_title(held)
        yield Annex(label, title, tuple(held[skipped:]))


def _annex_title(blocks: Sequence[Block]) -> tuple[str, int]:
    """The title at the top of an annex and how many blocks it takes."""
    lines: list[str] = []
    for block in blocks[:3]:
        if not isinstance(block, str) or len(bare(block)) > 45 or ENUMERATOR.match(block):
            break
        lines.append(bare(block))
        if re.search(r"(表|书|回执|单|方案|须知|名单|示例）|模板|样式)$", lines[-1]):
            return "".join(lines), len(lines)
    return (lines[0], 1) if lines else ("", 0)


def _title_of(blocks: Sequence[Block]) -> str:
    return _annex_title(blocks)[0]


def _head(blocks: Sequence[Block]) -> tuple[str, str, str, str, list[Block]]:
    """Title, document number, letterhead, addressees, and what follows them."""
    title, reference, letterhead, taken = "", "", "", 0
    pending: list[str] = []
    for index, block in enumerate(blocks[:12]):
        if not isinstance(block, str) or ENUMERATOR.match(block):
            break
        if hit := _REFERENCE.fullmatch(bare(block)):
            reference, pending, taken = hit[0], [], index + 1
            continue
        if bare(block).endswith("文件") and len(block) < 40:
            letterhead, pending, taken = bare(block).removesuffix("文件"), [], index + 1
            continue
        if len(block) > 90 or block.endswith(("。", "：", ":")):
            break
        pending.append(block)
        if TITLE_END.search(bare(block)):
            title, taken = _joined(pending), index + 1
            break
    if not title and pending and any(re.search("活动|大赛|竞赛|评选|方案", line) for line in pending):
        title, taken = _joined(pending), len(pending)
    rest = list(blocks[taken:])
    if rest and isinstance(rest[0], str) and rest[0].endswith(("：", ":")) and not ENUMERATOR.match(rest[0]):
        return title, reference, letterhead, rest[0].rstrip("：:"), rest[1:]
    return title, reference, letterhead, "", rest


def _joined(lines: Sequence[str]) -> str:
    """The lines of a title, with the blanks gone that only set its letters apart."""
    spaced = [bare(line) if re.fullmatch(r"(\S\s+)+\S", line) else line.strip() for line in lines]
    return re.sub(r"(?<=的)\s+(?=通)|(?<=通)\s+(?=知$)", "", "".join(spaced))


def _foot(blocks: list[Block]) -> tuple[list[Block], tuple[str, ...], date | None]:
    """The body without the signature, those who signed, the date below them."""
    for index in range(len(blocks) - 1, max(-1, len(blocks) - 12), -1):
        block = blocks[index]
        hit = re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*$", block) if isinstance(block, str) and len(block) < 40 else None
        if isinstance(block, str) and (hit := _DATED.fullmatch(block) or hit):
            first = index
            while first > 0 and _is_signature(blocks[first - 1]):
                first -= 1
            signed = [bare(str(each)) for each in blocks[first:index]]
            if block[: hit.start()].strip():
                signed.append(bare(block[: hit.start()]))
            return blocks[:first] + blocks[index + 1 :], tuple(signed), _day(hit)
    return blocks, (), None


def _is_signature(block: Block) -> bool:
    return isinstance(block, str) and 4 <= len(bare(block)) <= 60 and not re.search("[。：:；，]|^附|表$", block.strip())


def _day(hit: re.Match[str]) -> date | None:
    try:
        return date(int(hit[1]), int(hit[2]), int(hit[3]))
    except ValueError:
        return None


@dataclass(slots=True)
class _Outline:
    """Where in the numbering a paragraph stands."""

    counts: list[int] = field(default_factory=lambda: [0] * len(_STYLES))
    titles: list[str] = field(default_factory=lambda: [""] * len(_STYLES))

    def enter(self, style: str, value: int, title: str) -> None:
        level = self._level(_STYLES.index(style), value)
        self.counts[level], self.titles[level] = value, title
        for deeper in range(level + 1, len(_STYLES)):
            self.counts[deeper], self.titles[deeper] = 0, ""

    def _level(self, level: int, value: int) -> int:
        """The level of a style, or a higher one where the number goes on there and not here (三、 … 4、)."""
        if self.counts[level] + 1 == value and not (level == 4 and not self.counts[3]):
            return level
        higher = {3: 1, 4: 2}.get(level)
        if higher is not None and self.counts[higher] + 1 == value and (value > 1 or higher == 2):
            return higher
        return level

    def clause(self) -> str:
        part, top, second, third, fourth, ring = self.counts
        told = _chinese(top) if top else f"第{_chinese(part)}部分" if part else ""
        told += f"（{_chinese(second)}）" if second else ""
        told += str(third) if third else ""
        told += f"（{fourth}）" if fourth else ""
        return told + ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"[ring - 1] if ring else "")

    def heads(self) -> tuple[str, ...]:
        return tuple(title for title in self.titles if title)


def _chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def _sentences(body: Sequence[Block]) -> Iterator[Sentence | tuple[str, Rows]]:
    """The sentences in order, and the tables among them with the clause they stand under."""
    outline = _Outline()
    label = ""
    listing = False
    for paragraph in body:
        if not isinstance(paragraph, str):
            yield outline.clause() or "正文表格", paragraph
            continue
        text = paragraph.strip().removeprefix("- ")
        listing = bool(_LIST.match(text)) or (listing and bool(re.match(r"\d{1,2}\s*[.、]", text)))
        if listing:
            continue
        if _CLOSING.match(text):
            outline = _Outline()
        hit = ENUMERATOR.match(text)
        if hit:
            label = ""
            style = next(name for name in _STYLES if hit[name])
            value = ord(hit[style]) - ord("①") + 1 if style == "ring" else int(number(hit[style]))
            text = text[hit.end() :].strip()
            title, text = _heading(text)
            outline.enter(style, value, title)
            if title:
                yield Sentence(title, outline.clause(), outline.heads(), heading=True)
        elif re.fullmatch(r"[^，。；]{2,12}[：:]", text):
            label = text.rstrip("：:")
            continue
        heads = (*outline.heads(), label) if label else outline.heads()
        for part in _split(text):
            yield Sentence(part, outline.clause() or ("文末" if _CLOSING.match(text) else "正文"), heads)


def _heading(text: str) -> tuple[str, str]:
    """The heading at the beginning of a numbered paragraph, and what follows it on the same line."""
    first = split_outside(re.sub(r"(?<!\d):", "：", text), "。：")
    if not first:
        return "", text
    if len(first) == 1 and len(text) <= _HEADING + 14 and not text.endswith(("。", "；")) and "，" not in text:
        return first[0], ""
    if len(first[0]) <= _HEADING and not re.search("[，；]", first[0]) and len(first) > 1:
        return first[0], text[text.index(first[0]) + len(first[0]) :].lstrip("。：: ")
    return "", text


def _split(text: str) -> list[str]:
    return [part for whole in split_outside(text, "。！？\n") for part in [whole.strip("；;")] if part]
