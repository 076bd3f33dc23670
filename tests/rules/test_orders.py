"""Sentences of admins: the few forms that are read, and everything else, which is nobody's guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.orders import Extend, Inquire, Order, Return, Send, Word, nearest, read_order

CLASSES = {"市级部门": "department", "区县": "district", "西咸新区": "new_city", "开发区": "zone"}
TRACKS = {"信用案例": "case", "案例": "case", "信用短视频": "video", "短视频": "video"}


#: Labels with what parts a list in them, and with brackets, as xinhua-2021 has them.
LISTED = {"省（自治区、直辖市）牵头部门": "province", "全国城市信用监测系统覆盖的城市": "city", "申报单位": "unit"}


def read(text: str) -> Order | None:
    return read_order(text, classes=CLASSES, tracks=TRACKS)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("给还没报送的区县发：请于周五前至少报一个案例", Send("请于周五前至少报一个案例", "none", ("district",))),
        ("给没报的单位发:请抓紧", Send("请抓紧", "none")),
        ("通知所有联络员：明天 9:00 开会", Send("明天 9:00 开会")),
        ("给全部单位发：x", Send("x")),
        ("给碑林区、莲湖区发消息：材料收到", Send("材料收到", names=("碑林区", "莲湖区"))),
        ("给区县和开发区发：x", Send("x", classes=("district", "zone"))),
        ("给没报短视频的开发区发：x", Send("x", "none", ("zone",), track="video")),
        ("提醒未达标的单位：抓紧", Send("抓紧", "below")),
        ("给有草稿的发：x", Send("x", "draft")),
        ("给被退回还没改的单位发：x", Send("x", "returned")),
        ("给区县发：第一行\n第二行：还有", Send("第一行\n第二行：还有", classes=("district",))),
        ("长安区报了吗", Inquire("长安区")),
        ("长安区报了吗？", Inquire("长安区")),
        ("请查一下市教育局报送情况", Inquire("市教育局")),
        ("碑林区情况怎么样？", Inquire("碑林区")),
        ("单位 碑林区", Inquire("碑林区")),
        ("大家报了多少", Word("报送情况")),
        ("把碑林区延到周五", Extend("碑林区", "周五")),
        ("碑林区延期到4月25日17点", Extend("碑林区", "4月25日17点")),
        ("全部延到下周一", Extend("", "下周一")),
        ("截止时间延到周五", Extend("", "周五")),
        ("退回 xa-a0001", Return("XA-A0001")),
        ("把ＸＡ－Ａ０００１退回", Return("XA-A0001")),
        ("别发了", Word("停止群发")),
        ("暂停报送。", Word("暂停报送")),
    ],
)
def test_an_order_is_read(text: str, order: Order) -> None:
    assert read(text) == order


def test_a_class_whose_label_is_itself_a_list_is_understood() -> None:
    said = "给还没报送的省（自治区、直辖市）牵头部门和申报单位发：只有一周了"
    order = read_order(said, classes=LISTED, tracks=TRACKS)
    assert order == Send("只有一周了", "none", ("province", "unit"))
    named = read_order("给省(自治区、直辖市)牵头部门发：x", classes=LISTED, tracks=TRACKS)
    assert named == Send("x", classes=("province",))


@pytest.mark.parametrize(
    "text",
    ["", "你好", "今天天气不错", "给还没报送的碑林区发：x", "给发：", "给：x", "把碑林区延", "报了吗", "x" * 2000],
)
def test_anything_else_is_no_order(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [("想看看现在的报送进度", ("报送情况",)), ("有几家申请了名额", ("名额",)), ("你好", ()), ("天气不错", ())],
)
def test_the_nearest_commands_are_offered(text: str, words: tuple[str, ...]) -> None:
    assert nearest(text, most=1) == words


@given(st.text(alphabet=st.sampled_from("给把发报退回延到的区县：:，XA-01吗？\n\u200b“” a{}*"), max_size=60))
def test_whatever_is_typed_it_is_read_or_not(text: str) -> None:
    order = read(text)
    if isinstance(order, Send):
        assert order.text == order.text.strip() != ""
