"""The channels in a configuration: their sample can be used as it stands, and their secrets are the environment's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BadConfig, load
from tests.house.tree import ROOT


def _written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _no_secrets_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET", *GOOD):
        monkeypatch.delenv(f"XINSHI_{name}", raising=False)


def test_the_sections_of_the_channels_can_be_uncommented(tmp_path: Path) -> None:
    shipped = (ROOT / "config.toml").read_text("utf-8")
    plain, _, channels = shipped.partition("# The channels below")
    sample = "\n".join(line.removeprefix("# ") for line in channels.splitlines() if line[:3] not in ("", "# T", "# X"))
    config = load(_written(tmp_path, plain + sample.partition("\n")[2].replace("\n#\n", "\n")))
    assert (config.telegram.mode, config.wechat.app_id, config.mail.host) == (
        "poll",
        "wx0000000000000000",
        "smtp.example.gov.cn",
    )
    assert config.wechat.templates["reminder"].fields == {"thing1": "campaign", "time2": "time", "thing3": "text"}


CHANNELS = '[wechat]\napp_id = "wx0"\n[mail]\nhost = "smtp.example"\nuser = "x"'
GOOD = {
    "TELEGRAM_TOKEN": f"123456789:{'a' * 35}",
    "WECHAT_SECRET": "0" * 32,
    "WECHAT_TOKEN": "xinshi1",
    "WECHAT_AES_KEY": "A1+/" + "z" * 39,
    "MAIL_PASSWORD": "任意",
}


def test_the_channels_secrets_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(f"XINSHI_{name}", value)
    given = load(_written(tmp_path, CHANNELS)).channel_secrets()
    assert {name: getattr(given, name.lower()).get_secret_value() for name in GOOD} == GOOD
    assert [value for value in GOOD.values() if value in repr(given) + given.model_dump_json()] == []


def test_channels_that_are_off_need_no_secrets(tmp_path: Path) -> None:
    assert load(_written(tmp_path, "")).channel_secrets().wechat_secret.get_secret_value() == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"WECHAT_SECRET": ""}, "[wechat] 写了 app_id，还缺环境变量 XINSHI_WECHAT_SECRET。"),
        ({"WECHAT_TOKEN": ""}, "[wechat] 写了 app_id，还缺环境变量 XINSHI_WECHAT_TOKEN。"),
        ({"WECHAT_AES_KEY": ""}, "[wechat] 写了 app_id，还缺环境变量 XINSHI_WECHAT_AES_KEY。"),
        ({"MAIL_PASSWORD": ""}, "[mail] 写了 user，还缺环境变量 XINSHI_MAIL_PASSWORD。"),
        (
            {"TELEGRAM_TOKEN": f"123456789:{'q' * 34}"},
            "环境变量 XINSHI_TELEGRAM_TOKEN 应为 @BotFather 给的“数字:35 个字符”，现在是 44 个字符，写法不符。",
        ),
        (
            {"WECHAT_AES_KEY": "q" * 44},
            "环境变量 XINSHI_WECHAT_AES_KEY 应为 43 个字符（字母、数字、+、/），与公众平台“服务器配置”里的 "
            "EncodingAESKey 相同，现在是 44 个字符，写法不符。",
        ),
        (
            {"WECHAT_TOKEN": "qq qq"},
            "环境变量 XINSHI_WECHAT_TOKEN 应为 3 到 32 个字母和数字，与公众平台“服务器配置”里的 Token 相同，"
            "现在是 5 个字符，写法不符。",
        ),
        (
            {"WECHAT_SECRET": "qqq", "MAIL_PASSWORD": ""},
            "[mail] 写了 user，还缺环境变量 XINSHI_MAIL_PASSWORD；环境变量 XINSHI_WECHAT_SECRET "
            "应为公众平台给的 AppSecret（32 个字母和数字），现在是 3 个字符，写法不符。",
        ),
    ],
)
def test_a_channels_secret_that_is_missing_or_misshapen_is_told_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    for name, value in {**GOOD, **changed}.items():
        monkeypatch.setenv(f"XINSHI_{name}", value)
    with pytest.raises(BadConfig) as refused:
        load(_written(tmp_path, CHANNELS)).channel_secrets()
    assert (str(refused.value), "qq" in str(refused.value)) == (said, False)


def test_plain_callbacks_need_no_aes_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WECHAT_SECRET", "WECHAT_TOKEN"):
        monkeypatch.setenv(f"XINSHI_{name}", GOOD[name])
    config = load(_written(tmp_path, '[wechat]\napp_id = "wx0"\nplain = true'))
    assert config.channel_secrets().wechat_aes_key.get_secret_value() == ""
