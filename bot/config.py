"""The settings of one deployment: `config.toml`, with secrets from the environment."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import ChannelSecrets, Files, Mail, Media, Pay, PaySecrets, StoreSecrets, Telegram, WeChat
from storage.database import sqlite_url

ROOT = Path(__file__).resolve().parent.parent
CAMPAIGNS = ("xinhua-2021", "xian-2024", "weifang-2023", "industry-2024", "hongze-quiz-2020")
#: Characters of a secret at least; it keys signatures and hashes of 256 bits.
LEAST_SECRET = 32
DATABASES = ("sqlite+aiosqlite", "postgresql+psycopg")


class BadConfig(ValueError):
    """The configuration cannot be used; the message names each key, what was found and what is allowed."""


class Web(BaseModel):
    """Where the web server listens and how people reach it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, strict=True, description="Port to listen on; 0 picks a free one.")
    public_url: str = Field("", description="Where people reach this deployment; links in messages begin with it.")

    @field_validator("public_url")
    @classmethod
    def _origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/")):
            raise ValueError("应为 https://域名 这样的网址，后面不带路径")
        return url.rstrip("/")


class Admin(BaseModel):
    """What admins may do alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approve_above: int = Field(
        0, ge=0, strict=True, description="A broadcast to more people waits for another admin; 0: none does."
    )


class Config(BaseModel):
    """One deployment. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Field(Path("data"), description="Folder of the database, uploaded files and the generated secret.")
    database: str = Field("", description="Database URL; empty means SQLite inside `data`.")
    campaigns: tuple[str, ...] = Field(CAMPAIGNS, description="Ids of the campaigns that are open for work.")
    web: Web = Field(default_factory=lambda: Web.model_validate({}), description="The web server.")
    telegram: Telegram = Field(default_factory=lambda: Telegram.model_validate({}), description="The Telegram bot.")
    wechat: WeChat = Field(default_factory=lambda: WeChat.model_validate({}), description="The WeChat account.")
    mail: Mail = Field(default_factory=lambda: Mail.model_validate({}), description="Outgoing e-mail.")
    files: Files = Field(default_factory=lambda: Files.model_validate({}), description="The file store.")
    media: Media = Field(default_factory=lambda: Media.model_validate({}), description="The programs for films.")
    pay: Pay = Field(default_factory=lambda: Pay.model_validate({}), description="The merchant of WeChat Pay.")
    admin: Admin = Field(default_factory=lambda: Admin.model_validate({}), description="What admins may do alone.")
    secret: SecretStr | None = Field(None, description="Key of signed links and hashed codes; environment only.")

    @field_validator("campaigns")
    @classmethod
    def _some_campaigns(cls, listed: tuple[str, ...]) -> tuple[str, ...]:
        if not listed:
            raise ValueError("至少要有一个活动")
        return listed

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str) -> str:
        try:
            parts = make_url(url or "sqlite+aiosqlite://")
        except ArgumentError:
            raise ValueError("应为数据库网址，例如 postgresql+psycopg://用户@主机/库名") from None
        if parts.drivername not in DATABASES:
            raise ValueError(f"应以 {' 或 '.join(f'{name}://' for name in DATABASES)} 开头")
        if parts.password is not None or "password" in parts.query:
            raise ValueError("网址里不能写密码，请改用环境变量 PGPASSWORD")
        return url

    def database_url(self) -> str:
        """The URL to open."""
        return self.database or sqlite_url(self.data)

    def channel_secrets(self) -> ChannelSecrets:
        """The secrets of the channels, from the environment. Raises `BadConfig` for missing and misshapen ones."""
        given = ChannelSecrets()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
        if faults := channel_faults(self, given):
            raise BadConfig("；".join(faults) + "。")
        return given

    def store_secrets(self) -> StoreSecrets:
        """The keys of the bucket, from the environment. Raises `BadConfig` where one is missing."""
        given = StoreSecrets()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
        keys = {name: getattr(given, name).get_secret_value() for name in StoreSecrets.model_fields}
        missing = [f"XINSHI_{name.upper()}" for name, value in keys.items() if not value]
        if self.files.store == "s3" and missing:
            raise BadConfig(f'[files] 写了 store = "s3"，还缺环境变量 {"、".join(missing)}。')
        return given

    def key(self) -> bytes:
        """The deployment's secret: from the environment, or made once and kept in `data/secret.key`."""
        if self.secret is None:
            return kept_key(self.data)
        text = self.secret.get_secret_value()
        if len(text) < LEAST_SECRET:
            raise BadConfig(f"环境变量 XINSHI_SECRET 应有 {LEAST_SECRET} 个字符以上，现在是 {len(text)} 个。")
        return text.encode()


class Environment(BaseSettings):
    """What comes from the environment only: `XINSHI_SECRET`."""

    model_config = SettingsConfigDict(env_prefix="XINSHI_", frozen=True)

    secret: SecretStr | None = Field(default=None, description="At least 32 characters.")


#: The secrets of the channels: their shape, and how a person would describe it.
_SHAPES = {
    "telegram_token": (r"\d{5,20}:[A-Za-z0-9_-]{35}", "应为 @BotFather 给的“数字:35 个字符”"),
    "wechat_secret": (r"[0-9A-Za-z]{16,64}", "应为公众平台给的 AppSecret（32 个字母和数字）"),
    "wechat_token": (r"[A-Za-z0-9]{3,32}", "应为 3 到 32 个字母和数字，与公众平台“服务器配置”里的 Token 相同"),
    "wechat_aes_key": (
        r"[A-Za-z0-9+/]{43}",
        "应为 43 个字符（字母、数字、+、/），与公众平台“服务器配置”里的 EncodingAESKey 相同",
    ),
}


def channel_faults(config: Config, given: ChannelSecrets) -> tuple[str, ...]:
    """What is missing or misshapen among the channels' secrets, a sentence each, without any value."""
    values = {name: getattr(given, name).get_secret_value() for name in ChannelSecrets.model_fields}
    needed = dict.fromkeys(("wechat_secret", "wechat_token"), "[wechat] 写了 app_id") if config.wechat.app_id else {}
    if needed and not config.wechat.plain:
        needed["wechat_aes_key"] = "[wechat] 写了 app_id"
    if config.mail.host and config.mail.user:
        needed["mail_password"] = "[mail] 写了 user"  # noqa: S105  words, no password
    missing = [f"{why}，还缺环境变量 XINSHI_{name.upper()}" for name, why in needed.items() if not values[name]]
    wrong = [
        f"环境变量 XINSHI_{name.upper()} {shape}，现在是 {len(values[name])} 个字符，写法不符"
        for name, (pattern, shape) in _SHAPES.items()
        if values[name] and not re.fullmatch(pattern, values[name], re.ASCII)
    ]
    hooked = values["telegram_token"] and config.telegram.mode == "webhook"
    if hooked and not config.web.public_url.startswith("https:"):
        wrong.append('[telegram] mode = "webhook" 要有 https 的 web.public_url；没有公网网址请改用 mode = "poll"')
    return (*missing, *wrong)


def kept_key(folder: Path) -> bytes:
    """The secret in a data folder, made at first use (mode 0600); two processes at once get the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "secret.key"
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:  # noqa: PTH123  a descriptor
        fcntl.flock(file, fcntl.LOCK_EX)
        os.fchmod(file.fileno(), 0o600)
        text = file.read().strip()
        if not text:
            text = secrets.token_hex(32)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    if len(text) < LEAST_SECRET:
        raise BadConfig(f"{path} 里的密钥不完整（{len(text)} 个字符）。请从备份恢复它；没有它，已发的邀请码都会失效。")
    return text.encode()


def load(path: Path) -> Config:
    """Read a configuration file; relative paths in it start at its folder. Raises `BadConfig`."""
    table = _table(path)
    for name, variable in _SECRETS.items():
        if _holds(table, name):
            raise BadConfig(f"{path}：{name} 不能写在文件里，请改用环境变量 {variable}。")
    try:
        config = Config(**table, secret=Environment().secret)
    except ValidationError as wrong:
        raise BadConfig(f"{path}：{'；'.join(_sentence(fault) for fault in wrong.errors())}。") from None
    return config.model_copy(update={"data": (path.parent / config.data.expanduser()).resolve()})


def _table(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfig(f"没有配置文件 {path}，请把项目里的 config.toml 复制到那里再改。") from None
    except OSError as wrong:
        raise BadConfig(f"读不了配置文件 {path}（{wrong.strerror}），请核对路径和权限。") from None
    except UnicodeDecodeError:
        raise BadConfig(f"{path} 不是 UTF-8 编码的文字，请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as wrong:
        raise BadConfig(f"{path} 不合 TOML 的写法：{wrong}。") from None


#: What never stands in the file: the key somebody would write, and the variable of the environment it belongs in.
_SECRETS = {
    "secret": "XINSHI_SECRET",
    "telegram.token": "XINSHI_TELEGRAM_TOKEN",
    "wechat.secret": "XINSHI_WECHAT_SECRET",
    "wechat.app_secret": "XINSHI_WECHAT_SECRET",
    "wechat.token": "XINSHI_WECHAT_TOKEN",
    "wechat.aes_key": "XINSHI_WECHAT_AES_KEY",
    "mail.password": "XINSHI_MAIL_PASSWORD",
    "pay.key": "XINSHI_PAY_KEY",
    "pay.cert": "XINSHI_PAY_CERT",
    "pay.cert_key": "XINSHI_PAY_CERT_KEY",
    "files.access_key": "XINSHI_S3_ACCESS_KEY",
    "files.secret_key": "XINSHI_S3_SECRET_KEY",
    **{
        name: f"XINSHI_{name.upper()}"
        for name in (*ChannelSecrets.model_fields, *StoreSecrets.model_fields, *PaySecrets.model_fields)
    },
}


def _holds(table: Mapping[str, Any], name: str) -> bool:
    above, _, key = name.rpartition(".")
    inner = table.get(above, {}) if above else table
    return isinstance(inner, Mapping) and key in inner


#: What pydantic finds, by its name for it; `{...}` are the facts that it gives.
_FAULTS = {
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "dict_type": "应为一个表",
    "greater_than_equal": "不能小于 {ge}",
    "int_type": "应为整数",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "应为 {expected} 之一",
    "missing": "必须写",
    "model_type": "应为一个表",
    "path_type": "应为加引号的路径",
    "string_too_short": "不能为空",
    "string_type": "应为加引号的文字",
    "tuple_type": "应为方括号里的列表",
    "value_error": "{error}",
}


def _sentence(fault: Any) -> str:
    """One fault: the key, what is allowed, what was found."""
    *above, key = map(str, fault["loc"])
    name = ".".join((*above, key))
    if fault["type"] == "extra_forbidden":
        keys = "、".join(each for each in _model_at(above).model_fields if each != "secret")
        return f"没有“{name}”这个设置；可用的有：{keys}"
    facts = dict(fault.get("ctx", {}))
    facts["expected"] = str(facts.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    words = _FAULTS.get(fault["type"], fault["msg"]).format(**facts)
    # An address may hold a password, and a missing key has only the rest of its table to show.
    hidden = key == "database" or fault["type"] == "missing" or "@" in str(fault["input"])
    return f"“{name}”{words}" if hidden else f"“{name}”{words}，写的是 {fault['input']!r}"


def _model_at(above: list[str]) -> type[BaseModel]:
    """The model that describes the table at these keys."""
    kind: Any = Config
    for key in above:
        kind = get_args(kind)[1] if get_origin(kind) is dict else kind.model_fields[key].annotation
    model: type[BaseModel] = kind
    return model
