"""Files go to people and come from them, within Telegram's sizes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_limits import DOWNLOAD, UPLOAD
from bot.fakes.trouble import Step
from tests.bot.fakes.telegram_client import CHAT, telegram


async def test_documents_go_out_and_come_in() -> None:
    async with telegram() as client:
        zhang = client.fake.person(CHAT)
        sent = await client.upload("sendDocument", {"document": ("附件1.docx", b"PK12")}, chat_id="7", caption="给您")
        [message] = zhang.messages
        assert message.file is not None
        assert (message.file.name, message.file.data, message.text) == ("附件1.docx", b"PK12", "给您")
        again = await client.good("sendDocument", chat_id=CHAT, document=sent["result"]["document"]["file_id"])
        assert again["document"] == sent["result"]["document"]
        named = await client.upload("sendDocument", {"f": ("b.docx", b"2")}, chat_id="7", document="attach://f")
        assert named["result"]["document"]["file_name"] == "b.docx"
        zhang.send_file("表.docx", b"hello")
        [update] = await client.good("getUpdates")
        told = await client.good("getFile", file_id=update["message"]["document"]["file_id"])
        files = f"{client.fake.base_url}/file/bot"
        async with client.session.get(f"{files}{client.fake.token}/{told['file_path']}") as file:
            assert (file.status, await file.read(), told["file_size"]) == (200, b"hello", 5)
        async with client.session.get(f"{files}other/{told['file_path']}") as file:
            assert file.status == 404


async def test_files_that_are_too_large_or_none() -> None:
    async with telegram() as client:
        client.fake.person(CHAT).send_file("大.mp4", b"", size=DOWNLOAD + 1)
        [update] = await client.good("getUpdates")
        large = await client.said("getFile", file_id=update["message"]["document"]["file_id"])
        assert large == "400 Bad Request: file is too big"
        huge = await client.upload("sendDocument", {"document": ("a", bytes(UPLOAD + 2**20 + 1))}, chat_id="7")
        assert (huge["error_code"], huge["description"]) == (413, "Request Entity Too Large")
        empty = await client.upload("sendDocument", {"document": ("a", b"")}, chat_id="7")
        assert empty["description"] == "Bad Request: file must be non-empty"
        picture = await client.upload("sendPhoto", {"photo": ("a.jpg", b"no picture")}, chat_id="7")
        assert picture["description"] == "Bad Request: IMAGE_PROCESS_FAILED"
        document = {"document": ("a", b"1")}
        caption = await client.upload("sendDocument", document, chat_id="7", caption="字" * 1025)
        assert caption["description"] == "Bad Request: message caption is too long"


async def test_ones_own_server_gives_paths_and_large_files(tmp_path: Path) -> None:
    async with telegram(FakeTelegram(limits=False, local=tmp_path)) as client:
        client.fake.person(CHAT).send_file("大.mp4", b"film", size=DOWNLOAD + 1)
        [update] = await client.good("getUpdates")
        told = await client.good("getFile", file_id=update["message"]["document"]["file_id"])
    path = Path(told["file_path"])
    assert (path.is_absolute(), await asyncio.to_thread(path.read_bytes)) == (True, b"film")


async def test_a_download_can_break_off_in_the_middle() -> None:
    async with telegram() as client:
        client.fake.person(CHAT).send_file("表.docx", b"hello" * 1000)
        [update] = await client.good("getUpdates")
        told = await client.good("getFile", file_id=update["message"]["document"]["file_id"])
        client.fake.mischief.script(Step.CUT_AFTER, call="download")
        url = f"{client.fake.base_url}/file/bot{client.fake.token}/{told['file_path']}"
        with pytest.raises(aiohttp.ClientPayloadError):
            async with client.session.get(url) as file:
                await file.read()
        async with client.session.get(url) as file:
            assert await file.read() == b"hello" * 1000
