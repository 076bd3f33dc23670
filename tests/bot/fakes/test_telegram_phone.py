"""The phone page shows a conversation and takes part in it, with a script and without one."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from playwright.async_api import async_playwright

from tests.bot.fakes.telegram_client import CHAT, keys, telegram

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("script", [True, False])
async def test_a_phone_is_used_by_touch(needs_chromium: str, script: bool) -> None:
    async with telegram() as client, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs_chromium, args=FLAGS)
        context = await browser.new_context(**PHONE, java_script_enabled=script)
        context.set_default_timeout(30_000)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{client.fake.base_url}/phone?user=8&name=%E6%9D%8E&start=ABC")
        await page.get_by_role("button", name="开始").tap()
        await page.wait_for_selector("#write")
        li = client.fake.person(8)
        markup = keys(["甲", "乙"])
        await client.good("sendMessage", chat_id=8, text="<b>选</b>一个", parse_mode="HTML", reply_markup=markup)
        if not script:
            await page.get_by_role("link", name="刷新").tap()
        await page.get_by_role("button", name="乙").tap()
        await page.fill("#text", "第一行\n第二行")
        await page.set_input_files("#file", {"name": "表.docx", "mimeType": "a/b", "buffer": b"PK"})
        await page.get_by_role("button", name="发送", exact=True).tap()
        await page.wait_for_selector(".mine >> text=表.docx")
        assert await page.locator(".bubble b").all_inner_texts() == ["选"]
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
        assert [each.data for each in li.answers] == ["乙"]
        newest = li.conversation[-1]
        assert newest.file is not None and (newest.file.name, newest.file.data) == ("表.docx", b"PK")
        assert ([each.text for each in li.conversation], complaints) == (["/start ABC", "选一个", "第一行\n第二行"], [])
        await browser.close()


async def page(client: Any, path: str, **form: str) -> tuple[int, str]:
    how = client.session.post if form else client.session.get
    async with how(f"{client.fake.base_url}{path}", **({"data": form} if form else {})) as answer:
        return answer.status, await answer.text()


async def test_what_people_write_is_escaped() -> None:
    async with telegram() as client:
        client.fake.person(CHAT).say("<script>alert(1)</script>")
        _, html = await page(client, f"/phone?user={CHAT}")
        assert html.count("<script") == 1 and "&lt;script&gt;alert(1)" in html


async def test_news_come_at_once_and_a_stop_lets_the_page_go() -> None:
    async with telegram() as client:
        seen = client.fake.person(CHAT).chat.changes
        url = f"{client.fake.base_url}/phone/news?user={CHAT}&wait=20&seen="
        async with aiohttp.ClientSession() as session:
            waiting = asyncio.create_task(session.get(f"{url}{seen}"))
            await asyncio.sleep(0.05)
            await client.text("来了")
            async with await asyncio.wait_for(waiting, 5) as answer:
                news = await answer.json()
        assert (news["reload"], news["seen"], "来了" in news["html"]) == (False, seen + 1, True)
        waiting = asyncio.create_task(client.session.get(f"{url}{seen + 1}"))
        await asyncio.sleep(0.05)
        client.fake._phone.close()
        (await asyncio.wait_for(waiting, 5)).release()


async def test_what_cannot_be_done_is_said() -> None:
    async with telegram() as client:
        gone = await page(client, "/phone/press", user=str(CHAT), message="99", place="0")
        empty = await page(client, "/phone/say", user=str(CHAT), text=" ")
        assert [(code, "这一步没有做成" in html) for code, html in (gone, empty)] == [(200, True)] * 2
        nobody = await page(client, "/phone/news?user=x")
        lost = await page(client, "/phone/files/DOC-00000099")
        assert (nobody[0], lost[0]) == (404, 404)


async def test_another_site_cannot_post() -> None:
    async with telegram() as client:
        headers = {"origin": "https://example.com"}
        data = {"user": str(CHAT), "text": "x"}
        async with client.session.post(f"{client.fake.base_url}/phone/say", data=data, headers=headers) as answer:
            assert answer.status == 403
        assert len(client.fake.person(CHAT).conversation) == 1
