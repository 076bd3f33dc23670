"""The official form, from the invitation to the receipt, half in one messenger and half in the other."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.wechat import WeChatPerson
from documents.read import read
from rules.people import Role
from tests.channels.town import CAMPAIGN, UNIT, Town, town

CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
FIRST = ("李老师", "填报", "1", "张某某", "029-87650000", "xy@example.org", "莲湖路1号", "诚信菜市场")
SECTION = "市场里缺斤短两时有发生，群众投诉多，监管人手不够。"
ANSWERS = {
    "unit": UNIT, "contact": "张某某", "phone": "029-87650000", "email": "xy@example.org", "address": "莲湖路1号",
    "title": "诚信菜市场",
}  # fmt: skip


async def tell(person: TelegramPerson, said: str) -> str:
    """Say or press something in Telegram, and wait for the answer."""
    if any(said in label for label in person.labels):
        person.press(next(label for label in person.labels if said in label))
    else:
        person.say(said)
    return (await person.heard(1))[-1].text


async def begun_in_wechat(place: Town) -> WeChatPerson:
    """Somebody scans their invitation and fills in the first half."""
    person = place.wechat.person("o-zhang", "张")
    await person.follow(await place.invite())
    for text in FIRST:
        assert (await person.say(text)).outcome == "passive"
    return person


async def moved_to_telegram(place: Town, person: WeChatPerson) -> TelegramPerson:
    """The same person opens the link that 绑定 gives, in Telegram."""
    told = (await person.say("绑定")).text
    other = place.telegram.person(7, "张")
    found = re.search(r"t\.me/\w+\?start=(\w+)", told)
    assert found is not None
    assert found[1] == CODE.findall(told)[0].replace("-", "")
    other.start(found[1])
    await other.heard("两边现在都是您")
    return other


async def finish(person: TelegramPerson) -> None:
    """The second half, with buttons."""
    for said in ("行业信用监管", "诚信文化", "选好了", "以信用分级管理带动食品安全。", "完成"):
        await tell(person, said)
    for _ in range(3):
        await tell(person, SECTION)
        await tell(person, "完成")
    for said in ("跳过", "确认承诺"):
        await tell(person, said)


def fields_of(place: Town, document: bytes) -> dict[str, object]:
    """What a filled annex answers to the questions of the first half, read back from the Word file."""
    answers = read(place.app.notices[CAMPAIGN].form("case"), document, name="表.docx", blank=None, others=[]).answers
    return {key: answers.get(key) for key in ANSWERS}


async def test_a_form_begun_in_wechat_is_finished_in_telegram(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        telegram = await moved_to_telegram(place, await begun_in_wechat(place))
        assert "案例主题" in telegram.text
        await finish(telegram)
        telegram.press("没有问题，生成申报表")
        await telegram.heard("现在就报送吗")
        [document] = [one.file for one in telegram.messages if one.file is not None]
        assert fields_of(place, document.data) == ANSWERS
        assert "XA-A0001" in await tell(telegram, "现在报送")
        assert (place.telegram.violations, place.wechat.violations) == ([], [])
        told = [bubble.text for bubble in place.wechat.people["o-zhang"].messages if bubble.way == "customer"]
        assert told == ["Telegram 已经连上，现在两边都是您。如果不是您本人连的，请马上发“解除绑定”。"]


async def test_a_form_begun_in_telegram_is_finished_in_wechat(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        telegram = place.telegram.person(7, "张")
        telegram.start(await place.invite())
        await telegram.heard("怎么称呼")
        for text in ("李老师", "填报", "信用案例", *FIRST[3:]):
            await tell(telegram, text)
        await tell(telegram, "/link")
        wechat = place.wechat.person("o-zhang", "张")
        told = (await wechat.say(CODE.findall(telegram.text)[0])).text
        assert "两边现在都是您" in told
        assert "案例主题" in told
        lines = ("3，9", "以信用分级管理带动食品安全。", "完成", *[SECTION, "完成"] * 3, "跳过", "确认承诺", "1")
        for line in lines:
            told = (await wechat.say(line)).text
        async with httpx.AsyncClient() as browser:
            document = await browser.get(LINK.findall(told)[0])
        assert fields_of(place, document.content) == ANSWERS
        assert "XA-A0001" in (await wechat.say("1")).text
        assert (place.telegram.violations, place.wechat.violations) == ([], [])


async def test_notices_go_to_the_messenger_used_last(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        telegram = await moved_to_telegram(place, await begun_in_wechat(place))
        admin = place.telegram.person(8, "管")
        admin.start(await place.invite(Role.ADMIN))
        await admin.heard("怎么称呼")
        for said in ("陈主任", "群发", "全部联络员", "请于周五前至少报一个案例"):
            await tell(admin, said)
        assert "Telegram 1" in admin.text
        await tell(admin, "发送")
        notice = (await telegram.heard("请于周五前"))[-1]
        assert notice.text == "2024年度典型案例及优秀短视频征集 通知：\n\n请于周五前至少报一个案例"
        await admin.heard("已发完：送出 1/1", seconds=8)
        assert place.telegram.violations == []


async def test_a_word_form_comes_in_by_the_page_and_the_answer_in_the_chat(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        wechat = await begun_in_wechat(place)
        told = (await wechat.send_file()).text
        page = LINK.findall(told)[0]
        async with httpx.AsyncClient(follow_redirects=True) as browser:
            sent = await browser.post(
                page,
                files={"file": ("说明.docx", b"not a word file")},
                data={"mid": "a1b2c3d4e5f60718"},
                headers={"origin": place.url},
            )
        assert sent.status_code == 200
        answer = await wechat.heard(lambda bubble: "正在读" not in bubble.text and bubble.way == "customer")
        assert "Word" in answer.text
        assert place.wechat.violations == []
