"""Lines as a file has them to paragraphs as people read them: page numbers go, hard line breaks are healed.

A block is a paragraph (text) or a table (rows of cell texts). Text files have no tables; lines parted by tabs become
rows, and consecutive ones a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rules.drafting.text import fold

Rows = tuple[tuple[str, ...], ...]
Block = str | Rows

_PAGE = re.compile(r"\s*[-—–－]{1,2}\s*\d{1,3}\s*[-—–－]{1,2}\s*|\s*第\s*\d+\s*页(\s*共\s*\d+\s*页)?\s*|\s*\d{1,2}\s*")
ENUMERATOR = re.compile(
    r"\s*(?:-\s+)?(?:(?P<top>[一二三四五六七八九十]{1,3})\s*、|[（(](?P<second>[一二三四五六七八九十]{1,3})[)）]"
    r"|(?P<third>\d{1,2})\s*(?:[、．.](?!\d)|[）)](?=\D))|[（(](?P<fourth>\d{1,2})[)）]|"
    r"第(?P<part>[一二三四五六七八九十]{1,2})(?:部分|章)|第(?P<article>[一二三四五六七八九十]{1,3})条|(?P<ring>[①-⑳]))"
)
ANNEX = re.compile(r"\s*附\s*[件表]\s*(?P<number>\d{1,2}|[一二三四五六七八九])?\s*[:：.．、]?\s*(?P<title>.*)")
TITLE_END = re.compile(r"(通知|函|公告|启事|通告|方案|办法|倡议书|邀请函)(（[^）]*）)?$")
_DONE = tuple("。；：！？.;:!?”）)")
_STARTS = re.compile(r"\s*(附\s*[件表]|联\s*系|\d{4}年\d+月\d+日\s*$|抄送|主办单位|承办单位|- )")
#: Lines at most this long can be hard-wrapped ones, in Chinese characters.
_WIDEST = 48


#: What is longer than any notice is not read: characters of a line or a cell, lines and cells in all.
MAX_LINE, MAX_LINES = 3000, 2500


def bounded(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], bool]:
    """The blocks as far as a notice can go, and whether something was cut off."""
    kept: list[Block] = []
    left, cut = MAX_LINES, False
    for block in blocks:
        cells = 1 if isinstance(block, str) else sum(map(len, block))
        left -= cells
        if left < 0:
            return tuple(kept), True
        cut |= any(len(cell) > MAX_LINE for row in ([[block]] if isinstance(block, str) else block) for cell in row)
        kept.append(block[:MAX_LINE] if isinstance(block, str) else _cut_rows(block))
    return tuple(kept), cut


def _cut_rows(rows: Rows) -> Rows:
    return tuple(tuple(cell[:MAX_LINE] for cell in row) for row in rows)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs and tables of a text file."""
    raw = text.replace("\r\n", "\n").replace("\f", "\n").split("\n")[: 2 * MAX_LINES]
    lines = [fold(line[: MAX_LINE + 1].rstrip(" \r\u3000")) for line in raw]
    return tuple(_tabled(_healed([line for line in lines if not _PAGE.fullmatch(line)])))


def _width(line: str) -> float:
    return sum(0.5 if char < "\u0100" else 1 for char in line)


def _wrapped_at(lines: Sequence[str]) -> float:
    """The width at which the text is broken, 0 for a text whose lines are paragraphs."""
    widths = sorted(_width(line) for line in lines if "\t" not in line and _width(line) > 14)
    if len(widths) < 8:
        return 0
    edge = widths[int(len(widths) * 0.9)]
    near = [width for width in widths if abs(width - edge) <= 3]
    return edge if edge <= _WIDEST and len(near) >= max(6, len(widths) // 3) else 0


def _healed(lines: Sequence[str]) -> list[str]:
    edge = _wrapped_at(lines)
    indenting = sum(line.startswith(("  ", "\u3000\u3000")) for line in lines) >= len(lines) // 8
    out: list[str] = []
    blank, last = True, ""
    for line in lines:
        if not line.strip():
            blank = True
            if "\t" in line and out:
                out.append(line)
            continue
        if out and _continues(out[-1], last, line, edge, blank=blank, indenting=indenting):
            out[-1] += line.strip() if line.strip()[0] >= "\u0100" or out[-1][-1] >= "\u0100" else " " + line.strip()
        else:
            out.append(line)
        blank, last = False, line
    return [line if "\t" in line else line.strip() for line in out]


def _continues(before: str, last: str, line: str, edge: float, *, blank: bool, indenting: bool) -> bool:
    """Whether a line goes on with the paragraph `before`, of which `last` is the last line."""
    if "\t" in before or "\t" in line or ENUMERATOR.match(line) or _STARTS.match(line) or not before.strip():
        return False
    if len(before) > MAX_LINE:
        return False
    if TITLE_END.search("".join(before.split())) and "，" not in before:
        return False
    if before[-1] in "，、" and not (blank and _width(before) < 8):
        return True
    if before[-1] in "：:" or _width(before) < 12:
        return False
    if edge and not blank:
        full = _width(last) >= edge - 6 or _is_open(before)
        return full and not line.startswith("  ") and (indenting or before[-1] not in "。；！？")
    if before[-1] in "。；！？":
        return False
    return _is_open(before) or (
        _width(before) >= 22 and not before.endswith(_DONE) and bool(re.search("[，。；]", line))
    )


def _is_open(text: str) -> bool:
    """Whether a bracket or a quotation mark waits for its other half."""
    return any(text.count(left) > text.count(right) for left, right in ("（）", "“”", "《》"))


def _tabled(lines: Iterable[str]) -> Iterable[Block]:
    rows: list[tuple[str, ...]] = []
    for line in lines:
        if "\t" in line:
            rows.append(tuple(cell.strip() for cell in line.split("\t")))
            continue
        if rows:
            yield tuple(rows)
            rows = []
        yield line
    if rows:
        yield tuple(rows)
