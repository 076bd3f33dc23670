"""The doctor says of each thing what was found and what to do, prints no secret, changes nothing, and exits by it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from bot.commands.doctor import clock, disk, sqlite_version
from bot.commands.doctor_channels import mail, telegram, wechat
from bot.commands.doctor_finding import Level
from bot.config import Config, load
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from tests.bot.handlers.wechat_server import Platform, status
from tests.commands.program import call, deployment

SECRETS = {
    "SECRET": "kept-quiet-" + "s" * 32,
    "TELEGRAM_TOKEN": "12345678:" + "t" * 35,
    "WECHAT_SECRET": "a1" * 16,
    "WECHAT_TOKEN": "xinshi7",
    "WECHAT_AES_KEY": "k" * 43,
    "MAIL_PASSWORD": "kept-quiet",
}
URL = "https://xinshi.example.gov.cn"
FULL = """
[web]
public_url = "https://xinshi.example.gov.cn"
[wechat]
app_id = "wx0000000000000000"
[wechat.templates.reminder]
id = "T"
fields = { thing1 = "campaign", time2 = "time" }
[mail]
host = "smtp.example.gov.cn"
user = "xinshi@example.gov.cn"
"""


@pytest.fixture(autouse=True)
def _no_secrets_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.delenv(f"XINSHI_{name}", raising=False)


def _set(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in {**SECRETS, **changed}.items():
        monkeypatch.setenv(f"XINSHI_{name}", value)


def _examined(path: Path, *more: str) -> tuple[Result, dict[str, list[str]]]:
    """The result, and its lines by their subject."""
    result = call("doctor", "--config", path, *more)
    assert result.stderr == ""
    told: dict[str, list[str]] = {}
    for line in result.stdout.splitlines()[:-1]:
        told.setdefault(line[2:].split("：")[0], []).append(line)
    return result, told


def _said(findings: object) -> list[tuple[Level, str]]:
    assert isinstance(findings, Iterator)
    return [(finding.level, finding.found) for finding in findings]


def test_a_new_deployment_has_nothing_to_mend_and_stays_untouched(tmp_path: Path) -> None:
    result, told = _examined(deployment(tmp_path))
    assert (result.exit_code, [line for lines in told.values() for line in lines if line[0] == "✗"]) == (0, [])
    assert " ".join(told) == "配置 活动 密钥 时钟 数据库 SQLite 网址 磁盘 文件 病毒扫描 中文字体 Telegram 微信 邮件"
    assert not (tmp_path / "data").exists(), "no folder, key or database is made"
    assert [line for line in result.stdout.splitlines() if not line.endswith("。")] == []


def test_a_full_deployment_is_told_without_its_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch)
    path = deployment(tmp_path, more=FULL)
    (tmp_path / "data").mkdir()
    sqlite3.connect(tmp_path / "data" / "xinshi.db").close()
    (tmp_path / "data" / "xinshi.db").touch()
    result, told = _examined(path)
    assert (result.exit_code, "✗" in result.stdout) == (0, False)
    assert told["数据库"] == [f"✓ 数据库：SQLite 打得开：sqlite+aiosqlite:///{tmp_path}/data/xinshi.db。不用处理。"]
    assert told["密钥"] == ["✓ 密钥：在 环境变量 XINSHI_SECRET。请另外备份，和数据库的备份分开存放。"]
    assert [value for value in SECRETS.values() if value in result.stdout] == []


def test_what_must_be_mended_is_the_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, WECHAT_AES_KEY="k" * 42, MAIL_PASSWORD="", SECRET="short")
    result, told = _examined(deployment(tmp_path, more=FULL.replace("https:", "http:")))
    assert result.exit_code == 1
    assert [line for lines in told.values() for line in lines if line[0] == "✗"] == [
        "✗ 密钥：环境变量 XINSHI_SECRET 应有 32 个字符以上，现在是 5 个。请照上面说的改。",
        "✗ 渠道密钥：[mail] 写了 user，还缺环境变量 XINSHI_MAIL_PASSWORD。请改好环境变量再启动。",
        "✗ 渠道密钥：环境变量 XINSHI_WECHAT_AES_KEY 应为 43 个字符（字母、数字、+、/），与公众平台“服务器配置”里的 "
        "EncodingAESKey 相同，现在是 42 个字符，写法不符。请改好环境变量再启动。",
        "✗ 网址：http://xinshi.example.gov.cn 不是 https。密码和材料会明文经过网络，请配好证书，改成 https://。",
    ]
    assert result.stdout.splitlines()[-1].startswith("共 ")
    assert "必须处理 4 条" in result.stdout


def test_a_configuration_that_cannot_be_read_ends_the_examination(tmp_path: Path) -> None:
    result, told = _examined(deployment(tmp_path, more="colour = 1"))
    assert (result.exit_code, list(told), told["配置"][0][0]) == (1, ["配置"], "✗")


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "xinshi.db").write_bytes(b"no database at all" * 100)
    result, told = _examined(deployment(tmp_path))
    assert (
        result.exit_code,
        told["数据库"][0].endswith("file is not a database。请核对配置里的 database、PGPASSWORD 和权限。"),
    ) == (1, True)
    url = "postgresql+psycopg://x@127.0.0.1:1/x"
    elsewhere = tmp_path / "config.toml"
    elsewhere.write_text(f'database = "{url}"', "utf-8")
    result, told = _examined(elsewhere)
    assert (result.exit_code, "SQLite" in told) == (1, False)
    assert told["数据库"][0].startswith(f"✗ 数据库：PostgreSQL 打不开：{url}：")


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 6, 23), Level.MEND),
        ((3, 7, 0), Level.NOTE),
        ((3, 51, 2), Level.NOTE),
        ((3, 51, 3), Level.FINE),
        ((3, 52, 0), Level.FINE),
    ],
)
def test_the_defect_of_sqlite_is_told_by_its_version(version: tuple[int, ...], level: Level) -> None:
    [finding] = sqlite_version(Config.model_validate({}), version)
    assert finding.level is level
    elsewhere = Config.model_validate({"database": "postgresql+psycopg://x@db/x"})
    assert list(sqlite_version(elsewhere, version)) == []


def test_a_clock_behind_the_files_is_wrong(tmp_path: Path) -> None:
    path = deployment(tmp_path)
    config = load(path)
    now = datetime.now(UTC)
    assert [each.level for each in clock(config, path, now)] == [Level.FINE]
    later = (now + timedelta(minutes=3)).timestamp()
    os.utime(path, (later, later))
    assert [each.level for each in clock(config, path, now)] == [Level.MEND]
    assert [each.level for each in clock(config, path, now + timedelta(minutes=2))] == [Level.FINE]


@pytest.mark.parametrize(("free", "level"), [(2**30 - 1, Level.MEND), (2**30, Level.NOTE), (5 * 2**30, Level.FINE)])
def test_a_disk_that_is_nearly_full_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: _Usage(free))
    assert disk(tmp_path / "not" / "there").level is level


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def _account(**more: object) -> WeChat:
    return WeChat.model_validate({"app_id": "wx0", **more})


def _levels(settings: WeChat, url: str = URL) -> list[tuple[str, str]]:
    return [(each.level.value, each.found) for each in wechat(settings, url)]


def test_what_an_account_may_not_do_is_said_with_what_follows() -> None:
    who = "未认证的订阅号"
    assert _levels(_account(kind="subscription", verified=False)) == [
        ("fine", f"{who}，可以：接收消息、当场回复"),
        (
            "note",
            f"{who}，不可以：客服消息、模板消息、订阅通知、发布菜单、邀请二维码、网页登录、收发图片和视频、查关注的人",
        ),
        ("note", f"{who}：不能主动发消息，提醒只能等对方再来时带出"),
        ("note", f"{who}：没有菜单，开了服务器配置以后后台的菜单也不起作用"),
        ("note", f"{who}：不能做邀请二维码"),
        ("note", f"{who}：对方在微信里发的图片和视频取不到"),
    ]
    who = "已认证的订阅号"
    assert _levels(_account(kind="subscription"))[2:] == [
        ("note", f"{who}：对方来信后 48 小时内最多发 5 条，点菜单、关注、扫码后 1 分钟内最多 3 条，过后就发不到"),
        ("note", f"{who}：不能做邀请二维码"),
    ]
    assert _levels(_account())[1:] == [("note", "没有配置模板，对方 48 小时没来信就发不到")]
    assert [each.level for each in wechat(WeChat.model_validate({}), "")] == [Level.NOTE]


def test_settings_of_wechat_that_cannot_work_must_be_mended() -> None:
    template = {"id": "T", "fields": {"time1": "text", "amount2": "text", "thing3": "text"}}
    settings = _account(
        plain=True, base_url="http://api.example", templates={"reminder": template, "notice": {"id": "N"}}
    )
    assert [found for level, found in _levels(settings, "https://x.example:8443") if level == "mend"] == [
        "模板 reminder 的字段 time1 装不下“text”",
        "模板 reminder 的字段 amount2 装不下“text”",
        "模板 notice 没有写 fields",
        "平台要能从公网访问到信使",
        "plain = true 接受不加密的消息，只能在开发时用",
        "http://api.example 不加密，调用凭据会明文经过网络",
    ]
    unverified = _account(verified=False, templates={"notice": {"id": "N", "fields": {"thing1": "text"}}})
    assert ("mend", "配置了模板，但这种账号发不了") in _levels(unverified)


@pytest.mark.parametrize(
    ("more", "url", "levels"),
    [
        ({}, "", ["fine", "note"]),
        ({"mode": "webhook"}, URL, ["fine", "note"]),
        ({"mode": "webhook"}, "", ["mend", "note"]),
        ({"mode": "webhook"}, f"{URL}:8080", ["mend", "note"]),
        ({"local_files": "/srv/bot-api"}, "", ["fine", "mend", "note"]),
        ({"own_server": True}, "", ["fine", "mend"]),
        ({"own_server": True, "base_url": "http://127.0.0.1:8081"}, "", ["fine"]),
        ({"own_server": True, "base_url": "http://bots.example"}, "", ["fine", "mend"]),
    ],
)
def test_telegrams_settings_go_together(more: dict[str, object], url: str, levels: list[str]) -> None:
    given = ChannelSecrets.model_validate({"telegram_token": SECRETS["TELEGRAM_TOKEN"]})
    assert [each.level.value for each in telegram(Telegram.model_validate(more), given, url)] == levels


@pytest.mark.parametrize(
    ("more", "levels"),
    [
        ({}, ["note"]),
        ({"host": "smtp.example", "user": "a@b.example"}, ["fine"]),
        ({"host": "smtp.example", "user": "a"}, ["mend", "fine"]),
        ({"host": "smtp.example"}, ["mend"]),
        ({"host": "smtp.example", "sender": "a@b.example", "security": "none"}, ["mend", "fine"]),
        ({"host": "127.0.0.1", "sender": "a@b.example", "security": "none", "port": 25}, ["fine"]),
        ({"host": "smtp.example", "sender": "a@b.example", "security": "starttls"}, ["note", "fine"]),
    ],
)
def test_mails_settings_go_together(more: dict[str, object], levels: list[str]) -> None:
    assert [each.level.value for each in mail(Mail.model_validate(more))] == levels


def _online(tmp_path: Path, script: Platform, more: str = "") -> tuple[Result, dict[str, list[str]]]:
    online = f'app_id = "wx0000000000000000"\nbase_url = "{script.url}"\n{more}'
    without_mail = FULL.partition("[mail]")[0].replace('app_id = "wx0000000000000000"', online)
    return _examined(deployment(tmp_path, more=without_mail), "--online")


def test_online_the_platform_is_asked_whether_the_account_is_what_it_seems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Platform
) -> None:
    _set(monkeypatch, TELEGRAM_TOKEN="")
    script.answers["account/getaccountbasicinfo"] = [
        {"errcode": 0, "account_type": 2, "wx_verify_info": {"qualification_verify": True}},
        {"errcode": 0, "account_type": 1, "wx_verify_info": {"qualification_verify": False}},
        {"errcode": 48001, "errmsg": "api unauthorized"},
        {"errcode": 0, "account_type": [], "wx_verify_info": None},
    ]
    well = "✓ 微信平台：app_id、AppSecret 和 IP 白名单都对。不用处理。"
    unknown = "△ 微信平台：没有告诉账号的类型和认证情况。请自己核对 [wechat] 的 kind 和 verified。"
    for code, said in [
        (0, "✓ 微信平台：账号是已认证的服务号，和配置一致。不用处理。"),
        (
            1,
            "✗ 微信平台：平台说是未认证的订阅号，配置写的是已认证的服务号。"
            '请写 kind = "subscription"、verified = false。',
        ),
        (0, unknown),
        (0, unknown),
    ]:
        result, told = _online(tmp_path, script)
        assert (result.exit_code, told["微信平台"]) == (code, [well, said])
        assert [value for value in (*SECRETS.values(), "t1,") if value in result.stdout] == []


def test_online_a_wrong_secret_and_a_wrong_clock_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Platform
) -> None:
    _set(monkeypatch, TELEGRAM_TOKEN="")
    script.answers["stable_token"] = [{"errcode": 40125, "errmsg": "invalid appsecret"}]
    result, told = _online(tmp_path, script)
    assert (result.exit_code, len(told["微信平台"]), "XINSHI_WECHAT_SECRET" in told["微信平台"][0]) == (1, 1, True)
    body = b'{"access_token": "t1", "expires_in": 7200}'
    script.answers["stable_token"] = [status(200, body, Date="Fri, 01 Mar 2024 02:00:00 GMT")]
    result, told = _online(tmp_path, script)
    assert result.exit_code == 1
    assert [line[0] for line in told["时钟"]] == ["✓", "✗"]
