"""Telegram's HTML is read as Telegram reads it, and what it cannot read is refused with the place."""

from __future__ import annotations

import pytest

from bot.fakes.telegram_dressing import dressed
from bot.fakes.telegram_html import parse
from bot.fakes.telegram_limits import Refusal, units


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("甲", "甲", []),
        ("a > b &amp; c &lt; d &quot;e&quot; &#x7532; &nbsp;", 'a > b & c < d "e" 甲 &nbsp;', []),
        ("<b>甲<i>乙</i></b>", "甲乙", [("bold", 0, 2), ("italic", 1, 1)]),
        ("🙂<STRONG>甲</STRONG>", "🙂甲", [("bold", 2, 1)]),
        ("<b></b>甲", "甲", []),
        ('<span class="tg-spoiler">甲</span>', "甲", [("spoiler", 0, 1)]),
        ('<pre><code class="language-x">甲</code></pre>', "甲", [("pre", 0, 1), ("code", 0, 1)]),
    ],
)
def test_markup_becomes_entities(html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    told, found = parse(html)
    assert (told, [(each["type"], each["offset"], each["length"]) for each in found]) == (text, entities)


def test_a_link_keeps_its_address() -> None:
    assert parse('<a href="https://example.com/?a=1&amp;b=2">这里</a>') == (
        "这里",
        [{"type": "text_link", "offset": 0, "length": 2, "url": "https://example.com/?a=1&b=2"}],
    )


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("a < b", 'Unsupported start tag " b" at byte offset 2'),
        ("甲<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("<span>甲</span>", 'Unsupported start tag "span" at byte offset 0'),
        ("<b>甲", 'Can\'t find end tag corresponding to start tag "b"'),
        ("甲</b>", "Unexpected end tag at byte offset 3"),
        ("<b><i>甲</b></i>", 'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"'),
    ],
)
def test_bad_markup_is_refused(html: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(html)
    assert refused.value.why == f"Bad Request: can't parse entities: {why}"


def test_units_count_as_utf16_does() -> None:
    assert [units(text) for text in ("", "甲a", "🙂", "\ue000")] == [0, 2, 2, 1]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("🙂 <b>甲 &lt;x&gt; <i>乙</i></b>丙", "🙂 <b>甲 &lt;x&gt; <i>乙</i></b>丙"),
        (
            "见 https://example.com/u/a?b=1&amp;c，谢谢",
            '见 <a href="https://example.com/u/a?b=1&amp;c" target="_blank" rel="noopener">'
            "https://example.com/u/a?b=1&amp;c</a>，谢谢",
        ),
        ('<a href="javascript:alert(1)">甲</a>', "<span>甲</span>"),
    ],
)
def test_pages_show_it_dressed_and_escaped(html: str, shown: str) -> None:
    assert dressed(*parse(html)) == shown
