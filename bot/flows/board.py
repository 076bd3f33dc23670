"""The way to the board: an admin asks for it in chat and gets a link of their own."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.talk.flow import Flow
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined
from rules.deeds_board import OpenBoard
from rules.instants import from_micros, spoken
from rules.people import Role


async def board(talk: Talk) -> Ending:
    """看板: a link that opens the board for this admin alone."""
    if not talk.scene.public_url:
        talk.say("board.no_address")
    else:
        opened = await talk.do("opened", OpenBoard(talk.seat.id, talk.person.id))
        if isinstance(opened, Declined):
            talk.say(opened.why)
            return None
        ends = from_micros(opened.expires).astimezone(ZoneInfo(talk.notice.zone)).replace(second=0)
        link = f"{talk.scene.public_url}/board/in/{opened.token}"
        talk.say("board.link", title=talk.notice.short_title, link=link, expires=spoken(ends))
    talk.offer("报送情况", "菜单")
    return None


BOARD = Flow("board", board, words=("看板", "board"), roles=frozenset({Role.ADMIN}))
