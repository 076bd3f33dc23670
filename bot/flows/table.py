"""All conversations of the house, for the engine."""

from __future__ import annotations

from bot.flows.admin import INVITE, STANDING
from bot.flows.broadcast import BROADCAST
from bot.flows.documents import DOCUMENT_FLOW
from bot.flows.enter import ENTER
from bot.flows.join import JOIN, WELCOME
from bot.flows.leave import LEAVE, REVOKE
from bot.flows.link import LINK, MAILBOX, UNLINK
from bot.flows.menu import CHANGE_SEAT, DRAFTS, MENU
from bot.flows.mine import MINE
from bot.flows.pausing import PAUSE, UNPAUSE
from bot.flows.quota import ASK_CAP, DECIDE_CAP, QUOTA
from bot.flows.returning import MEND, RETURN
from bot.flows.under_way import AGREE, STOP, UNREACHABLE
from bot.flows.unit import UNIT, WHOAMI
from bot.talk.flow import Flows


def house_flows() -> Flows:
    """The table of flows."""
    return Flows(
        (
            JOIN,
            WELCOME,
            MENU,
            DRAFTS,
            CHANGE_SEAT,
            ENTER,
            DOCUMENT_FLOW,
            MINE,
            STANDING,
            INVITE,
            LEAVE,
            REVOKE,
            PAUSE,
            UNPAUSE,
            RETURN,
            MEND,
            QUOTA,
            DECIDE_CAP,
            ASK_CAP,
            UNIT,
            WHOAMI,
            BROADCAST,
            STOP,
            AGREE,
            UNREACHABLE,
            LINK,
            UNLINK,
            MAILBOX,
        ),
        stranger="join",
        home="menu",
        file="document",
        drafts="drafts",
    )
