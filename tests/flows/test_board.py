"""The way to the board from chat, and the chart beside 报送情况."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import delete

from bot.pictures import Charts, font
from bot.talk.messages import Attachment
from rules.overview import Reached
from storage.tables import seats
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import fill_case, submit_case
from tests.flows.variants import form_only
from web.ports import Gone, LinkExpired, NotOurs

ADDRESS = "https://xinshi.example"


def public(play: Play) -> None:
    """Give the deployment an address."""
    play.app.house.public_url = ADDRESS


def token_in(said: str) -> str:
    found = re.search(rf"{ADDRESS}/board/in/(\S+)", said)
    assert found is not None, said
    return found[1]


async def asked(play: Play, admin: Player) -> str:
    """The token of a fresh link."""
    await admin.say("看板")
    return token_in(admin.text)


async def test_an_admin_gets_a_link_that_opens_the_board_of_the_campaign(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        public(xian)
        admin = await xian.admin()
        await submit_case(await xian.liaison("西安市教育局"))
        await fill_case(await xian.liaison("碑林区"))
        xian.forget()
        boards, now = xian.app.boards, xian.clock.now()
        session = boards.enter(await asked(xian, admin), now)
        assert await boards.campaign(session, now) == "xian-2024"
        seen = await boards.seen("xian-2024", now)
        assert dict(seen.overview.funnel) == {
            Reached.LISTED: 46, Reached.INVITED: 2, Reached.JOINED: 2, Reached.BEGUN: 2, Reached.ENTERED: 1,
            Reached.COMPLETE: 1,
        }  # fmt: skip
        assert (seen.overview.entries, [drafts for _, drafts in seen.overview.steps]) == (1, [1])
        assert seen.room.free > 0 and seen.room.database > 0


async def test_the_link_reads_well_and_ends_after_an_hour(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        public(xian)
        admin = await xian.admin()
        xian.forget()
        token = await asked(xian, admin)
        assert admin.text.replace(token, "…") == (
            f"2024年度典型案例及优秀短视频征集的看板：{ADDRESS}/board/in/…\n"
            "请在 3月1日（周五）11:00 前打开，打开后 12 小时内可以一直看。"
            "只能看，不能改。链接是给您本人的，请不要转发：谁打开都能看到。"
        )
        xian.at("2024-03-01 10:59:59")
        session = xian.app.boards.enter(token, xian.clock.now())
        xian.at("2024-03-01 11:00")
        with pytest.raises(LinkExpired):
            xian.app.boards.enter(token, xian.clock.now())
        with pytest.raises(NotOurs):
            await xian.app.boards.campaign(token, xian.clock.now())
        assert await xian.app.boards.campaign(session, xian.clock.now()) == "xian-2024"
        xian.at("2024-03-01 22:59:59")
        with pytest.raises(LinkExpired):
            await xian.app.boards.campaign(session, xian.clock.now())


async def test_with_the_seat_the_board_is_lost(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        public(xian)
        admin = await xian.admin()
        session = xian.app.boards.enter(await asked(xian, admin), xian.clock.now())
        async with xian.app.database.write() as connection:
            await connection.execute(delete(seats).where(seats.c.role == "admin"))
        assert await xian.app.boards.campaign(session, xian.clock.now()) is None


async def test_a_deployment_without_an_address_says_what_is_missing(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        assert "web.public_url" in await admin.say("看板")
        assert "/board/in/" not in admin.text


async def test_a_liaison_gets_no_link(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        public(xian)
        liaison = await xian.liaison("碑林区")
        assert (await liaison.say("看板")).startswith("没有找到")
        assert (await liaison.say("/board")).startswith("这一项是管理员用的")


async def test_files_and_several_looks_are_counted_once(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.send(("一.docx", b"PK one"), ("二.docx", b"PK two!"), ("一.docx", b"PK one"))
        first = await xian.app.boards.seen("xian-2024", xian.clock.now())
        assert (first.room.files, first.room.bytes) == (2, 13)
        assert await xian.app.boards.seen("xian-2024", xian.clock.now()) is first, "fresh figures are not read again"


def chart_of(admin: Player) -> Attachment:
    [attachment] = [reply.attachment for reply in admin.replies if reply.attachment is not None]
    return attachment


async def test_the_standing_comes_with_a_chart_of_that_very_moment(play: Opens) -> None:
    if font() is None:
        pytest.skip("no font with Chinese characters")
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        await submit_case(await xian.liaison("西安市教育局"))
        await admin.say("报送情况")
        chart = chart_of(admin)
        assert (chart.kind, chart.name) == ("chart", "报送情况.png")
        body, kind = await xian.app.attachments().make(chart)
        assert (Image.open(io.BytesIO(body)).size[0], kind) == (1080, "image/png")
        xian.at("2024-03-05 10:00")
        await submit_case(await xian.liaison("西安市公安局"))
        later = Charts(xian.app.database, xian.app.notices)
        assert await later.make(chart.ref) == body, "what came in later is not in it"
        await admin.say("报送情况")
        assert await later.make(chart_of(admin).ref) != body


async def test_a_reference_to_no_chart_gives_none(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        charts = Charts(xian.app.database, xian.app.notices)
        for ref in ("", "xian-2024", "xian-2024/status/", "xian-2024/status/-1", "xian-2024/status/٣", "no/status/1",
                    "xian-2024/other/1", f"xian-2024/status/{'9' * 40}"):  # fmt: skip
            with pytest.raises(Gone):
                await charts.make(ref)


async def test_without_a_font_there_are_words_and_the_reason(play: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        admin = await xian.admin()
        xian.app.house.charts = False
        await admin.say("报送情况")
        assert [reply.attachment for reply in admin.replies] == [None]
        assert "没有中文字体" in admin.text and "信用案例 共 0 个" in admin.text
        monkeypatch.setattr("bot.pictures.font", lambda: None)
        with pytest.raises(Gone):
            await Charts(xian.app.database, xian.app.notices).make("xian-2024/status/1709258400000000")


async def test_a_campaign_without_works_has_the_chart_of_its_quiz_alone(play: Opens) -> None:
    if font() is None:
        pytest.skip("no font with Chinese characters")
    async with play("hongze-quiz-2020", "2020-07-09 10:00") as quiz:
        admin = await quiz.admin()
        said = await admin.say("报送情况")
        chart = chart_of(admin)
        assert (chart.ref.split("/")[1], chart.name) == ("quiz", "答题情况.png")
        assert "答题情况（进行中，7月14日（周二）24:00 截止）" in said and "还没有人答完" in said
        body, _ = await quiz.app.attachments().make(chart)
        assert Image.open(io.BytesIO(body)).size[0] == 1080


async def test_a_campaign_without_a_quiz_has_no_chart_of_one(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        with pytest.raises(Gone):
            await Charts(xian.app.database, xian.app.notices).make("xian-2024/quiz/1709258400000000")
