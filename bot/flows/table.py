"""All conversations of the house, for the engine."""

from __future__ import annotations

from bot.flows.admin import INVITE, STANDING
from bot.flows.asked import ASKED
from bot.flows.award_change import CHANGE
from bot.flows.award_public import PRIZES
from bot.flows.awards import AWARDS
from bot.flows.board import BOARD
from bot.flows.broadcast import BROADCAST
from bot.flows.certificates import CERTIFICATES
from bot.flows.duty import DUTY
from bot.flows.duty_admin import CONTACT_TABLE, DUTIES
from bot.flows.enter import ENTER
from bot.flows.erase import ERASE
from bot.flows.export import EXPORT_FLOW
from bot.flows.join import JOIN, WELCOME
from bot.flows.judging import JUDGING
from bot.flows.leave import LEAVE, REVOKE
from bot.flows.link import LINK, MAILBOX, UNLINK
from bot.flows.menu import CHANGE_SEAT, DRAFTS, MENU
from bot.flows.mine import MINE
from bot.flows.my_packets import MY_PACKETS
from bot.flows.my_referrals import MY_REFERRALS
from bot.flows.objecting import OBJECT, OBJECTIONS
from bot.flows.outside import OUTSIDE
from bot.flows.parcel import PARCEL
from bot.flows.pausing import PAUSE, UNPAUSE
from bot.flows.payout_admin import PAYOUT
from bot.flows.public_admin import PUBLIC_ADMIN
from bot.flows.public_vote import PUBLIC_VOTE
from bot.flows.publication import OUTLETS, PUBLISH
from bot.flows.quiz import QUIZ
from bot.flows.quiz_check import QUIZ_CHECKED
from bot.flows.quiz_figures import QUIZ_FIGURES
from bot.flows.quota import ASK_CAP, DECIDE_CAP, QUOTA
from bot.flows.reminded import FULFILLED, HANDOVER, MUTE
from bot.flows.reseating import RESEAT
from bot.flows.returning import MEND, RETURN
from bot.flows.screened import REOPEN
from bot.flows.screening import SCREEN, SCREENING
from bot.flows.task import TASK
from bot.flows.twins import TWINS
from bot.flows.under_way import AGREE, STOP, UNREACHABLE
from bot.flows.unit import UNIT, WHOAMI
from bot.flows.urging import URGE
from bot.flows.voting import RECUSING, VOTING
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
            OUTSIDE,
            MINE,
            STANDING,
            ASKED,
            INVITE,
            LEAVE,
            BOARD,
            REVOKE,
            PAUSE,
            UNPAUSE,
            RETURN,
            MEND,
            SCREEN,
            SCREENING,
            REOPEN,
            QUOTA,
            DECIDE_CAP,
            ASK_CAP,
            UNIT,
            RESEAT,
            WHOAMI,
            BROADCAST,
            STOP,
            AGREE,
            UNREACHABLE,
            URGE,
            LINK,
            UNLINK,
            MAILBOX,
            MUTE,
            HANDOVER,
            FULFILLED,
            DUTY,
            TASK,
            DUTIES,
            CONTACT_TABLE,
            EXPORT_FLOW,
            ERASE,
            TWINS,
            PARCEL,
            JUDGING,
            VOTING,
            RECUSING,
            QUIZ,
            QUIZ_FIGURES,
            QUIZ_CHECKED,
            MY_PACKETS,
            MY_REFERRALS,
            PAYOUT,
            AWARDS,
            CHANGE,
            PRIZES,
            OBJECT,
            OBJECTIONS,
            PUBLISH,
            OUTLETS,
            CERTIFICATES,
            PUBLIC_VOTE,
            PUBLIC_ADMIN,
        ),
        stranger="join",
        home="menu",
        file="document",
        drafts="drafts",
    )
