"""How `./xinshi outbox` names states, kinds, ways and outcomes for whoever runs the program."""

from __future__ import annotations

from jinja2 import UndefinedError

from bot.commands.screen import safe
from bot.wording import NoWording, house_wording
from rules.delivery import Policy
from rules.people import CHANNELS, Role
from storage.outbox import DEAD, DUE, HELD, PASSIVE, PULLED, SENDING, SENT, UNKNOWN
from storage.outbox_read import OPERATOR, Reader, Tried

STATES = {
    DEAD: "没有送到，不再试",
    HELD: "等对方来消息",
    DUE: "待发",
    UNKNOWN: "不能确定送到没有",
    SENDING: "正在发",
    SENT: "已送到",
    PULLED: "等对方打开网页",
    PASSIVE: "正在当场答复",
}
KINDS = {
    "reply": "答复",
    "notice": "通知",
    "reminder": "提醒",
    "broadcast": "群发",
    "card": "进度",
    "mail_code": "邮箱验证码",
}
POLICIES = {
    Policy.IDEM: "发到一半断了就再发一次：重复也不要紧（idem）",
    Policy.MUST: "发到一半断了就再发一次，并注明“（重发）”（must）",
    Policy.ONCE: "发到一半断了就不再发，记为不能确定（once）",
}
_ROLES = {Role.LIAISON: "联络员", Role.ADMIN: "管理员", Role.EXPERT: "专家"}
_WAYS = {
    "message": "消息",
    "customer": "客服消息",
    "template": "模板消息",
    "subscribe": "订阅通知",
    "mail": "邮件",
    "passive": "当场答复",
}
_OUTCOMES = {
    "sent": "送到",
    "later": "这次没送到，稍后再试",
    "unsure": "断在半途，不能确定",
    "shut": "这条路现在走不通",
    "left": "对方停用、取消关注或退信",
    "wrong": "平台不收这样的消息",
    "": "没有记下结果（程序中途停了，或正在发）",
}
_REASONS = {
    "superseded": "被后来的一条取代",
    "stopped": "发送的人停止了",
    "the program ended while it was sent": "正在发的时候程序停了",
}


def reader(one: Reader) -> str:
    """Whom a message is for: the unit, or what the person is."""
    if not one.role:
        return "还没有加入的人"
    return " ".join(filter(None, (safe(one.unit), _ROLES.get(Role(one.role), one.role))))


def reason(why: str) -> str:
    """A kept reason: a key of the wording, a word of our own, or what a platform said."""
    if why in _REASONS:
        return _REASONS[why]
    try:
        return house_wording().text(why)
    except (NoWording, UndefinedError):
        return safe(why)  # what a platform said, or a key whose facts were not kept


def via(kept: str, *, full: bool) -> str:
    """ "channel:address way" of what was delivered; the address only with `full`."""
    address, _, way = kept.rpartition(" ")
    channel, _, name = address.partition(":")
    said = [CHANNELS.get(channel, channel), _WAYS.get(way, safe(way)), safe(name) if full else ""]
    return " ".join(filter(None, said))


def tried(one: Tried) -> str:
    """One try in a line."""
    if one.way == OPERATOR:
        return "运行人员让它再发一次"
    channel = one.address.partition(":")[0]
    way, outcome = _WAYS.get(one.way, safe(one.way)), _OUTCOMES.get(one.outcome, safe(one.outcome))
    said = f"{CHANNELS.get(channel, channel)} {way}：{outcome}"
    return f"{said}（{reason(one.why)}）" if one.why else said
