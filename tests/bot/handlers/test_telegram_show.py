"""Messages as Telegram takes them, measured as Telegram measures."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.handlers.buttons import unseal
from bot.handlers.telegram_limits import BUTTONS, CAPTION, DATA, ROW, TEXT
from bot.handlers.telegram_show import AGAIN, Part, show
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Attachment, Choice, Outgoing
from tests.bot.handlers.telegram_script import KEY

FILE = Attachment("annex", "A1", "附件1.docx")


def shown(outgoing: Outgoing, upload: str = "") -> tuple[Part, ...]:
    return show(outgoing, key=KEY, upload=upload)


def labels(part: Part) -> list[list[str]]:
    return [[button["text"] for button in row] for row in part.keyboard]


def units(html: str) -> int:
    """What Telegram counts: UTF-16 units of the text without its tags."""
    return len(unescape(re.sub(r"</?b>", "", html)).encode("utf-16-le")) // 2


def choices(*named: str) -> tuple[Choice, ...]:
    return tuple(Choice(name if name.startswith("/") else f"c/{name}", name.lstrip("/")) for name in named)


def test_marks_become_tags_and_the_rest_is_escaped() -> None:
    text = f"{BOLD}题目{PLAIN}：<b>a & b</b> “x”"
    assert shown(Outgoing(text)) == (Part("<b>题目</b>：&lt;b&gt;a &amp; b&lt;/b&gt; “x”"),)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"{BOLD}a", "<b>a</b>"),
        (f"a{PLAIN}b", "ab"),
        (f"{BOLD}a{BOLD}b{PLAIN}c{PLAIN}d", "<b>ab</b>cd"),
        ("a\ud83db", "a?b"),
    ],
)
def test_every_tag_is_closed_whatever_the_marks(text: str, html: str) -> None:
    assert shown(Outgoing(text)) == (Part(html),)


def test_a_message_without_anything_has_no_parts() -> None:
    assert (shown(Outgoing(" \n")), shown(Outgoing(f"{BOLD} {PLAIN}"))) == ((), ())


@pytest.mark.parametrize("letter", ["长", "<", "😀", "&a"])
def test_a_long_text_is_parted_at_what_telegram_counts(letter: str) -> None:
    room = (TEXT - len(AGAIN)) // len(letter.encode("utf-16-le")) * 2
    whole = shown(Outgoing(letter * room))
    assert len(whole) == 1 and units(whole[0].html) <= TEXT - len(AGAIN)
    parts = shown(Outgoing(letter * (room + 1) + "。"))
    assert len(parts) == 2 and all(0 < units(part.html) <= TEXT - len(AGAIN) for part in parts)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["信用", "。", "\n", "<&>", "😀", BOLD, PLAIN, UPLOAD, "x" * 700, "长" * 900]), max_size=30
    )
)
def test_nothing_is_lost_and_nothing_is_too_long(pieces: list[str]) -> None:
    link = "https://xinshi.example/u?a=1&s=2"
    parts = shown(Outgoing("".join(pieces)), link)
    assert all(units(part.html) <= TEXT - len(AGAIN) for part in parts)
    assert all(part.html.count("<b>") == part.html.count("</b>") for part in parts)
    read = "".join(unescape(re.sub(r"</?b>", "", part.html)) for part in parts)
    sent = "".join(pieces).replace(BOLD, "").replace(PLAIN, "").replace(UPLOAD, link)
    assert "".join(read.split()) == "".join(sent.split())


def test_the_upload_link_takes_the_place_of_its_mark_and_is_never_cut() -> None:
    link = "https://xinshi.example/u?a=telegram:138&s=" + "x" * 200
    [part] = shown(Outgoing(f"请上传：{UPLOAD}"), link)
    assert part.html == "请上传：" + link.replace("&", "&amp;")
    parts = shown(Outgoing("长" * (TEXT - 100) + UPLOAD), link)
    assert [link.replace("&", "&amp;") in part.html for part in parts] == [False, True]


def test_buttons_come_back_as_their_message_and_place_within_64_bytes() -> None:
    [part] = shown(Outgoing("几号？", choices("一", "二"), "7/q", id=1 << 60))
    data = [button["callback_data"] for row in part.keyboard for button in row]
    assert [unseal(KEY, each) for each in data] == [(1 << 60, 0), (1 << 60, 1)]
    assert max(len(each.encode()) for each in data) <= DATA


def test_short_labels_stand_side_by_side_and_commands_have_rows_of_their_own() -> None:
    [part] = shown(Outgoing("？", choices(*"甲乙丙丁戊己庚辛壬癸", "/返回", "/暂停")))
    assert labels(part) == [list("甲乙丙丁戊"), list("己庚辛壬癸"), ["返回", "暂停"]]
    assert part.keyboard[2][0]["text"] == "返回"


def test_labels_of_middle_length_stand_in_one_column() -> None:
    [part] = shown(Outgoing("？", choices("创新信用融资服务和产品", "信用基础设施建设")))
    assert (labels(part), part.html) == ([["创新信用融资服务和产品"], ["信用基础设施建设"]], "？")


LONG = "以信用承诺制为抓手，推动市场主体自律与社会共治相结合的做法"


def test_long_options_are_written_out_and_their_buttons_shortened() -> None:
    [part] = shown(Outgoing("选哪个？", choices(LONG, "其他", "/返回")))
    assert part.html == f"选哪个？\n\n1. {LONG}\n2. 其他"
    assert labels(part) == [["1 以信用承诺制为抓手，推动市场主…"], ["2 其他"], ["返回"]]


def test_many_long_options_have_bare_numbers() -> None:
    [part] = shown(Outgoing("选哪个？", choices(*(f"{LONG}{n}" for n in range(12))), several=True))
    assert part.html.splitlines()[2] == f"1. ☐ {LONG}0" and part.html.count("\n") == 13
    assert labels(part) == [["☐1", "☐2", "☐3", "☐4", "☐5"], ["☐6", "☐7", "☐8", "☐9", "☐10"], ["☐11", "☐12"]]


def test_options_that_no_number_picks_are_listed_without_one() -> None:
    [part] = shown(Outgoing("选哪个？", choices(LONG, "其他"), numbered=False))
    assert part.html == f"选哪个？\n\n· {LONG}\n· 其他"
    assert labels(part) == [["以信用承诺制为抓手，推动市场主体…"], ["其他"]]


def test_lettered_options_are_pressed_by_their_letters_where_they_do_not_fit() -> None:
    [part] = shown(Outgoing("几年？", choices("A. 2年", "B. 5年"), numbered=False))
    assert (part.html, labels(part)) == ("几年？", [["A. 2年", "B. 5年"]])
    [part] = shown(Outgoing("哪个？", choices(f"A. {LONG}", "B. 其他"), numbered=False))
    assert (part.html, labels(part)) == (f"哪个？\n\nA. {LONG}\nB. 其他", [["A", "B"]])


def test_ticks_are_drawn_on_boxes_only() -> None:
    boxes = (Choice("a", "甲", marked=True), Choice("b", "乙"), Choice("!done", "选好了"), Choice("/back", "返回"))
    [part] = shown(Outgoing("？", boxes, several=True))
    assert [label for row in labels(part) for label in row] == ["☑ 甲", "☐ 乙", "选好了", "返回"]
    [part] = shown(Outgoing("？", boxes))
    assert [label for row in labels(part) for label in row] == ["✓ 甲", "乙", "选好了", "返回"]


def test_a_keyboard_has_at_most_100_buttons_and_8_in_a_row() -> None:
    [part] = shown(Outgoing("？", choices(*(f"{n}" for n in range(150)), "/返回")))
    assert sum(map(len, part.keyboard)) == BUTTONS
    assert max(map(len, part.keyboard)) <= ROW and labels(part)[-1] == ["返回"]
    assert part.html.endswith("\n150. 149")  # what has no button can be read, and picked by its number


def test_even_commands_alone_are_at_most_100_buttons() -> None:
    [part] = shown(Outgoing("？", choices("甲", *(f"/{n}" for n in range(120)))))
    assert (sum(map(len, part.keyboard)), part.html) == (BUTTONS, "？\n\n1. 甲")


def test_a_label_is_never_empty_and_stands_on_one_line() -> None:
    [part] = shown(Outgoing("？", (Choice("a", " "), Choice("b", f"甲\n{BOLD}乙"))))
    assert [label for row in labels(part) for label in row] == ["1", "甲 乙"]


def test_choices_without_a_text_are_given_one() -> None:
    [part] = shown(Outgoing("", choices("甲", "乙")))
    assert part.html == "甲\n乙"


def test_the_keyboard_is_under_the_last_part() -> None:
    parts = shown(Outgoing("长" * 5000, choices("甲")))
    assert [len(part.keyboard) for part in parts] == [0, 1]


@pytest.mark.parametrize(("length", "parts"), [(CAPTION - len(AGAIN), 1), (CAPTION - len(AGAIN) + 1, 2)])
def test_a_document_carries_its_text_as_caption_where_that_fits(length: int, parts: int) -> None:
    found = shown(Outgoing("长" * length, choices("甲"), attachment=FILE))
    assert len(found) == parts
    assert [part.attachment for part in found] == [None, FILE][-parts:]
    assert [len(part.keyboard) for part in found] == [0, 1][-parts:]
    assert sum(units(part.html) for part in found) == length


def test_a_document_may_come_without_any_text() -> None:
    assert shown(Outgoing("", attachment=FILE)) == (Part("", attachment=FILE),)
