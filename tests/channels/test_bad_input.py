"""Whatever people and platforms send, everybody gets a sentence or it is quietly put aside; nothing breaks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.wechat import PICTURE, WeChatPerson
from storage.tables import incidents
from storage.tables_post import quarantine
from tests.channels.town import Town, town

LONG = "信用监管。" * 2000


async def counted(place: Town) -> tuple[int, int]:
    """How many messages broke a flow, and how many could not be read."""
    async with place.app.database.read() as connection:
        broken = await connection.execute(select(func.count()).select_from(incidents))
        aside = await connection.execute(select(func.count()).select_from(quarantine))
        return broken.scalar_one(), aside.scalar_one()


async def filling_in_wechat(place: Town) -> WeChatPerson:
    person = place.wechat.person("o-zhang", "张")
    await person.follow(await place.invite())
    for text in ("李老师", "填报", "1"):
        await person.say(text)
    return person


async def filling_in_telegram(place: Town) -> TelegramPerson:
    person = place.telegram.person(7, "张")
    person.start(await place.invite())
    await person.heard("怎么称呼")
    for said in ("李老师", "/enter", "1"):
        person.say(said)
        await person.heard(1)
    return person


async def test_what_wechat_people_send_has_its_sentence(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_wechat(place)
        said = {
            "voice": (await person.voice()).text,
            "location": (await person.location()).text,
            "file": (await person.send_file()).text,
            "empty": (await person.say("")).text,
            "sticker": (await person.sticker()).text,
        }
        first = {kind: text.splitlines()[0][:14] for kind, text in said.items()}
        assert first == {
            "voice": "我还听不了语音，请用文字发给",
            "location": "位置我看不了。要填地址的话，",
            "file": "公众号收不到文件，请点这里上",
            "empty": "这条消息里没有内容。请用文字",
            "sticker": "这种消息我看不懂，请用文字发",
        }
        assert f"{place.url}/u/" in said["file"]
        assert (await person.say(LONG)).text.startswith("收到 10000 个字符，联系人最多只需 300 个")
        assert (await person.say("张某某")).text.startswith("第 2 项")
        assert place.wechat.violations == []
        assert await counted(place) == (0, 0)


async def test_what_telegram_people_send_has_its_sentence(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_telegram(place)
        heard: dict[str, str] = {}
        for kind in ("sticker", "voice", "video_note", "location", "contact"):
            getattr(person, kind)()
            heard[kind] = (await person.heard(1))[0].text.splitlines()[0][:12]
        assert heard == {
            "sticker": "表情我看不懂，请用文字发",
            "voice": "我还听不了语音，请用文字",
            "video_note": "这种短视频消息我还看不了",
            "location": "位置我看不了。要填地址的",
            "contact": "名片我看不了。要填联系人",
        }
        person.say(LONG)
        assert "收到 4096 个字符，联系人最多只需 300 个" in (await person.heard(3))[0].text
        person.say("张某某")
        assert "第 2 项" in (await person.heard(1))[-1].text
        assert place.telegram.violations == []
        assert await counted(place) == (0, 0)


async def test_a_forged_button_changes_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_telegram(place)
        person.say("/menu")
        await person.heard("想做什么")
        for data in ("x", "A" * 40, "ZgwP8R6-mGMAAM3y9I4fqeyBwQ"):
            person.forge(data)
            assert "刚才的按钮现在用不上了" in (await person.heard(1))[0].text
        assert await counted(place) == (0, 0)


@pytest.mark.parametrize(
    "xml",
    [
        "<!DOCTYPE x [<!ENTITY a 'b'>]><xml><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>o-zhang</FromUserName><FromUserName>o-li</FromUserName></xml>",
        "<xml><Hologram>1</Hologram></xml>",
        "no xml at all",
    ],
)
async def test_unreadable_callbacks_are_put_aside(tmp_path: Path, xml: str) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_wechat(place)
        assert (await person.raw_xml(xml)).outcome == "success"
        assert (await person.say("张某某")).text.startswith("第 2 项")
        assert await counted(place) == (0, 1)


async def test_forged_and_replayed_callbacks_change_nothing(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_wechat(place)
        place.wechat.mishaps.plan("forge")
        place.wechat.mishaps.plan("replay")
        assert (await person.say("张某某")).text.startswith("第 2 项")
        assert (await person.say("029-87650000")).text.startswith("第 3 项")
        await place.wechat.settled()
        assert [tried.status for kind, tried in place.wechat.sender.probes if kind == "forged"] == [403]
        assert place.wechat.violations == []


async def test_a_picture_whose_media_expired_has_its_sentence(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_wechat(place)
        place.wechat.mishaps.plan("spoil")
        told = await person.send_image(PICTURE)
        assert "过期" in told.text
        assert (await person.say("张某某")).text.startswith("第 2 项")


async def test_whoever_blocks_the_bot_in_the_middle_comes_back_to_where_they_were(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = await filling_in_telegram(place)
        person.block()
        person.unblock()
        person.say("张某某")
        assert "第 2 项" in (await person.heard(1))[-1].text
        assert await counted(place) == (0, 0)


async def test_a_picture_arrives_whole(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        person = place.wechat.person("o-zhang", "张")
        await person.follow(await place.invite())
        await person.say("李老师")
        await person.send_image(PICTURE)
        assert await place.app.files.read(hashlib.sha256(PICTURE).hexdigest()) == PICTURE
