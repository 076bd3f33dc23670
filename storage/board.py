"""Permissions to look at the board, given to admins from their seats."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from rules.deeds import Declined
from rules.deeds_board import BoardLink, OpenBoard
from rules.instants import from_micros, micros
from rules.passes import LINK, Pass, sealed
from rules.people import Role
from storage.moments import Deeds, Moment
from storage.tables import seats

#: How long a link is good: long enough to be opened on another machine, too short to be worth passing on.
GOOD_FOR = timedelta(hours=1)


async def open_board(moment: Moment, deed: OpenBoard) -> BoardLink | Declined:
    """A permission for this admin's seat; nothing is written."""
    mine = (seats.c.id == deed.seat, seats.c.person == deed.person, seats.c.role == Role.ADMIN.value)
    if (await moment.connection.execute(select(seats.c.id).where(*mine))).one_or_none() is None:
        return Declined("board.seat_gone", {})
    ends = from_micros(moment.at) + GOOD_FOR
    token = sealed(moment.pepper, LINK, Pass(deed.seat, deed.person, ends.replace(microsecond=0)))
    return BoardLink(token, micros(ends.replace(microsecond=0)))


DEEDS: Deeds = {OpenBoard: open_board}
