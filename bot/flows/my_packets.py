"""我的红包: what somebody has won, and how far each packet is; a code is shown again."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import spoken_late
from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.instants import from_micros, spoken
from rules.looks_contact import AddressesOf
from rules.looks_payout import Mine, MyPackets
from rules.notice import Notice
from rules.packets import yuan
from rules.quiz import Quiz


async def my_packets(talk: Talk) -> Ending:
    """Every packet of every quiz."""
    found = []
    quizzes = [each for each in talk.scene.notices.values() if each.quiz is not None]
    for notice in quizzes:
        mine: tuple[Mine, ...] = await talk.look(MyPackets(notice.id, talk.person.id))
        if mine and notice.quiz is not None:
            found.append(_told(talk, notice, notice.quiz, mine))
    if not found:
        talk.say("payout.mine_none", quiz=bool(quizzes))
    else:
        addresses = await talk.look(AddressesOf(talk.person.id))
        known = any(each.channel == "wechat" for each in addresses)
        talk.say("payout.mine", campaigns=found, wechat=known, seat=talk.scene.seat is not None)
    talk.offer("答题", "菜单")
    return None


def _told(talk: Talk, notice: Notice, rules: Quiz, mine: tuple[Mine, ...]) -> dict[str, Any]:
    zone = ZoneInfo(notice.zone)
    return {
        "title": notice.short_title,
        "way": rules.packets.payout,
        "unpaid": any(not each.way and not each.paid for each in mine),
        "starts": starting(talk, notice),
        "until": _until(talk, rules, zone),
        "packets": [
            {
                "won": f"{from_micros(each.won).astimezone(zone):%m-%d %H:%M}", "amount": yuan(each.amount),
                "way": each.way, "state": each.state, "code": each.code, "kind": each.kind,
            }
            for each in mine
        ],
    }  # fmt: skip


def _until(talk: Talk, rules: Quiz, zone: ZoneInfo) -> str:
    """Until when leaving costs what is not paid, "" where it does not (any more)."""
    if rules.stay_until is None or rules.packets.leaving != "lose_unpaid" or talk.now >= rules.stay_until.first_late:
        return ""
    return spoken_late(rules.stay_until.first_late.astimezone(zone), talk.now.astimezone(zone))


def starting(talk: Talk, notice: Notice) -> str:
    """From when the program pays, "" where it does already."""
    rules = notice.quiz
    if rules is None or rules.packets.pays == "at_once" or rules.stay_until is None:
        return ""
    first = rules.stay_until.first_late
    return spoken(first.astimezone(ZoneInfo(notice.zone))) if talk.now < first else ""


MY_PACKETS = Flow("my_packets", my_packets, words=("我的红包", "mypackets"), anywhere=True)
