"""One person, two messengers: a code that ties them, and parting them again; an e-mail address as one more way."""

from __future__ import annotations

from datetime import timedelta

from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending
from rules.codes import shown
from rules.deeds import Declined
from rules.deeds_contact import AskMail, ConfirmMail, MakeLink, Unlink
from rules.faults import Fault, Faulty, Read, Unreadable, Value
from rules.instants import from_micros
from rules.looks_contact import Address, AddressesOf
from rules.mailboxes import read_email
from rules.people import CHANNELS, Role

#: Channels that a code can tie; e-mail has a conversation of its own.
_MESSENGERS = ("wechat", "telegram", "web", "console")


async def link(talk: Talk) -> Ending:
    """绑定: a code to be typed in another messenger, whose messages are this person's from then on."""
    addresses: tuple[Address, ...] = await talk.look(AddressesOf(talk.person.id))
    made = await talk.do("code", MakeLink(talk.person.id))
    name = talk.scene.telegram
    talk.say(
        "link.code",
        code=shown(made.code),
        link=f"https://t.me/{name}?start={made.code}" if name else "",
        minutes=int((from_micros(made.expires) - talk.now) / timedelta(minutes=1)),
        others=_named(_others(addresses)),
    )
    talk.offer(*(("解除绑定",) if _others(addresses) else ()), "菜单")
    return None


async def unlink(talk: Talk) -> Ending:
    """解除绑定: another messenger is nobody's again."""
    addresses: tuple[Address, ...] = await talk.look(AddressesOf(talk.person.id))
    others = _others(addresses)
    if not others:
        talk.say("link.none_other")
        talk.offer("绑定", "菜单")
        return None
    options = tuple(Option(each.id, _label(each, others)) for each in others)
    picked = options[0].code if len(options) == 1 else await talk.ask(
        "which", OneOf(text=line("link.unlink_which"), options=options)
    )  # fmt: skip
    label = next((option.label for option in options if option.code == picked), "")
    sure = YesNo(text=line("link.sure_unlink", which=label), yes="断开", no="不断开")
    if not await talk.ask("sure", sure):
        talk.say("link.kept")
    else:
        parted = await talk.do("unlinked", Unlink(talk.person.id, picked))
        talk.say(parted.why if isinstance(parted, Declined) else "link.unlinked")
    talk.offer("菜单")
    return None


def _others(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(each for each in addresses if not each.home and each.channel in _MESSENGERS)


def _named(addresses: tuple[Address, ...]) -> list[str]:
    return list(dict.fromkeys(CHANNELS.get(each.channel, each.channel) for each in addresses))


def _label(address: Address, all_: tuple[Address, ...]) -> str:
    """The channel's name, with the end of the address where there are two of one channel."""
    name = CHANNELS.get(address.channel, address.channel)
    twins = [each for each in all_ if each.channel == address.channel]
    return name if len(twins) == 1 else f"{name}（尾号 {address.id[-4:]}）"


async def mailbox(talk: Talk) -> Ending:
    """邮箱: an address that notices go to when nothing else reaches the person, shown to be theirs by a code."""
    if not talk.scene.mail:
        talk.say("mail.no_mail_here")
        talk.offer("菜单")
        return None
    known = [each for each in await talk.look(AddressesOf(talk.person.id)) if each.channel == "mail"]
    if known and not await _change(talk, known[0]):
        talk.offer("菜单")
        return None
    address = await talk.ask("address", Typed(text=line("mail.address"), read=_read_address))
    asked = await talk.do(f"asked/{address}", AskMail(talk.person.id, address))
    if isinstance(asked, Declined):
        talk.say(asked.why, **asked.facts)
        talk.offer("菜单")
        return None
    code = await talk.ask(f"code/{address}", Typed(text=line("mail.code_sent", address=address), read=_any))
    confirmed = await talk.do("confirmed", ConfirmMail(talk.person.id, address, code))
    if isinstance(confirmed, Declined):
        talk.say(confirmed.why)
        return Again((f"code/{address}",))
    talk.say("mail.verified", address=address)
    talk.offer("菜单")
    return None


async def _change(talk: Talk, known: Address) -> bool:
    """Whether the known address is to be replaced; it may also be removed or left as it is."""
    address = known.id.partition(":")[2]
    options = (Option("change", "换一个"), Option("remove", "删去"), Option("keep", "不改"))
    wish = await talk.ask("wish", OneOf(text=line("mail.sure_remove", address=address), options=options))
    if wish == "remove":
        removed = await talk.do("removed", Unlink(talk.person.id, known.id))
        talk.say(removed.why if isinstance(removed, Declined) else "mail.removed")
    elif wish == "keep":
        talk.say("mail.kept")
    return bool(wish == "change")


def _read_address(typed: str) -> Read:
    try:
        return Value(read_email(typed))
    except Unreadable:
        return Faulty((Fault("mail.bad_address", {"typed": typed.strip()[:60]}),))


def _any(typed: str) -> Read:
    return Value(" ".join(typed.split())[:40])


_EVERYBODY = frozenset(Role)
LINK = Flow("link", link, words=("绑定", "link"), roles=_EVERYBODY, anywhere=True)
UNLINK = Flow("unlink", unlink, words=("解除绑定", "unlink"), roles=_EVERYBODY, anywhere=True)
MAILBOX = Flow("mailbox", mailbox, words=("登记邮箱", "email"), roles=_EVERYBODY, anywhere=True)
