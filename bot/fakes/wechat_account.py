"""What the fake WeChat platform knows of an account: its kind, its rights, and what each refusal is called.

Sources: the platform's "全局返回码说明", "接口权限说明" and "客服消息" pages. `RIGHTS` is the table that decides 48001.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: Refusals by number, worded as the platform words them.
ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40037: "invalid template_id",
    40053: "invalid action info",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44001: "empty media data",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
}
#: Refusals that come to correct programs too: time passes, people leave, tokens expire, budgets end.
INNOCENT = frozenset({-1, 40001, 40007, 42001, 43004, 43101, 45009, 45011, 45015, 45047, 46003})

#: What may be done, by (kind, verified). Source: 接口权限说明.
RIGHTS: dict[tuple[str, bool], frozenset[str]] = {
    ("service", True): frozenset({"customer", "template", "subscribe", "media", "menu", "qrcode", "user"}),
    ("service", False): frozenset({"menu"}),
    ("subscription", True): frozenset({"customer", "media", "menu", "user"}),
    ("subscription", False): frozenset(),
}


class Refused(Exception):
    """The platform refuses a call: `code` is its errcode, `detail` what exactly was wrong (never a secret)."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{code} {ERRORS[code]}{f' ({detail})' if detail else ''}")
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Template:
    """A template of the account: a template message, or a subscription notice (`once`: one message for each tap)."""

    id: str
    title: str
    fields: tuple[str, ...]
    way: Literal["template", "subscribe"] = "template"
    once: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """An official account that exists nowhere else; its secrets open nothing."""

    app_id: str = "wx0000000000000000"
    secret: str = field(default="0123456789abcdef0123456789abcdef", repr=False)
    token: str = field(default="xinshi", repr=False)
    aes_key: str = field(default="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", repr=False)
    original_id: str = "gh_000000000000"
    name: str = "信使"
    kind: Literal["service", "subscription"] = "service"
    verified: bool = True
    templates: tuple[Template, ...] = ()
    #: Calls a day by path; a path that is not named has no limit here. Source: 接口调用频次限制说明.
    daily: tuple[tuple[str, int], ...] = (("message/template/send", 100_000), ("message/custom/send", 500_000))

    def may(self, right: str) -> bool:
        """Whether this kind of account has a right."""
        return right in RIGHTS[self.kind, self.verified]

    def template(self, number: str) -> Template | None:
        """One of the account's templates by its id."""
        return next((one for one in self.templates if one.id == number), None)
