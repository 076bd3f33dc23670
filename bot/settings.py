"""Settings of the channels and of the file store. Their secrets come from the environment only."""

from __future__ import annotations

from datetime import time
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The kinds of messages that a template may carry.
TEMPLATE_KINDS = ("notice", "reminder", "broadcast")


class Telegram(BaseModel):
    """A Telegram bot; it runs when XINSHI_TELEGRAM_TOKEN is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["poll", "webhook"] = Field("poll", description="How updates come; webhook needs `web.public_url`.")
    base_url: str = Field("https://api.telegram.org", description="The Bot API server; your own lifts the file limits.")
    own_server: bool = Field(
        False, strict=True, description="Whether `base_url` is your own Bot API server (files up to 2000 MB)."
    )
    local_files: str = Field("", description="Folder of your own server run with --local on this machine; empty: none.")
    proxy: str = Field("", description="HTTP proxy for calls to Telegram, e.g. http://127.0.0.1:3128.")
    poll_seconds: int = Field(30, ge=0, le=50, strict=True, description="How long one request for updates waits.")

    @field_validator("base_url", "proxy")
    @classmethod
    def _address(cls, url: str) -> str:
        return _web_address(url, "http://主机:端口 或 https://域名")


class Media(BaseModel):
    """The programs that open films."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ffmpeg: str = Field("", description="Path of ffmpeg; empty: the one on PATH, else the one that comes along.")
    ffprobe: str = Field("", description="Path of ffprobe; empty: the one on PATH, else PyAV probes.")


class Template(BaseModel):
    """One message template of the account: its id, and which of our facts goes into which of its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, description="The template's id in the platform's console.")
    way: Literal["template", "subscribe"] = Field("template", description="Template message or subscription notice.")
    once: bool = Field(False, strict=True, description="Whether a subscription is used up by one message.")
    fields: dict[str, Literal["campaign", "unit", "text", "time", "person"]] = Field(
        default_factory=dict, description="Template field → `campaign`, `unit`, `text`, `time` or `person`."
    )


class WeChat(BaseModel):
    """A WeChat official account; it runs when `app_id` is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: str = Field("", description="AppID of the official account; empty: no WeChat.")
    kind: Literal["service", "subscription"] = Field("service", description="服务号 or 订阅号.")
    verified: bool = Field(True, strict=True, description="Whether the account passed 微信认证.")
    plain: bool = Field(False, strict=True, description="Accept unencrypted callbacks. For development only.")
    base_url: str = Field("https://api.weixin.qq.com", description="The platform's API; another one for rehearsals.")
    templates: dict[str, Template] = Field(
        default_factory=dict, description="Which template carries which kind of message (`notice`, `reminder` …)."
    )

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return _web_address(url)

    @field_validator("templates")
    @classmethod
    def _kinds(cls, templates: dict[str, Template]) -> dict[str, Template]:
        if unknown := sorted(set(templates) - set(TEMPLATE_KINDS)):
            raise ValueError(f"没有“{unknown[0]}”这种消息；可用的有：{'、'.join(TEMPLATE_KINDS)}")
        return templates


class Files(BaseModel):
    """Where files are kept, how much may come, and who looks for viruses. Keys of a bucket: the environment only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    store: Literal["local", "s3"] = Field("local", description="In the data folder, or in an S3-compatible bucket.")
    bucket: str = Field("", description="Name of the bucket.")
    endpoint: str = Field("", description="Address of the S3-compatible service; empty: AWS.")
    region: str = Field("", description="Region of the bucket.")
    addressing: Literal["auto", "path", "virtual"] = Field("auto", description="Where addresses name the bucket.")
    cache_gb: int = Field(20, ge=1, strict=True, description="Room for local copies of files in a bucket.")
    largest_mb: int = Field(4096, ge=1, le=1_000_000, strict=True, description="Largest file on the upload page.")
    quota_gb: int = Field(20, ge=1, strict=True, description="What one person may upload within `keep_days`.")
    reserve_gb: int = Field(2, ge=0, strict=True, description="Disk that uploads leave free.")
    keep_days: int = Field(7, ge=1, le=60, strict=True, description="How long an unfinished upload may be resumed.")
    clamd: str = Field("", description="Virus scanner: unix:/path/clamd.sock or host:port; empty: none.")
    clamd_away: Literal["refuse", "accept"] = Field("refuse", description="What happens to files without a verdict.")

    @field_validator("endpoint")
    @classmethod
    def _address(cls, url: str) -> str:
        return _web_address(url) if url else url

    @field_validator("clamd")
    @classmethod
    def _socket(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address and not address.startswith("unix:/") and not (host and port.isdecimal()):
            raise ValueError("应为 unix:/路径 或 主机:端口")
        return address

    @model_validator(mode="after")
    def _has_a_bucket(self) -> Files:
        if self.store == "s3" and not self.bucket:
            raise ValueError('store = "s3" 时要写 bucket')
        return self


class StoreSecrets(BaseSettings):
    """The keys of the bucket, from the environment."""

    model_config = SettingsConfigDict(env_prefix="XINSHI_", frozen=True)

    s3_access_key: SecretStr = Field(SecretStr(""), description="Access key of the bucket.")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the bucket.")


class Mail(BaseModel):
    """Outgoing e-mail; it runs when `host` is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("", description="SMTP server; empty: no e-mail.")
    port: int = Field(465, ge=1, le=65535, strict=True, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field("tls", description="none is for a relay on this machine.")
    user: str = Field("", description="Login name; empty: no login.")
    sender: str = Field("", description="Address that messages come from; empty: `user`.")


class Pay(BaseModel):
    """A merchant of WeChat Pay that pays red packets; it pays when `merchant` is set and a notice says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merchant: str = Field("", pattern=r"^(\d{8,10})?$", description="Merchant number; empty: no WeChat Pay.")
    sender: str = Field("", max_length=10, description="Whose packets they are, as winners read it: up to 10 汉字.")
    base_url: str = Field("https://api.mch.weixin.qq.com", description="The platform's API; another for rehearsals.")
    client_ip: str = Field("127.0.0.1", description="Address of this machine, which the platform asks for.")
    per_minute: int = Field(120, ge=1, le=1800, strict=True, description="Packets in a minute at most.")
    daily: int = Field(10, ge=1, strict=True, description="Packets for one person on one day at most.")
    daily_yuan: int = Field(1000, ge=1, strict=True, description="Yuan for one person on one day at most.")
    hold_from: time = Field(time(0), description="From when at night nothing is paid.")
    hold_until: time = Field(time(8), description="Until when; the same as `hold_from`: paid at any hour.")

    @field_validator("base_url")
    @classmethod
    def _address(cls, url: str) -> str:
        return _web_address(url)

    @model_validator(mode="after")
    def _has_a_sender(self) -> Pay:
        if self.merchant and not self.sender:
            raise ValueError("写了 merchant 时要写 sender（红包上显示的发放单位，最多 10 字）")
        return self


class PaySecrets(BaseSettings):
    """What the merchant is known by: XINSHI_PAY_KEY, XINSHI_PAY_CERT, XINSHI_PAY_CERT_KEY."""

    model_config = SettingsConfigDict(env_prefix="XINSHI_", frozen=True)

    pay_key: SecretStr = Field(SecretStr(""), description="APIv2 key of the merchant, 32 characters.")
    pay_cert: SecretStr = Field(SecretStr(""), description="Path of the merchant's certificate (apiclient_cert.pem).")
    pay_cert_key: SecretStr = Field(SecretStr(""), description="Path of its key (apiclient_key.pem).")


class ChannelSecrets(BaseSettings):
    """The channels' secrets: XINSHI_TELEGRAM_TOKEN, XINSHI_WECHAT_SECRET, _TOKEN and _AES_KEY, XINSHI_MAIL_PASSWORD."""

    model_config = SettingsConfigDict(env_prefix="XINSHI_", frozen=True)

    telegram_token: SecretStr = Field(SecretStr(""), description="The bot's token from @BotFather.")
    wechat_secret: SecretStr = Field(SecretStr(""), description="AppSecret of the account.")
    wechat_token: SecretStr = Field(SecretStr(""), description="Token of the server settings (3–32 letters, digits).")
    wechat_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey, 43 characters.")
    mail_password: SecretStr = Field(SecretStr(""), description="Password of the SMTP login.")


def _web_address(url: str, shape: str = "https://域名") -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise ValueError(f"应为 {shape} 这样的网址")
    return url.rstrip("/")
