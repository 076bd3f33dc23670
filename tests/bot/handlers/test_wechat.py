"""WeChat's messages read, and ours written as plain text."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.ports import Wanted
from bot.handlers.wechat import MOST_PART, Grant, Phrases, Read, read, show, size
from bot.handlers.wechat_codec import Unreadable, read_xml
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Attachment, Choice, Incoming, Outgoing
from tests.bot.handlers.wechat_platform import (
    ACCOUNT,
    ADDRESS,
    PERSON,
    PHRASES,
    START,
    Links,
    event,
    message,
    said,
)


def heard(xml: str) -> Read:
    return read(read_xml(xml.encode()), START)


def incoming(number: str, text: str = "", *, origin: str = "", unread: str = "") -> Incoming:
    return Incoming("wechat", PERSON, f"{PERSON}/{number}", START, text, origin=origin, unread=unread)


def shown(outgoing: Outgoing) -> list[str]:
    return show(outgoing, links=Links(), address=ADDRESS, at=START, phrases=PHRASES)


def test_lettered_options_stand_below_each_other() -> None:
    options = (Choice("0", "A. 2年"), Choice("1", "B. 5年"))
    assert shown(Outgoing("几年？", options, numbered=False)) == ["几年？\nA. 2年\nB. 5年"]


UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"


@pytest.mark.parametrize(
    ("xml", "text", "unread"),
    [
        (said("诚信菜市场"), "诚信菜市场", ""),
        (said(" 3，4\n"), " 3，4\n", ""),
        (said(""), "", "empty"),
        (said(" \n "), "", "empty"),
        (message("text", MsgId="1"), "", "empty"),
        (said(UNSUPPORTED), "", "unknown"),
        (message("voice", MsgId="1", MediaId="m", Recognition="第三个。"), "第三个。", ""),
        (message("voice", MsgId="1", MediaId="m", Recognition=""), "", "voice"),
        (message("voice", MsgId="1", MediaId="m"), "", "voice"),
        (message("location", MsgId="1", Label="西安"), "", "location"),
        (message("link", MsgId="1", Title="t", Url="u"), "", "unknown"),
        (message("miniprogrampage", MsgId="1"), "", "unknown"),
        (message("file", MsgId="1", Title="附件1.docx"), "", "file"),
    ],
)
def test_a_message_is_text_or_says_why_it_is_not(xml: str, text: str, unread: str) -> None:
    assert heard(xml) == Read(PERSON, ACCOUNT, f"{PERSON}/1", incoming("1", text, unread=unread))


@pytest.mark.parametrize(("kind", "name"), [("image", "图片.jpg"), ("video", "视频.mp4"), ("shortvideo", "视频.mp4")])
def test_pictures_and_films_are_wanted(kind: str, name: str) -> None:
    result = heard(message(kind, MsgId="7", MediaId="m-_1", PicUrl="http://127.0.0.1/p"))
    assert (result.incoming, result.wanted) == (incoming("7"), (Wanted("m-_1", name),))


def test_an_unknown_kind_is_answered_and_kept() -> None:
    result = heard(message("hologram", MsgId="1"))
    assert (result.incoming, result.strange) == (
        incoming("1", unread="unknown"),
        "expected a known MsgType, found another",
    )


def test_an_item_pressed_in_a_menu_is_looked_up_and_counts_as_a_click() -> None:
    result = heard(said("接着填", button="sealed"))
    assert (result.button, result.incoming) == ("sealed", incoming("1", "接着填", origin="event"))


@pytest.mark.parametrize(
    ("name", "key", "text"),
    [
        ("subscribe", "", "/start"),
        ("subscribe", "qrscene_0123456789", "/start 0123456789"),
        ("subscribe", "qrscene_坏 码", "/start"),
        ("subscribe", "qrscene_" + "x" * 33, "/start"),
        ("subscribe", "last_trade_no_4001", "/start"),
        ("SCAN", "0123456789", "/start 0123456789"),
        ("SCAN", "", "/start"),
        ("CLICK", "填报", "/填报"),
        ("CLICK", "/menu", "/menu"),
    ],
)
def test_an_event_stands_for_a_command(name: str, key: str, text: str) -> None:
    result = heard(event(name, key))
    assert result.incoming == incoming(f"1/{name}/{key}", text, origin="event")
    assert result.reach == ("" if name == "subscribe" else None)


@pytest.mark.parametrize("name", ["VIEW", "view_miniprogram", "LOCATION", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH"])
def test_a_report_is_nothing(name: str) -> None:
    assert heard(event(name, "k")) == Read(PERSON, ACCOUNT, f"{PERSON}/1/{name}/k")


def test_who_unfollows_is_out_of_reach() -> None:
    assert heard(event("unsubscribe")) == Read(PERSON, ACCOUNT, f"{PERSON}/1/unsubscribe/", reach="unfollowed")


def test_answers_to_subscription_notices_are_grants() -> None:
    rows = "".join(
        f"<List><TemplateId>{one}</TemplateId><SubscribeStatusString>{two}</SubscribeStatusString></List>"
        for one, two in [("T1", "accept"), ("T2", "reject"), ("T3", "maybe"), ("", "accept")]
    )
    for name in ("Popup", "Change"):
        key = f"subscribe_msg_{name.lower()}_event"
        inside = f"<SubscribeMsg{name}Event>{rows}</SubscribeMsg{name}Event>"
        result = heard(message("event", Event=key, inside=inside))
        assert (result.grants, result.incoming) == ((Grant("T1", True), Grant("T2", False)), None)


def test_a_long_id_is_hashed() -> None:
    key = "填" * 120
    number = hashlib.sha256(f"{PERSON}/1/VIEW/{key}".encode()).hexdigest()
    assert heard(event("VIEW", key)).id == f"{PERSON}/{number}"


@pytest.mark.parametrize(
    "xml",
    [
        "<xml/>",
        said("好").replace(PERSON, "o]]&gt;"),
        said("好").replace(PERSON, ""),
        said("好").replace(ACCOUNT, "账号"),
        message("text", Content="好"),
        message("text", Content="好", MsgId="x1"),
        message("image", MsgId="1"),
        message("image", MsgId="1", MediaId="坏"),
        event("teleported"),
        event("CLICK"),
        event("CLICK", "x" * 33),
        event("CLICK", "a\nb"),
        event("subscribe").replace("<CreateTime>1<", "<CreateTime>soon<"),
    ],
)
def test_what_cannot_be_answered_is_unreadable(xml: str) -> None:
    with pytest.raises(Unreadable):
        heard(xml)


THREE = (Choice("a", "案例"), Choice("b", "短视频", marked=True), Choice("!done", "选好了"))


def test_options_stand_numbered_under_the_text() -> None:
    outgoing = Outgoing(f"第 7 项 · {BOLD}案例主题{PLAIN}", THREE, "1/q", several=True)
    assert shown(outgoing) == ["第 7 项 · 案例主题\n1 案例\n2 ✓ 短视频\n3 选好了"]


def test_words_that_may_be_typed_stand_in_one_line() -> None:
    outgoing = Outgoing("已存好。", (Choice("/继续", "继续"), Choice("/菜单", "菜单")), numbered=False)
    assert shown(outgoing) == ["已存好。\n回复：继续 · 菜单"]


def test_choices_of_a_menu_are_not_written_out() -> None:
    parts = show(Outgoing("选：", THREE), links=Links(), address=ADDRESS, at=START, phrases=PHRASES, listed=False)
    assert parts == ["选："]


def test_a_file_is_a_name_and_a_link() -> None:
    outgoing = Outgoing(f"请上传：{UPLOAD}", attachment=Attachment("annex", "V1", "附件1.docx"))
    assert shown(outgoing) == [
        f"请上传：https://xinshi.example/u?for={ADDRESS}\n📎 附件1.docx\nhttps://xinshi.example/f/V1?for={ADDRESS}"
    ]


def test_the_upload_link_of_a_question_is_bound_to_it() -> None:
    assert shown(Outgoing(f"请上传：{UPLOAD}", question="7/film")) == [
        f"请上传：https://xinshi.example/u?for={ADDRESS}&q=7/film"
    ]


def test_nothing_to_say_has_no_parts() -> None:
    assert shown(Outgoing(f"{BOLD}{PLAIN}\n")) == []


def test_a_long_text_is_cut_at_sentence_ends_and_options_follow() -> None:
    sentence = "诚" * 99 + "。"
    parts = shown(Outgoing(sentence * 13, (Choice("a", "同意"), Choice("b", "不同意"))))
    assert parts == [sentence * 5, sentence * 5, sentence * 3 + "\n1 同意\n2 不同意"]


def test_an_option_is_never_torn_from_its_number() -> None:
    label = "甲" * 250 + "，" + "乙" * 49
    parts = shown(Outgoing("选：", tuple(Choice(f"{n}", label) for n in range(4))))
    assert parts == [f"选：\n1 {label}", f"2 {label}", f"3 {label}", f"4 {label}"]


def test_a_link_is_not_torn() -> None:
    before = "信" * 584 + "，请点："
    assert shown(Outgoing(f"{before}{UPLOAD}")) == [before, f"https://xinshi.example/u?for={ADDRESS}"]


@given(
    text=st.text(max_size=3000),
    labels=st.lists(st.text(min_size=1, max_size=900), max_size=5),
    numbered=st.booleans(),
)
def test_no_part_is_longer_than_a_message(text: str, labels: list[str], numbered: bool) -> None:
    parts = shown(Outgoing(text, tuple(Choice(f"{n}", label) for n, label in enumerate(labels)), numbered=numbered))
    assert [part for part in parts if size(part) > MOST_PART or not part.strip()] == []


def test_phrases_must_leave_room() -> None:
    with pytest.raises(ValueError, match="at most 246 bytes, found one of 300"):
        Phrases(reply="", more="未" * 100, waiting="", put_off=str, too_many="")
