"""Tests of the web chat's wire format: forms read, messages drawn."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.webchat import Posted, ending, file_name, markup, read, show, start, value_of
from bot.talk.messages import BOLD, PLAIN, Choice, File, Incoming, Press
from web.ports import Shown

AT = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def posted(*fields: tuple[str, str]) -> Posted:
    return Posted((("mid", "m" * 20), *fields))


def heard(*fields: tuple[str, str]) -> Incoming | None:
    return read(posted(*fields), address="a", at=AT)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("一行", "<p>一行</p>"),
        ("一行\n二行\n\n\n三行\n", "<p>一行<br>二行</p><p>三行</p>"),
        (f"{BOLD}重{PLAIN}轻", "<p><strong>重</strong>轻</p>"),
        (f"{BOLD}一\n二{PLAIN}三", "<p><strong>一</strong><br><strong>二</strong>三</p>"),
        (f"{BOLD}没有结束", "<p><strong>没有结束</strong></p>"),
        (f"{PLAIN}{BOLD}{PLAIN}空", "<p>空</p>"),
        ("a<b>&\"'", "<p>a&lt;b&gt;&amp;&#34;&#39;</p>"),
        ("", ""),
        ("\n \n", ""),
    ],
)
def test_text_becomes_paragraphs_lines_and_emphasis(text: str, html: str) -> None:
    assert markup(text) == html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("见https://a.example/x?y=1&z=2。谢谢", "https://a.example/x?y=1&amp;z=2"),
        ("（http://a.example/b）", "http://a.example/b"),
        ("(https://a.example/b).", "https://a.example/b"),
        ("https://a.example/<script>", "https://a.example/"),
        (f"https://a.example/{BOLD}x", "https://a.example/"),
        ('https://a.example/"onclick="x', "https://a.example/"),
    ],
)
def test_addresses_become_links_up_to_where_they_end(text: str, address: str) -> None:
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>' in markup(text)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "www.a.example"])
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a " not in markup(text)


@given(st.text(alphabet="ab<>&\"'\n\x02\x03 hтtps:/.中"))
def test_no_text_escapes_its_paragraphs(text: str) -> None:
    html = markup(text)
    for allowed in ("<p>", "</p>", "<br>", "<strong>", "</strong>"):
        html = html.replace(allowed, "")
    assert "<" not in str(html).replace('<a href="', "").replace("</a>", "")
    assert str(markup(text)).count("<strong>") == str(markup(text)).count("</strong>")


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_a_button_brings_back_its_question_and_code(question: str, code: str) -> None:
    clean = [text for text in (question, code) if not text.isprintable()]
    message = heard(("press", value_of(question, code)))
    assert message is not None
    if not clean:
        assert message.press == Press(question, code)


def test_the_boxes_keep_the_order_of_ticking() -> None:
    boxes = [("box", value_of("q", code)) for code in ("丙", "甲, 乙", "丙")]
    message = heard(("press", "q:"), *boxes)
    assert message is not None
    assert message.press == Press("q", "!picked\n丙\n甲, 乙")


def test_a_message_number_holds_address_number_and_content() -> None:
    one, same, other = heard(("text", "a")), heard(("text", "a")), heard(("text", "b"))
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.id == same.id
    assert one.id.rpartition(":")[0] == other.id.rpartition(":")[0] == f"a:{'m' * 20}"
    assert one.id != other.id
    with_file = read(Posted(posted(("text", "a")).fields, (File("n", 1, "0"),)), address="a", at=AT)
    assert with_file is not None
    assert with_file.id != one.id


def test_an_invite_link_is_a_start_message() -> None:
    assert start("CODE", address="a", mid="m", at=AT) == Incoming("web", "a", "a:m:start", AT, "/start CODE")


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("申报表.docx", "申报表.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\b.pdf", "b.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00\r\nb.txt", "a b.txt"),
        ("..", "file"),
        ("", "file"),
        ("名" * 200 + ".docx", "名" * 115 + ".docx"),
        ("名" * 200, "名" * 120),
    ],
)
def test_file_names_are_cleaned(raw: str, name: str) -> None:
    assert file_name(raw) == name


@pytest.mark.parametrize(
    ("name", "letters"), [("a.docx", "DOCX"), ("a.7z", "7Z"), ("a", ""), ("a.文档", ""), ("a.jpeg2000", "")]
)
def test_a_file_icon_shows_a_short_ending(name: str, letters: str) -> None:
    assert ending(name) == letters


def test_a_shown_message_has_local_time_numbers_and_sorted_choices() -> None:
    choices = (Choice("a", "甲"), Choice("!skip", "不填"), Choice("b", "乙", marked=True), Choice("/menu", "菜单"))
    view = show(Shown(2**60, AT, False, "问", choices, "q"), zone=ZONE)
    assert (view["id"], view["time"], view["day"]) == (str(2**60), "10:00", "3月1日（周五）")
    assert view["options"] == [
        {"number": 1, "label": "甲", "value": "q:a", "marked": False, "command": False},
        {"number": 3, "label": "乙", "value": "q:b", "marked": True, "command": False},
        {"number": 4, "label": "菜单", "value": "q:/menu", "marked": False, "command": True},
    ]
    assert [act["label"] for act in view["acts"]] == ["不填"]
    assert view["commands"] == []


@pytest.mark.parametrize(
    ("is_open", "numbered", "drawn"),
    [
        (True, True, (["甲", "菜单"], ["不填"], [])),
        (False, True, (["甲", "菜单"], ["不填"], [])),
        (True, False, ([], ["甲", "不填"], ["菜单"])),
        (False, False, ([], ["甲", "不填"], ["菜单"])),
    ],
)
def test_commands_are_options_while_their_question_is_open(
    is_open: bool, numbered: bool, drawn: tuple[list[str], ...]
) -> None:
    choices = (Choice("a", "甲"), Choice("!skip", "不填"), Choice("/menu", "菜单"))
    view = show(Shown(1, AT, False, "问", choices, "q", open=is_open, numbered=numbered), zone=ZONE)
    assert tuple([one["label"] for one in view[kind]] for kind in ("options", "acts", "commands")) == drawn


def test_an_old_menu_can_still_be_pressed() -> None:
    menu = Shown(1, AT, False, "菜单", (Choice("/a", "填报"), Choice("/b", "帮助")), "q")
    assert [one["label"] for one in show(menu, zone=ZONE)["commands"]] == ["填报", "帮助"]


def test_an_opened_link_does_not_show_its_code() -> None:
    views = [
        show(Shown(1, AT, mine, text), zone=ZONE) for mine, text in ((True, "/start CODE"), (False, "/start CODE"))
    ]
    assert [view["opened"] for view in views] == [True, False]


def test_only_long_texts_of_ones_own_are_folded() -> None:
    views = [show(Shown(1, AT, mine, "字" * length, ()), zone=ZONE) for mine, length in ((True, 700), (True, 701))]
    assert [view["long"] for view in views] == [False, True]
    assert show(Shown(1, AT, False, "字" * 5000), zone=ZONE)["long"] is False
    assert views[1]["beginning"] == "字" * 140


def test_lettered_options_are_drawn_as_options_with_their_letters() -> None:
    options = (Choice("0", "A. 2年"), Choice("1", "B. 5年"))
    view = show(Shown(1, AT, False, "几年？", options, "q", open=True, numbered=False), zone=ZONE)
    assert [(one["number"], one["label"]) for one in view["options"]] == [("A", "2年"), ("B", "5年")]
    assert (view["acts"], view["lettered"]) == ([], True)
