"""The phone of the fake WeChat platform works with forms alone, and by itself where there is a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.fakes.wechat import PICTURE, Account, FakeWeChat
from bot.fakes.wechat_phone import linked
from bot.fakes.wechat_sending import Sending
from tests.bot.fakes.wechat_program import Program, together

MENU = {"button": [{"type": "click", "name": "继续", "key": "/resume"}]}
ASKED = {"head_content": "提交吗？", "list": [{"id": "A", "content": "提交"}], "tail_content": "回复 1 也可以"}


@pytest.fixture
async def fake() -> AsyncIterator[FakeWeChat]:
    async with together(FakeWeChat(replace(Account(), name="测试号")), Program(Account())) as fake:
        yield fake


def customer(fake: FakeWeChat, kind: str, part: dict[str, Any]) -> None:
    sending = Sending(fake.book, fake.people.get, lambda *_: None)
    sending.customer({"touser": "o-wang", "msgtype": kind, kind: part})


async def page(fake: FakeWeChat, openid: str = "o-wang") -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{fake.base_url}/phone?user={openid}") as answer:
        return await answer.text()


async def do(fake: FakeWeChat, picture: bytes = b"", site: str = "same-origin", **fields: str) -> tuple[int, str]:
    """Send the form; gives the status and the page it leads to."""
    form = aiohttp.FormData({"user": "o-wang"} | fields)
    if picture:
        form.add_field("picture", picture, filename="a.jpg")
    async with (
        aiohttp.ClientSession(headers={"Sec-Fetch-Site": site}) as session,
        session.post(f"{fake.base_url}/phone/do", data=form) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_newcomer_follows_by_the_scene_and_then_writes(fake: FakeWeChat) -> None:
    shown = await page(fake)
    assert "模拟微信" in shown
    assert ('id="say"' in shown, "关注公众号" in shown) == (False, True)
    assert "请先关注公众号。" in (await do(fake, text="早了"))[1]
    await do(fake, act="follow", value="INVITE")
    person = fake.people["o-wang"]
    assert (person.following, person.scene) == (True, "INVITE")
    _, shown = await do(fake, text="你好 <b>")
    assert "您说：你好 &lt;b&gt;" in shown
    assert [one.text for one in person.timeline] == ["你好 <b>", "您说：你好 <b>"]


async def test_menu_items_and_pictures_are_pressed_without_a_script(fake: FakeWeChat) -> None:
    person = fake.person("o-wang", "王")
    fake.book.menu = MENU
    await person.say("你好")
    customer(fake, "msgmenu", ASKED)
    shown = await page(fake)
    assert '<button name="value" value="3.0">提交</button>' in shown
    assert '<button name="value" value="/resume">继续</button>' in shown
    await do(fake, act="item", value="3.0")
    await do(fake, act="menu", value="/resume")
    assert "菜单已经变了" in (await do(fake, act="menu", value="/gone"))[1]
    assert "这一项点不了" in (await do(fake, act="item", value="x"))[1]
    _, shown = await do(fake, picture=PICTURE)
    assert f'src="/mmbiz/{person.timeline[-2].media}/0"' in shown
    assert "只能发 JPG、PNG 或 GIF" in (await do(fake, picture=b"%PDF"))[1]
    assert [one.text for one in person.timeline if one.mine] == ["你好", "提交", ""]
    assert (person.texts[-1], fake.violations) == ("收到 image", [])


async def test_a_form_on_somebody_elses_page_does_nothing(fake: FakeWeChat) -> None:
    fake.person("o-wang")
    assert (await do(fake, site="cross-site", text="骗来的"))[0] == 403
    assert (await do(fake, user="o-nobody", text="谁"))[0] == 404
    assert fake.people["o-wang"].timeline == []


def test_links_can_be_followed_and_nothing_else_is_html() -> None:
    assert linked('见 <a href="https://example.org/a?b=1&c=2">这里</a>，或 https://example.org/x。<script>') == (
        '见 <a href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">这里</a>，或 '
        '<a href="https://example.org/x" target="_blank" rel="noopener noreferrer">https://example.org/x</a>'
        "。&lt;script&gt;"
    )
    assert linked('<a href="javascript:alert(1)">x</a>') == ("&lt;a href=&#34;javascript:alert(1)&#34;&gt;x&lt;/a&gt;")


async def test_the_page_refreshes_by_itself_on_a_phone(fake: FakeWeChat, needs_chromium: str) -> None:
    playwright = pytest.importorskip("playwright.async_api", reason="no Playwright here")
    fake.person("o-wang", "王")
    fake.book.menu = MENU
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=needs_chromium, args=["--no-sandbox", "--disable-gpu"])
        shown = await browser.new_page(viewport={"width": 390, "height": 844})
        wrong: list[str] = []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        await shown.goto(f"{fake.base_url}/phone?user=o-wang")
        await shown.fill("#text", "你好")
        await shown.keyboard.press("Enter")
        await shown.wait_for_selector("text=您说：你好", timeout=5000)
        customer(fake, "msgmenu", ASKED)
        await shown.click("button:text-is('提交')", timeout=5000)
        await shown.wait_for_selector("text=您说：提交", timeout=5000)
        await shown.click("text=继续")
        assert await shown.evaluate("document.documentElement.scrollWidth") == 390
        assert await shown.input_value("#text") == ""
        await browser.close()
    assert (wrong, fake.violations) == ([], [])
