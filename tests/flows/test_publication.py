"""Results are told to each unit once and in its own words, certificates handed over, outlets ticked off."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pypdfium2
import pytest

from bot.certificates import checks
from media.fonts import NoFont, cjk_font
from rules.deeds import Heard
from rules.notice import Notice
from storage.outbox import DEAD
from storage.telling import tell_liaisons
from tests.flows.conftest import Opens, Play, Player
from tests.flows.filling import submit_case
from tests.flows.honouring import give, settle
from tests.flows.test_ageing import notices_to
from tests.flows.variants import form_only
from tests.web.fakes import settings
from tests.web.visitor import Visitor
from web.app import create


def certified(notice: Notice) -> Notice:
    """Entered by the form alone, and every prize comes with a certificate."""
    bare = form_only(notice)
    assert bare.awards is not None
    prizes = tuple(replace(prize, certificate=True) for prize in bare.awards.prizes)
    return replace(bare, awards=replace(bare.awards, prizes=prizes))


async def judged(play: Play) -> tuple[Player, Player, Player, int]:
    """An admin, a winner and another liaison, and the winner's prize, in 公示 still."""
    admin = await play.admin()
    winner, other = await play.liaison("碑林区"), await play.liaison("西安市教育局", "李老师")
    await submit_case(winner)
    await submit_case(other, "诚信校园")
    prize = await give(play.app.database, play.campaign, "XA-A0001", prize="case", label="典型案例", state="listed")
    play.forget()
    return admin, winner, other, prize


async def heard(player: Player) -> str:
    return await player.news()


def pages(data: bytes) -> list[str]:
    """The words of each page of a PDF."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]


async def given(player: Player) -> tuple[str, bytes]:
    """The file that was handed over last."""
    [attachment] = [reply.attachment for reply in player.replies if reply.attachment is not None]
    data, _ = await player.play.app.attachments().make(attachment)
    return attachment.name, data


async def test_each_unit_hears_its_own_results_once_and_gets_its_certificate(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, other, prize = await judged(xian)
        xian.at("2024-06-20 10:00")
        await winner.say("证书")
        await admin.say("发布结果")
        await settle(xian.app.database, [prize], "final")
        await admin.say("发布结果")
        await admin.say("发布并通知")
        assert await heard(winner) != await heard(other)
        await admin.all("发布结果", "报送情况", "发布渠道", "新华信用平台", "不是链接", "https://credit.example.com/1")
        await admin.all("发布渠道", "2", "没有链接", "报送情况")
        await other.say("获奖")
        await winner.say("证书")
        await winner.say("Word")
        await winner.news()
        name, data = await given(winner)
        assert name == "碑林区 获奖证书.docx"
        with zipfile.ZipFile(io.BytesIO(data)) as word:
            document = word.read("word/document.xml").decode()
        assert "XA-2024-0001" in document and "诚信菜市场" in document and "{{" not in document
        await winner.say("菜单")
        xian.matches("publication")


async def test_whoever_has_not_read_that_there_are_results_reads_only_their_own(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, _, prize = await judged(xian)
        bystander = await xian.liaison("西安市公安局", "赵老师")
        await settle(xian.app.database, [prize], "final")
        heard = Heard("award.final_told", {"title": "征集", "winners": 1, "units": 0}, ("获奖名单",))
        async with xian.app.turns.open() as turns:
            await tell_liaisons(turns.moment(xian.clock.now()), xian.campaign, heard)
        await admin.all("发布结果", "发布并通知")
        read = [await notices_to(xian, who, but=DEAD) for who in (winner, bystander)]
        assert [sum("公示结束" in text for text in notices) for notices in read] == [0, 1]


async def test_a_certificate_as_pdf_says_what_it_should(play: Opens) -> None:
    try:
        cjk_font()
    except NoFont:
        pytest.skip("no font with Chinese characters")
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, _, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await admin.all("发布结果", "发布并通知")
        await winner.news()
        await winner.all("证书", "PDF（打印、存档）")
        await winner.news()
        name, data = await given(winner)
        [page] = pages(data)
        told = page.replace("\r", "").replace("\n", "").replace(" ", "")
        assert name == "碑林区 获奖证书.pdf"
        assert "报送的作品《诚信菜市场》在“2024年度典型案例及优秀短视频征集”中荣获典型案例" in told
        for words in ("获奖证书", "碑林区", "典型案例", "XA-2024-0001", "2024年4月20日", "特发此证"):
            assert words in told
        await admin.all("证书", "编号并打包")
        await admin.news()
        _, packed = await given(admin)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert sorted(archive.namelist()) == [
                "PDF/XA-2024-0001 碑林区 典型案例.pdf", "SHA256SUMS", "Word/XA-2024-0001 碑林区 典型案例.docx",
                "证书登记表.xlsx",
            ]  # fmt: skip


async def test_without_a_font_a_pdf_is_refused_and_word_goes_on(play: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise NoFont("没有")

    monkeypatch.setattr("scheduler.certifying.cjk_font", none)
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, _, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await admin.all("发布结果", "发布并通知")
        await winner.news()
        await winner.all("证书", "1")
        assert (await winner.news()).startswith("这台服务器上没有中文字体，做不出 PDF。请先选 Word")
        await winner.all("证书", "2")
        await winner.news()
        assert (await given(winner))[0] == "碑林区 获奖证书.docx"
        await admin.all("证书", "1")
        assert "只有 Word，没有 PDF" in await admin.news()


async def test_prizes_that_change_under_the_admins_eyes_stop_the_publication(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, other, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await admin.say("发布结果")
        await give(xian.app.database, "xian-2024", "XA-A0002", prize="case", label="典型案例")
        # The look before the deed already sees other prizes, so it asks anew; nobody has heard a thing.
        assert "奖项 2 项" in await admin.say("发布并通知")
        await admin.say("发布并通知")
        assert "《诚信校园》" in await other.news() and "《诚信菜市场》" in await winner.news()


async def test_a_work_with_two_prizes_is_one_work(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, _, _, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await give(xian.app.database, "xian-2024", "XA-A0001", prize="idea", label="最佳创意奖")
        assert "奖项 2 项（作品 1 件）" in await admin.say("发布结果")


async def test_whoever_was_told_hears_again_only_of_a_change(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, winner, other, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await admin.all("发布结果", "发布并通知")
        await winner.news()
        await other.news()
        assert "不会重复通知" in await admin.say("发布结果")
        await settle(xian.app.database, [prize], "withdrawn")
        await give(xian.app.database, "xian-2024", "XA-A0002", prize="case", label="典型案例")
        said = await admin.say("发布结果")
        assert "通知 2 家单位：获奖 1 家，没有获奖 1 家" in said and "其中 2 家以前通知过" in said
        await admin.say("发布并通知")
        assert "评选结果有更新" in await winner.news() and "没有获奖" in winner.text
        assert "现在获得" in await other.news()
        await other.say("证书")
        assert "XA-2024-0002" in other.text, "a number that was withdrawn is not given again"


async def test_a_notice_without_certificates_gives_none(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", form_only) as xian:
        admin, winner, _, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        assert "certificate = true" in await admin.say("证书")
        assert "证书 0 张" in await admin.say("发布结果")
        await admin.say("发布并通知")
        assert "证书" not in await winner.news()
        assert "没有写这几项发证书" in await winner.say("获奖")


async def test_the_code_on_a_certificate_opens_its_page_in_the_running_program(play: Opens) -> None:
    async with play("xian-2024", "2024-04-20 10:00", certified) as xian:
        admin, _, _, prize = await judged(xian)
        await settle(xian.app.database, [prize], "final")
        await admin.all("发布结果", "发布并通知")
        guest = Visitor(app=create(xian.app.web_ports(), config=settings()))
        check = checks(b"k" * 32, "")("XA-2024-0001")
        await guest.get(f"/certificates/XA-2024-0001?code={check.code}")
        assert "证书有效" in guest.page and "碑林区" in guest.page
        assert (await guest.get("/certificates/XA-2024-0001?code=00000000")).status_code == 404
