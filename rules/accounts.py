"""What a WeChat official account of a kind may do, and every limit of the platform, in one place.

Source: the platform's own documents; a path below is one under developers.weixin.qq.com/doc/offiaccount/. They change
with the platform's operation: what the console lists under 接口权限 for one's own account is what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

#: Seconds for the answer to a callback, and deliveries of it in all (Message_Management/Receiving_standard_messages).
CALLBACK_SECONDS = 5
CALLBACK_DELIVERIES = 3
#: Bytes of a callback's body that are read. Our own limit: a text of 2048 bytes comes to about 4 KiB encrypted.
CALLBACK_BYTES = 64 * 1024
#: Seconds by which a callback's timestamp may differ from our clock. Our own limit.
CALLBACK_SKEW = 300
#: UTF-8 bytes of a text message; more is errcode 45002 (Getting_Started/Global_Return_Code).
TEXT_BYTES = 2048
#: 汉字 of a part of a long text, so that links, marks and （重发） still fit. Our own limit.
PART_CHARACTERS = 600
#: Customer messages (Message_Management/Service_Center_messages, since 2023-06-12): after a message of the person …
CUSTOMER_AFTER_MESSAGE = 5
CUSTOMER_MESSAGE_SECONDS = 48 * 3600
#: … and after a click on a menu, a follow or a scan. A click on a `msgmenu` counts as one on a menu (same page, note).
CUSTOMER_AFTER_EVENT = 3
CUSTOMER_EVENT_SECONDS = 60
#: A `msgmenu`: items, bytes of an item's id and label, bytes of the text above. Its page gives no limits; these are
#: those of the sister product (微信客服, 发送菜单消息).
MSGMENU_ITEMS = 10
MSGMENU_ID_BYTES = 64
MSGMENU_LABEL_BYTES = 128
MSGMENU_HEAD_BYTES = 1024
#: Bytes of temporary media and the seconds they are kept (Asset_Management/New_temporary_materials).
IMAGE_BYTES = 10 * 1024 * 1024
VOICE_BYTES = 2 * 1024 * 1024
VIDEO_BYTES = 10 * 1024 * 1024
MEDIA_SECONDS = 3 * 24 * 3600
#: Calls for a stable token a minute; forced ones a day, which are never made here (Basic_Information).
TOKEN_CALLS_A_MINUTE = 10_000
#: Seconds before a token's end in which a new one is given while the old one still works.
TOKEN_OVERLAP = 300
#: The menu (Custom_Menus/Creating_Custom-Defined_Menu): buttons, buttons below one, bytes of names, key and address.
MENU_BUTTONS = 3
MENU_BELOW = 5
MENU_NAME_BYTES = 16
MENU_BELOW_NAME_BYTES = 60
MENU_KEY_BYTES = 128
#: Parametric QR codes (Account_Management/Generating_a_Parametric_QR_Code): characters of a scene, seconds at most,
#: permanent codes of an account.
SCENE_CHARACTERS = 64
QRCODE_SECONDS = 30 * 24 * 3600
QRCODE_PERMANENT = 100_000
#: Template messages a day (Message_Management/Template_Message_Interface).
TEMPLATES_A_DAY = 100_000


class Power(StrEnum):
    """Something an account may be allowed to do."""

    RECEIVE = "receive"
    REPLY = "reply"
    CUSTOMER = "customer"
    TEMPLATE = "template"
    SUBSCRIBE = "subscribe"
    MENU = "menu"
    QRCODE = "qrcode"
    LOGIN = "login"
    MEDIA = "media"
    USERS = "users"


@dataclass(frozen=True, slots=True)
class Grant:
    """The accounts that have a power, each "kind verified" or "kind unverified", and where the platform says so."""

    accounts: frozenset[str]
    source: str


_PRIVILEGES = "Getting_Started/Explanation_of_interface_privileges"
_VERIFIED = frozenset({"service verified", "subscription verified"})
_ALL = _VERIFIED | {"service unverified", "subscription unverified"}
_SERVICE = frozenset({"service verified"})

GRANTS: Mapping[Power, Grant] = {
    Power.RECEIVE: Grant(_ALL, f"{_PRIVILEGES}; Message_Management/Receiving_standard_messages"),
    Power.REPLY: Grant(_ALL, f"{_PRIVILEGES}; Message_Management/Passive_user_reply_message"),
    Power.CUSTOMER: Grant(_VERIFIED, f"{_PRIVILEGES}; Message_Management/Service_Center_messages"),
    Power.TEMPLATE: Grant(_SERVICE, f"{_PRIVILEGES}; Message_Management/Template_Message_Interface"),
    Power.SUBSCRIBE: Grant(_SERVICE, "Subscription_Messages/intro"),
    Power.MENU: Grant(_VERIFIED | {"service unverified"}, f"{_PRIVILEGES}; Custom_Menus"),
    Power.QRCODE: Grant(_SERVICE, f"{_PRIVILEGES}; Account_Management/Generating_a_Parametric_QR_Code"),
    Power.LOGIN: Grant(_SERVICE, f"{_PRIVILEGES}; OA_Web_Apps/Wechat_webpage_authorization"),
    Power.MEDIA: Grant(_VERIFIED, f"{_PRIVILEGES}; Asset_Management/Get_temporary_materials"),
    Power.USERS: Grant(_VERIFIED, f"{_PRIVILEGES}; User_Management/Getting_a_User_List"),
}


def may(kind: str, *, verified: bool, power: Power) -> bool:
    """Whether an account of this kind ("service" or "subscription") has a power. Raises `ValueError` for others."""
    account = f"{kind} {'verified' if verified else 'unverified'}"
    if account not in _ALL:
        raise ValueError(f"expected service or subscription, found {kind!r}")
    return account in GRANTS[power].accounts


def powers(kind: str, *, verified: bool) -> frozenset[Power]:
    """All powers of an account of this kind. Raises `ValueError` for an unknown kind."""
    return frozenset(power for power in Power if may(kind, verified=verified, power=power))
