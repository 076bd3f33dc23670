"""The body of a notice as sentences, each with its clause (三（一）2) and the headings above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rules.drafting.layout import ENUMERATOR, Block, Rows
from rules.drafting.text import number, split_outside

_STYLES = ("part", "top", "second", "third", "fourth", "ring")
_LIST = re.compile(r"附\s*件\s*\d{0,2}\s*[:：]")
_CLOSING = re.compile(r"(咨询(电话|热线|方式)|联\s*系\s*(人|电话|方式|科室|单位|地址)|(电子)?邮箱|邮\s*编)")
#: A line that is a heading without a number: 【征集时间】…, or one of the usual words alone.
_BARE_HEAD = re.compile(
    r"【(?P<a>[^】]{2,12})】(?P<rest>.*)|(?P<b>(?:活动|征集|参赛|参与|报名|作品|评选|评审|"
    r"大赛|赛事|报送|投稿|奖项|版权|注意|联系|咨询"
    r"|组织|时间|奖励|竞赛|答题)(?:时间|主题|要求|对象|内容|方式|方法|办法|设置|奖励|说明|"
    r"流程|安排|事项|规则|单位|机构|类别|范围|标准|形式|声明"
    r"|途径|电话))[：:]?"
)
#: No sentence of a notice is longer.
_LONGEST = 500
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


@dataclass(slots=True)
class _Outline:
    """Where in the numbering a paragraph stands."""

    counts: list[int] = field(default_factory=lambda: [0] * len(_STYLES))
    titles: list[str] = field(default_factory=lambda: [""] * len(_STYLES))
    #: A heading without a number that the numbered ones stand below.
    name: str = ""
    #: Whether the notice counts in articles (第一条).
    articles: bool = False

    def enter(self, style: str, value: int, title: str) -> None:
        level = self._level(_STYLES.index(style), value)
        if level < 2:
            self.name = ""
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
        if not any(self.counts):
            return self.name
        numbered = f"第{_chinese(top)}条" if self.articles else _chinese(top)
        told = numbered if top else f"第{_chinese(part)}部分" if part else ""
        told += f"（{_chinese(second)}）" if second else ""
        told += str(third) if third else ""
        told += f"（{fourth}）" if fourth else ""
        return told + ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"[ring - 1] if ring else "")

    def heads(self) -> tuple[str, ...]:
        return tuple(title for title in (self.name, *self.titles) if title)


def _chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def sentences_of(body: Sequence[Block]) -> Iterator[Sentence | tuple[str, Rows]]:
    """The sentences in order, and the tables among them with the clause they stand under."""
    outline = _Outline()
    label = ""
    listing = False
    for paragraph in body:
        if not isinstance(paragraph, str):
            yield outline.clause() or "正文表格", paragraph
            continue
        text = paragraph.strip().lstrip("-★☆●■▲◆•·◎※>* ")
        listing = bool(_LIST.match(text)) or (listing and bool(re.match(r"\d{1,2}\s*[.、]", text)))
        if listing:
            continue
        if _CLOSING.match(text):
            outline = _Outline()
        hit = ENUMERATOR.match(text)
        bare_head = _BARE_HEAD.fullmatch(text)
        if bare_head and (bare_head["a"] or not any(outline.counts[:3])):
            title = bare_head["a"] or bare_head["b"]
            outline, label = _Outline(name=title), ""
            yield Sentence(title, title, (title,), heading=True)
            text, hit = (bare_head["rest"] or "").strip("：: "), None
        if hit:
            label = ""
            outline.articles |= bool(hit["article"])
            style = "article" if hit["article"] else next(name for name in _STYLES if hit[name])
            value = ord(hit[style]) - ord("①") + 1 if style == "ring" else int(number(hit[style]))
            text = text[hit.end() :].strip()
            title, text = _heading(text)
            outline.enter("top" if style == "article" else style, value, title)
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
    return [part[:_LONGEST] for whole in split_outside(text, "。！？\n") for part in [whole.strip("；;")] if part]
