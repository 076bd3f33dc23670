"""报送包: what is complete can be taken along, or mailed after a last look; what lacks something says what."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from bot.handlers.post import Outcome, Sent, Unsure, Wrong
from documents.letter import read_letter
from rules.letters import judge_letter
from scheduler import packing
from storage.files import FileStore
from tests.flows.checking import film
from tests.flows.conftest import Opens, Play, Player
from tests.flows.variants import with_item, without_scan

WEIFANG = (
    "填报", "视频案例", "诚信+菜市场", "张三", "0536-8791234", "xy@example.org", "胜利东街1号", "1",
    "一摊一码。", "完成", "一位摊主的故事。", "完成",
)  # fmt: skip


class Office:
    """A mail server that takes or refuses everything."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.got = outcome, list[tuple[bytes, str]]()

    async def carry(self, mail: bytes, receiver: str) -> Outcome:
        """Note what comes."""
        self.got.append((mail, receiver))
        return self.outcome


async def entered(play: Play, unit: str = "寿光市") -> Player:
    """A film's work that is in, without its scan."""
    liaison = await play.liaison(unit)
    await liaison.all(*WEIFANG)
    await liaison.send(("片.mp4", film()))
    await liaison.told("检查完了")
    for _ in range(3):
        if "没有问题，生成申报表" in liaison.choices:
            break
        await liaison.press(liaison.choices[0])
    await liaison.all("没有问题", "现在报送")
    assert "已收到" in liaison.text
    play.forget()
    return liaison


async def given(play: Play, player: Player) -> dict[str, bytes]:
    """The files of the newest messages, by name."""
    made = play.app.attachments()
    return {
        each.attachment.name: (await made.make(each.attachment))[0]
        for each in player.replies
        if each.attachment is not None
    }


async def test_a_complete_work_is_given_out_named_by_the_notice_and_passes_its_own_check(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        liaison = await entered(weifang)
        await liaison.all("我的报送", "1", "下载报送包")
        await liaison.told("报送包")
        weifang.matches("parcel")
        files = await given(weifang, liaison)
        stem = "张三（寿光市）+诚信＋菜市场+0536-8791234"
        with zipfile.ZipFile(io.BytesIO(files[f"{stem}.zip"])) as archive:
            assert archive.namelist() == [f"{stem}.docx", f"{stem}（视频）.mp4"]
            assert archive.testzip() is None
        letter = read_letter(files[f"{stem}.eml"])
        notice = weifang.notice
        assert letter.subject.endswith("+张三+0536-8791234")
        # What stands in for a film here begins like a picture; nothing else is to be found.
        findings = judge_letter(notice, notice.track("video"), letter)
        assert [(each.key, each.facts["name"]) for each in findings] == [
            ("package.not_what_it_says", f"{stem}（视频）.mp4")
        ]


async def test_what_is_still_to_follow_is_named_and_nothing_is_offered(play: Opens) -> None:
    async with play(
        "weifang-2023", "2023-08-01 10:00", lambda notice: with_item(notice, "video", "scan", later=True)
    ) as weifang:
        liaison = await weifang.liaison("寿光市")
        await liaison.all(*WEIFANG)
        await liaison.send(("片.mp4", film()))
        await liaison.told("检查完了")
        for _ in range(6):
            if "以后补交" in liaison.choices:
                break
            await liaison.press(liaison.choices[0])
        await liaison.press("以后补交")
        await liaison.say("现在报送")
        await liaison.all("我的报送", "1")
        assert "下载报送包" not in liaison.choices
        said = await liaison.say("报送包")
        assert "还不能打包，缺：申报表 PDF 盖章扫描版" in said


async def test_it_is_mailed_after_a_last_look_and_once(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        office = Office(Sent())
        weifang.app.house.mail, weifang.app.mailing.post = True, office
        liaison = await entered(weifang)
        await liaison.all("我的报送", "1", "发到主办邮箱")
        await liaison.told("现在发吗")
        assert office.got == []
        await liaison.say("确认发送")
        await liaison.told("已发到")
        await liaison.all("我的报送", "1", "发到主办邮箱")
        await liaison.told("现在发吗")
        await liaison.say("确认发送")
        await liaison.told("没有重复发送")
        weifang.matches("parcel_mailed")
        [(mail, receiver)] = office.got
        assert receiver == "wfxyxh@126.com"
        assert [file.name.rpartition(".")[2] for file in read_letter(mail).files] == ["docx", "mp4"]


@pytest.mark.parametrize(("outcome", "said"), [(Unsure("x"), "不能确定"), (Wrong("552 too large"), "没有发出去")])
async def test_what_the_server_makes_of_it_is_said(play: Opens, outcome: Outcome, said: str) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        weifang.app.house.mail, weifang.app.mailing.post = True, Office(outcome)
        liaison = await entered(weifang)
        await liaison.all("我的报送", "1", "发到主办邮箱")
        await liaison.told("现在发吗")
        await liaison.say("确认发送")
        assert said in await liaison.news()


async def test_whoever_says_no_has_sent_nothing(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        office = Office(Sent())
        weifang.app.house.mail, weifang.app.mailing.post = True, office
        liaison = await entered(weifang)
        await liaison.all("我的报送", "1", "发到主办邮箱")
        await liaison.told("现在发吗")
        assert (await liaison.say("不发送"), office.got) == ("好的，没有发送。", [])


@pytest.mark.parametrize("public", ["", "https://xinshi.example.org"])
async def test_files_too_large_for_a_mail_go_by_link_or_by_hand(
    play: Opens, monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    monkeypatch.setattr(packing, "MOST_ENCLOSED", 1000)
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        monkeypatch.setattr(weifang.app.links, "_public_url", public)
        office = Office(Sent())
        weifang.app.house.mail, weifang.app.mailing.post = True, office
        liaison = await entered(weifang)
        await liaison.all("我的报送", "1", "发到主办邮箱")
        if not public:
            assert "没有发送" in await liaison.news()
            return
        assert "邮件里放下载链接（7 天内有效），不带附件" in await liaison.told("现在发吗")
        await liaison.say("确认发送")
        await liaison.told("已发到")
        letter = read_letter(office.got[0][0])
        assert (letter.files, [link.startswith(f"{public}/d/") for link in letter.links]) == ((), [True])
        token = letter.links[0].removeprefix(f"{public}/d/")
        address, attachment = weifang.app.links.open_file(token, weifang.clock.now())
        data, _ = await weifang.app.attachments().make(attachment)
        assert (address, zipfile.is_zipfile(io.BytesIO(data))) == ("mail:wfxyxh@126.com", True)


async def test_a_file_that_is_gone_from_the_store_is_said(play: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        liaison = await entered(weifang)

        async def gone(store: FileStore, sha256: str) -> Any:
            raise FileNotFoundError(sha256)

        monkeypatch.setattr(FileStore, "local", gone)
        await liaison.all("我的报送", "1", "下载报送包")
        assert "在库里找不到（片.mp4），没有打包成" in await liaison.news()


async def test_whoever_has_nothing_complete_is_told_so(play: Opens) -> None:
    async with play("weifang-2023", "2023-08-01 10:00", without_scan) as weifang:
        liaison = await weifang.liaison("寿光市")
        assert (await liaison.say("报送包")).startswith("贵单位还没有材料齐全")
