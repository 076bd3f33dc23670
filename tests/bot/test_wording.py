"""Sentences: what they know of their channel, how often they are rendered, and that each new one can be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from jinja2 import UndefinedError

from bot.talk.lines import line
from bot.talk.messages import BOLD, PLAIN, UPLOAD
from bot.wording import LONGEST_REMEMBERED, REMEMBERED, NoWording, Wording, house_wording, named, numbered_once

CHANNELS = ("web", "telegram", "wechat", "console", "mail")
SENTENCES = {
    "a.here": "{{ channel }} {{ tap }} {{ files }} {{ send }}",
    "a.file": "{% if files %}发到这里{% else %}上传：{{ upload }}{% endif %}",
    "a.said": "{{ what }}",
    "a.own": "{{ channel }} {{ tap }}",
}


def test_a_sentence_knows_its_channel() -> None:
    wording = Wording(SENTENCES)
    assert {channel: wording.line(line("a.here"), channel) for channel in (*CHANNELS, "fake")} == {
        "web": "web 点 True 发",
        "telegram": "telegram 点 True 发",
        "wechat": "wechat 回复 False 上传",
        "console": "console 回复 True 发",
        "mail": "mail 选 False 上传",
        "fake": "fake 点 True 发",
    }
    assert wording.line(line("a.here")) == wording.text("a.here") == "web 点 True 发"


def test_the_same_line_is_another_sentence_in_another_channel_however_often_it_is_said() -> None:
    wording, said = Wording(SENTENCES), line("a.file")
    told = [wording.line(said, channel) for channel in ("web", "wechat", "web", "wechat", "telegram")]
    assert told == ["发到这里", f"上传：{UPLOAD}", "发到这里", f"上传：{UPLOAD}", "发到这里"]
    assert wording.lines([said, line("a.said", what=""), said], "wechat") == f"上传：{UPLOAD}\n上传：{UPLOAD}"


def test_a_fact_of_the_sentence_stands_before_what_is_known_of_the_channel() -> None:
    assert Wording(SENTENCES).line(line("a.own", channel="邮件"), "wechat") == "邮件 回复"


def test_a_kept_line_is_rendered_once_for_each_channel_and_few_enough_are_kept() -> None:
    wording, facts = Wording(SENTENCES), {"what": "一"}
    said, long = line("a.said"), line("a.said", what="长" * (LONGEST_REMEMBERED + 1))
    said = type(said)("a.said", facts)
    first = wording.line(said, "wechat")
    facts["what"] = "二"
    assert (first, wording.line(said, "wechat"), wording.line(said, "web")) == ("一", "一", "二")
    lines = [line("a.said", what=f"{number}") for number in range(REMEMBERED + 1)]
    assert wording.lines(lines, "wechat").count("\n") == REMEMBERED
    wording.line(long, "wechat")
    kept = {channel: len(lines) for (channel, _), lines in wording._rendered.items()}
    assert kept == {"wechat": 2, "web": 1}


def test_who_enters_alone_is_spoken_to_as_a_person_and_in_what_was_kept_for_a_unit_too() -> None:
    wording = Wording(
        {"a.yours": "{{ you }}的作品", "a.quotes": "{{ inner | said }}{{ '（个人）' if natural else '' }}"}
    )
    said = line("a.yours")
    both = [wording.line(said, "wechat", natural=natural) for natural in (False, True, False)]
    assert both == ["贵单位的作品", "您的作品", "贵单位的作品"]
    assert wording.line(line("a.quotes", inner=said), natural=True) == "您的作品（个人）"
    assert wording.line(line("a.quotes", inner=said)) == "贵单位的作品"
    # A notice that is worded when it goes out brings it along; so does what an admin sees of it beforehand.
    assert wording.line(line("a.yours", natural=True)) == "您的作品"
    assert wording.line(line("a.quotes", inner=line("a.yours", natural=False)), natural=True) == "贵单位的作品（个人）"


def test_a_fact_that_is_not_given_and_a_key_that_is_not_written_are_errors() -> None:
    with pytest.raises(UndefinedError, match="what"):
        Wording(SENTENCES).line(line("a.said"), "wechat")
    with pytest.raises(NoWording, match=r"a\.none"):
        Wording(SENTENCES).line(line("a.none"))


def test_quotation_marks_and_numbers_are_not_doubled() -> None:
    assert named("信用+餐饮“一码通管”") == "“信用+餐饮‘一码通管’”"
    headings = ("① 一、要解决的问题", "② （二）举措", "③ 成效", "一、问题", "备注", "④ 一站式服务")
    assert [numbered_once(heading) for heading in headings] == [
        "一、要解决的问题", "（二）举措", "③ 成效", "一、问题", "备注", "④ 一站式服务",
    ]  # fmt: skip


GONE = [{"unit": "甲区", "name": "王老师", "who": "王老师", "why": "没有可用的渠道", "contacts": ["00000000"]}]
MANY = GONE * 40
COUNTS = [{"label": "微信", "count": 8}, {"label": "Telegram", "count": 2}]
PREVIEW = {
    "audience": "全部联络员", "people": 10, "units": 7, "text": "请报送", "sample": ["碑林区 王"], "more": 5, "due": "",
    "file": "", "asks": False, "held": "",
}  # fmt: skip
CARD = {"sent": 9, "total": 11, "failed": 1, "unknown": 1, "waiting": 0, "stopped": 0, "done": True}
#: Sentences with all the facts they may be given, and with none that can be missing.
SAID: list[tuple[str, Mapping[str, Any]]] = [
    ("link.code", {"code": "123 456", "link": "https://example.org/x", "minutes": 10, "others": ["微信", "网页"]}),
    ("link.code", {"code": "123 456", "link": "", "minutes": 10, "others": []}),
    ("link.linked", {"here": "微信", "there": "Telegram", "title": "诚信“菜”市场"}),
    ("link.linked", {"here": "微信", "there": "Telegram", "title": ""}),
    ("link.own_code", {}),
    ("link.expired", {}),
    ("link.sure_unlink", {"which": "Telegram"}),
    ("link.unlinked", {}),
    ("link.none_other", {}),
    ("broadcast.audience", {}),
    ("broadcast.text", {}),
    ("broadcast.too_long", {"count": 700, "limit": 600}),
    ("broadcast.nobody", {}),
    ("broadcast.preview", {**PREVIEW, "by_channel": COUNTS, "unreachable": MANY, "empty": 45}),
    ("broadcast.preview", {**PREVIEW, "by_channel": [], "unreachable": [], "empty": 0}),
    ("broadcast.kept", {}),
    ("broadcast.card", CARD),
    ("broadcast.card", {**CARD, "failed": 0, "unknown": 0, "waiting": 2, "done": False}),
    ("broadcast.result", {"total": 11, "sent": 10, "by_mail": 1, "stopped": 3, "unreachable": MANY}),
    ("broadcast.result", {"total": 11, "sent": 11, "stopped": 0, "by_mail": 0, "unreachable": []}),
    ("broadcast.message", {"title": "某活动", "text": "请于周五前报送。"}),
    ("reach.everybody", {}),
    ("reach.unreachable", {"people": MANY, "empty": []}),
    ("reach.unreachable", {"people": [], "empty": MANY}),
    (
        "reach.unreachable",
        {"people": [{**GONE[0], "why": "", "contacts": "00000000"}, {**GONE[0], "contacts": ()}], "empty": GONE},
    ),
    ("mail.address", {}),
    ("mail.bad_address", {"typed": "zhang@"}),
    ("mail.code_sent", {"address": "zhang@example.com"}),
    ("mail.verified", {"address": "zhang@example.com"}),
    ("mail.wrong_code", {"left": 2}),
    ("mail.wrong_code", {"left": 0}),
    ("mail.letter_code", {"code": "123456"}),
    ("mail.subject", {"title": "某活动"}),
    ("mail.answer_where", {"link": "https://example.org/x"}),
    ("mail.answer_where", {"link": ""}),
    ("mail.removed", {}),
    ("join.welcome_expert", {"title": "某活动"}),
    ("menu.expert", {"title": "某活动", "due": True, "papers": 2, "judged": True}),
    ("menu.expert", {"title": "某活动", "due": False, "papers": 0, "judged": False}),
]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("key", "facts"), SAID, ids=[f"{key}-{index}" for index, (key, _) in enumerate(SAID)])
def test_every_sentence_for_linking_sending_and_mail_is_whole(key: str, facts: Mapping[str, Any], channel: str) -> None:
    said = house_wording().line(line(key, **facts), channel)
    bare = said.replace(BOLD, "").replace(PLAIN, "")
    assert re.search(r"\{|\}|%|\*\*|  |\n\n\n|，。|。。|：。|（）|None|[“‘]{2}", bare) is None
    assert bare == bare.strip() != ""
    assert said.count(BOLD) == said.count(PLAIN)
    for fact in (value for value in facts.values() if isinstance(value, str) and value):
        assert fact.replace("“", "‘").replace("”", "’") in bare or fact in bare


def test_a_list_of_people_to_phone_says_how_many_it_leaves_out() -> None:
    said = house_wording().text("reach.unreachable", people=MANY, empty=[])
    assert (said.count("王老师"), said.split("\n")[-1]) == (30, "另有 10 位。")
