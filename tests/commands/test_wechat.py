"""The account's menu and its QR codes: what is sent to the platform, and a sentence for everything that goes wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.wechat import MENU, house_menu
from bot.flows.table import house_flows
from bot.talk.commands import ENGINE
from rules import accounts
from tests.bot.handlers.wechat_server import Platform, platform
from tests.commands.program import call, deployment

SECRET = "0123456789abcdef" * 2
ENVIRONMENT = {"WECHAT_SECRET": SECRET, "WECHAT_TOKEN": "xinshi1", "WECHAT_AES_KEY": "a" * 43}
URL = "http://weixin.qq.com/q/02xinshi"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "MAIL_PASSWORD"):
        monkeypatch.delenv(f"XINSHI_{name}", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(f"XINSHI_{name}", value)


@pytest.fixture
def script() -> Iterator[Platform]:
    with platform() as one:
        one.answers["qrcode/create"] = [{"ticket": "T", "expire_seconds": 2592000, "url": URL}]
        yield one


def _config(folder: Path, url: str, more: str = "") -> Path:
    return deployment(folder, more=f'[wechat]\napp_id = "wx0000000000000000"\nbase_url = "{url}"\n{more}')


@pytest.fixture
def config(tmp_path: Path, script: Platform) -> Path:
    return _config(tmp_path, script.url)


def _told(*arguments: str | Path) -> str:
    result = call("wechat", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert SECRET not in result.stderr
    return result.stderr


def test_every_button_of_the_menu_is_a_word_that_is_understood() -> None:
    words = {*ENGINE, *(word for flow in house_flows() for word in flow.words)}
    keys = [word for _, does in MENU for word in ([does] if isinstance(does, str) else [word for _, word in does])]
    assert [key for key in keys if key not in words] == []
    assert keys == ["填报", "我的报送", "继续", "菜单", "绑定", "换单位", "帮助"]


def test_the_menu_keeps_the_platforms_limits() -> None:
    buttons = house_menu()["button"]
    assert len(buttons) <= accounts.MENU_BUTTONS
    for button in buttons:
        below = button.get("sub_button", [])
        assert len(button["name"].encode()) <= accounts.MENU_NAME_BYTES
        assert len(below) <= accounts.MENU_BELOW
        assert [each for each in below if len(each["name"].encode()) > accounts.MENU_BELOW_NAME_BYTES] == []
        assert [each for each in (below or [button]) if len(each["key"].encode()) > accounts.MENU_KEY_BYTES] == []


def test_the_menu_is_published_shown_and_rehearsed(script: Platform, config: Path) -> None:
    result = call("wechat", "menu", "--dry-run", "--config", config)
    assert (result.exit_code, json.loads(result.stdout), script.asked) == (0, house_menu(), [])
    result = call("wechat", "menu", "--config", config)
    assert (result.exit_code, result.stdout) == (0, "菜单已发布；已经关注的人 5 分钟后重新进入公众号就能看到。\n")
    assert [each.body for each in script.asked if each.path == "menu/create"] == [house_menu()]
    script.answers["menu/get"] = [{"menu": {"button": []}}, {"errcode": 46003, "errmsg": "menu no exist"}]
    assert json.loads(call("wechat", "menu", "--show", "--config", config).stdout) == {"menu": {"button": []}}
    assert call("wechat", "menu", "--show", "--config", config).stdout == "现在没有用接口发布的菜单。\n"


def test_an_invitation_becomes_a_picture(script: Platform, config: Path, tmp_path: Path) -> None:
    out = tmp_path / "邀请.png"
    result = call("wechat", "qr", "k7m2p 9qrst", "--out", out, "--days", "7", "--config", config)
    said = f"邀请码 K7M2P-9QRST 的二维码：{out}（30 天内有效；邀请码自己的有效期另算）。\n"
    assert (result.exit_code, result.stdout) == (0, said)
    assert out.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert script.asked[-1].body == {
        "action_name": "QR_STR_SCENE",
        "expire_seconds": 7 * 86400,
        "action_info": {"scene": {"scene_str": "K7M2P9QRST"}},
    }


def test_without_a_file_the_code_is_drawn_in_the_terminal(script: Platform, config: Path) -> None:
    result = call("wechat", "qr", "K7M2P-9QRST", "--permanent", "--config", config)
    *drawn, said = result.stdout.splitlines()
    assert said == f"邀请码 K7M2P-9QRST 的二维码：{URL}（永久有效；邀请码自己的有效期另算）。"
    assert len(drawn) > 10
    assert script.asked[-1].body["action_name"] == "QR_LIMIT_STR_SCENE"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"errcode": 40164, "errmsg": "invalid ip"},
            "（40164）：请把本机的公网地址加进公众平台“基本配置”的 IP 白名单。",
        ),
        ({"errcode": 40125, "errmsg": f"bad {SECRET}"}, "（40125）：请核对环境变量 XINSHI_WECHAT_SECRET "),
        ({"errcode": 61024, "errmsg": f"odd {SECRET}"}, "（61024）：原话是 odd …。"),
        (b"<html>", "微信平台的回答不完整"),
    ],
)
def test_what_the_platform_refuses_is_told_with_what_to_do(
    script: Platform, config: Path, given: object, said: str
) -> None:
    script.answers["stable_token"] = [given]
    assert said in _told("menu", "--config", config)


def test_a_platform_out_of_reach_is_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    said = _told("menu", "--config", _config(tmp_path, address))
    assert said == "连不上微信平台，请核对网络和 [wechat] 的 base_url。\n"


def test_what_cannot_be_done_is_told_before_anybody_is_asked(
    script: Platform, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "“12345”不是邀请码" in _told("qr", "12345", "--config", config)
    assert "不是 PNG 文件名" in _told("qr", "K7M2P-9QRST", "--out", tmp_path / "x.pdf", "--config", config)
    kind = _config(tmp_path, script.url, 'kind = "subscription"\nverified = false')
    assert _told("menu", "--config", kind) == (
        "未认证的订阅号没有这项接口权限。联络员可以打字：填报、我的报送、帮助。\n"
    )
    assert "未认证的订阅号没有这项接口权限。请改发邀请链接" in _told("qr", "K7M2P-9QRST", "--config", kind)
    assert "还没有启用微信" in _told("menu", "--config", deployment(tmp_path))
    monkeypatch.delenv("XINSHI_WECHAT_SECRET")
    lacking = _told("menu", "--config", _config(tmp_path, script.url))
    assert lacking == "[wechat] 写了 app_id，还缺环境变量 XINSHI_WECHAT_SECRET。\n"
    assert script.asked == []
