"""What the quiz's notice keeps back until the opening goes out by no command before it; each attempt is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from rules.notice import Notice
from storage.tables import outbox
from tests.flows.conftest import Opens, Play
from tests.flows.test_broadcast_plan import heard, picture, states
from tests.flows.test_return import commands

LINK = "quiz.example.org/hongze"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The organiser has written the quiz's link and password into the notice."""
    from bot import campaigns

    load = campaigns.load

    def loaded(folder: object, name: str) -> Notice:
        notice = load(folder, name)  # type: ignore[arg-type]
        rules = tuple(replace(each, links=(LINK,), words=("诚信洪泽2020",)) for each in notice.embargoes)
        return replace(notice, embargoes=rules)

    monkeypatch.setattr("tests.flows.conftest._load", loaded)
    monkeypatch.setattr("tests.flows.conftest._notice", loaded)


async def told(play: Play) -> str:
    """Everything that anybody was ever told, and what waits to be sent."""
    async with play.app.database.read() as connection:
        return "".join((await connection.execute(select(outbox.c.body))).scalars())


@pytest.mark.parametrize(
    "text",
    [
        "https://quiz.example.org/hongze?from=1",
        "ＱＵＩＺ．ｅｘａｍｐｌｅ．ｏｒｇ／ｈｏｎｇｚｅ",
        "quiz . example . org / hongze",
        "quiz。example。org/hongze",
        "口令：诚信 洪泽 2020",
        "q\u200bu\u200biz.example.org/hongze",
    ],
)
@pytest.mark.usefixtures("held")
async def test_however_it_is_written_it_is_not_sent_before_the_opening(play: Opens, text: str) -> None:
    async with play("hongze-quiz-2020", "2020-07-07 10:00") as quiz:
        admin, _ = await quiz.admin(), await quiz.liaison("区财政局")
        said = await admin.all("群发", "全部联络员", f"请转发：{text}")
        assert "7月8日（周三）00:00 之前不能发出、转发或预览（《通知》四（一）、八4）" in said
        assert "请转发：" in said
        assert "●●●" in said
        assert "发送" not in admin.choices
        await admin.say("发送")
        await admin.all("定时", "今天 20:00", "定时发送")
        assert (await states(quiz), await heard(quiz)) == ([], [])
        assert [each for each in await commands(quiz) if each[0] == "embargo"] != []


@pytest.mark.usefixtures("held")
async def test_planned_for_the_opening_it_is_hidden_until_then_and_goes_at_the_instant(play: Opens) -> None:
    async with play("hongze-quiz-2020", "2020-07-07 10:00") as quiz:
        admin, liaison = await quiz.admin(), await quiz.liaison("区财政局")
        quiz.forget()
        await admin.all("群发", "全部联络员", f"开始答题：https://{LINK}", "定时", "明天 0:00", "定时发送")
        await admin.say("停止群发")
        await admin.say("不停止")
        assert LINK not in await told(quiz)
        quiz.stage("开赛")
        quiz.at("2020-07-08 00:00:00")
        await quiz.app.planned.tick()
        assert LINK in await liaison.news()
        quiz.matches("embargo")


@pytest.mark.usefixtures("held")
async def test_what_is_only_about_the_quiz_goes_at_any_time(play: Opens) -> None:
    async with play("hongze-quiz-2020", "2020-07-01 10:00") as quiz:
        admin, _ = await quiz.admin(), await quiz.liaison("区财政局")
        await admin.all("群发", "全部联络员", "竞赛 7月8日 0 点开始，届时扫码答题，请做好宣传。", "发送")
        assert len(await heard(quiz)) == 1
        assert [each for each in await commands(quiz) if each[0] == "embargo"] == []


@pytest.mark.parametrize(
    ("name", "contents", "says"),
    [
        ("海报.png", picture("https://anything.example.net"), "这里面有“活动二维码、答题链接和口令”"),
        (f"{LINK.replace('/', '_')}.bin", b"\x00\x01", "看不了里面的内容"),
        ("通知.txt", f"答题：{LINK}".encode(), "这里面有“活动二维码、答题链接和口令”"),
    ],
)
@pytest.mark.usefixtures("held")
async def test_a_code_in_a_picture_or_a_link_in_a_file_stays_too(
    play: Opens, name: str, contents: bytes, says: str
) -> None:
    async with play("hongze-quiz-2020", "2020-07-07 10:00") as quiz:
        admin, _ = await quiz.admin(), await quiz.liaison("区财政局")
        await admin.all("群发", "全部联络员", "见附件。", "附图片或文件")
        await admin.send((name, contents))
        assert says in await admin.news()
        assert "发送" not in admin.choices
        assert [each for each in await commands(quiz) if each[0] == "embargo"] == [("embargo", "")]


@pytest.mark.usefixtures("held")
async def test_whoever_types_it_elsewhere_does_not_read_it_back(play: Opens) -> None:
    async with play("hongze-quiz-2020", "2020-07-07 10:00") as quiz:
        admin = await quiz.admin()
        assert LINK not in await admin.all("单位", f"{LINK} 区")
        quiz.at("2020-07-08 00:00:00")
        assert LINK in await admin.all("单位", f"{LINK} 区")
