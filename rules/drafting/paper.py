"""The notice taken apart: head, sentences with their clauses, annexes with what they print, the day it is dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rules.drafting.clauses import Sentence, sentences_of
from rules.drafting.layout import ANNEX, ENUMERATOR, TITLE_END, Block, Rows, bounded
from rules.drafting.text import bare

_DATED = re.compile(r"\s*(\d{4})年(\d{1,2})月(\d{1,2})日\s*(印发)?\s*")
_REFERENCE = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,14}[〔\[（(]\d{4}[〕\])）]\s*第?\d+号|[\u4e00-\u9fff]{1,10}\d{4}年第\d+号"
)


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
    """A whole notice. `tables` stand in its body, each with its clause.

    `signed`: the bodies below it; `addressees`: the line that ends in a colon below the title. `cut`: it
    is longer than a notice can be, and only its beginning was read.
    """

    title: str = ""
    reference: str = ""
    letterhead: str = ""
    addressees: str = ""
    sentences: tuple[Sentence, ...] = ()
    annexes: tuple[Annex, ...] = ()
    tables: tuple[tuple[str, Rows], ...] = ()
    signed: tuple[str, ...] = ()
    issued: date | None = None
    cut: bool = False
    #: The year that dates without one are taken to lie in.
    year: int | None = None


def read_paper(blocks: Sequence[Block], annexes: Sequence[Sequence[Block]] = ()) -> Paper:
    """The notice in these blocks; further files are annexes of their own."""
    blocks, cut = bounded(blocks)
    main, rest = _parted(blocks)
    title, reference, letterhead, addressees, body = _head(main)
    body, signed, issued = _foot(body)
    found = list(_annexes(rest))
    for number_, (extra, _) in enumerate(map(bounded, annexes), len(found) + 1):
        title_, skipped = _annex_title(extra)
        found += list(_annexes(extra)) or [Annex(f"附件{number_}", title_, extra[skipped:])]
    read = list(sentences_of(body))
    sentences = tuple(each for each in read if isinstance(each, Sentence))
    tables = tuple(each for each in read if not isinstance(each, Sentence))
    return Paper(
        title,
        reference,
        letterhead,
        addressees,
        sentences,
        tuple(found),
        tables,
        signed,
        issued,
        cut,
        _year(issued, title, sentences),
    )


def _year(issued: date | None, title: str, sentences: Sequence[Sentence]) -> int | None:
    """The year of the notice's date, else of its title, else the first one it prints."""
    if issued:
        return issued.year
    told = re.search(r"20\d\d", title) or re.search(r"20\d\d(?=年)", " ".join(each.text for each in sentences))
    return int(told[0]) if told else None


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
        if re.search("如下|^为|现将|决定", rest[0]):
            return title, reference, letterhead, "", rest
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
        hit = (
            re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日\s*$", block)
            if isinstance(block, str) and len(block) < 40
            else None
        )
        if isinstance(block, str) and (hit := _DATED.fullmatch(block) or hit):
            first = index
            while first > 0 and _is_signature(blocks[first - 1]):
                first -= 1
            signed = [name for each in blocks[first:index] for name in _names(each)]
            if block[: hit.start()].strip():
                signed.append(bare(block[: hit.start()]))
            return blocks[:first] + blocks[index + 1 :], tuple(signed), _day(hit)
    for index, block in enumerate(blocks):  # a cover letter, dated before what it sends
        if isinstance(block, str) and (hit := _DATED.fullmatch(block)):
            signed = [bare(str(each)) for each in blocks[max(0, index - 1) : index] if _is_signature(each)]
            return blocks[: index - len(signed)] + blocks[index + 1 :], tuple(signed), _day(hit)
    return blocks, (), None


def _names(block: Block) -> list[str]:
    """The bodies in a line of a signature, where two stand side by side."""
    return [bare(each) for each in re.split(r"\s{2,}", str(block)) if each]


def _is_signature(block: Block) -> bool:
    return (
        isinstance(block, str)
        and 4 <= len(bare(block)) <= 60
        and not re.search("[。：:；，]|^附|表$|^[0-9]", block.strip())
    )


def _day(hit: re.Match[str]) -> date | None:
    try:
        return date(int(hit[1]), int(hit[2]), int(hit[3]))
    except ValueError:
        return None
