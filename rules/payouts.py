"""Red packets of WeChat Pay: what an answer of the platform means for a packet, and when it may be asked at all.

A packet has one bill number for ever. It is kept before the platform is called, so whatever is not known for certain
is asked about, and asked for again, under the same number, which the platform pays once. Sources: 发放红包接口
(2025-08-22) and 查询红包记录 (2025-06-20) of the platform's v2 documents; `docs/decisions/0031-payouts.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

#: Waits for its first call, or may be called again because the platform knows nothing of it.
READY: Final = "ready"
#: Was called, and what came of it is not known yet.
ASKED: Final = "asked"
#: The platform has paid: the packet lies with its winner, who has `EXPIRES` to open it.
SENT: Final = "sent"
#: Opened.
RECEIVED: Final = "received"
#: Not opened in time: the money came back.
RETURNED: Final = "returned"
#: Will not be paid this way.
REFUSED: Final = "refused"
State = Literal["ready", "asked", "sent", "received", "returned", "refused"]
#: States in which the money is with the winner, or on its way there.
UNDER_WAY, PAID = (READY, ASKED), (SENT, RECEIVED)

#: The platform takes a packet back after 24 hours; the answer may come a little later.
EXPIRES = 24 * HOUR
_ASK_AFTER = EXPIRES + HOUR
#: How long a call may be under way before another program may ask what came of it; longer than a call's time limit.
LEASE = 2 * MINUTE
_SOON, _LATEST = MINUTE, HOUR

#: Nothing was done; the same number works after a while. Value: microseconds, 0 for the next day.
LATER: Mapping[str, int] = {
    "FREQ_LIMIT": MINUTE, "SECOND_OVER_LIMITED": MINUTE, "TIME_LIMITED": HOUR, "SENDNUM_LIMIT": 0,
    "DAY_OVER_LIMITED": 0, "SENDAMOUNT_LIMIT": 0, "RCVDAMOUNT_LIMIT": 0,
}  # fmt: skip
#: Nothing was done, and nothing will be for anybody until a person mends it: everything rests.
RESTS = frozenset(
    {"NOTENOUGH", "CA_ERROR", "SIGN_ERROR", "APPID_ERROR", "ILLEGAL_APPID", "MCHID_ERROR", "PARAM_ERROR", "XML_ERROR"}
)
#: Never for this packet. Ours are AMOUNT (more or less than is paid this way) and ERASED (the winner wants no trace).
FINAL = frozenset(
    "NO_AUTH OPENID_ERROR V2_ACCOUNT_SIMPLE_BAN MONEY_LIMIT FATAL_ERROR SEND_FAILED AMOUNT ERASED".split()
)
#: Packets refused one after another for the same reason that make everything rest: then it is hardly their winners'.
IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Bill:
    """One payment as it is asked for: its number, whom it is for, fen, and what stands on it."""

    number: str
    openid: str
    amount: int
    activity: str
    wishing: str


@dataclass(frozen=True, slots=True)
class Said:
    """What came back: "SUCCESS" or an error code, "" where nothing could be read; of a query also its `status`."""

    code: str
    words: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What a payment comes to: its state, when to look again (microseconds from now), why; whether all must rest."""

    state: State
    wait: int = 0
    why: str = ""
    rests: bool = False


def after_call(said: Said, *, tries: int, to_morning: int) -> Move:
    """What the answer to a call means. `tries` counts this one; the next day begins in `to_morning`.

    An answer that pays nothing is certain only of the first call: an earlier one may have paid, so that is asked first.
    """
    first = tries == 1
    code = said.code
    if code == "SUCCESS":
        return Move(SENT, _ASK_AFTER)
    if code in LATER:
        wait = LATER[code] or to_morning
        return Move(READY if first else ASKED, wait, code)
    if code in RESTS:
        return Move(READY if first else ASKED, _SOON, code, rests=True)
    if code in FINAL:
        return Move(REFUSED, 0, code) if first else Move(ASKED, 5 * MINUTE, code)
    return Move(ASKED, patience(tries), code)


def after_query(said: Said, *, state: State, tries: int, why: str) -> Move:
    """What the answer to a query means for a payment in `state`, last refused for `why`.

    That the platform knows no such number does not mean that it did not pay: the call may still be under way there. So
    it is called again under the same number, unless it was refused for good.
    """
    if said.code == "NOT_FOUND" and state == ASKED:
        return Move(REFUSED, 0, why) if why in FINAL else Move(READY, 0, why)
    if said.code != "SUCCESS":
        return Move(state, patience(tries), why)
    match said.status:
        case "SENT":
            return Move(SENT, _ASK_AFTER if state == ASKED else HOUR)
        case "RECEIVED":
            return Move(RECEIVED)
        case "REFUND":
            return Move(RETURNED)
        case "RFUND_ING":
            return Move(SENT, HOUR)
        case "FAILED":
            return Move(REFUSED, 0, why if why in FINAL else "SEND_FAILED")
    return Move(state, patience(tries), why)  # SENDING, or a word that nobody knows yet


def patience(tries: int) -> int:
    """How long to wait before one asks again: one minute, doubled with each try, at most an hour."""
    return int(min(_LATEST, _SOON << min(tries, 10)))


@dataclass(frozen=True, slots=True)
class Hours:
    """When nothing is paid: from one time of day until another, past midnight too; none where both are the same."""

    begins: time
    ends: time

    def hold(self, local: datetime) -> bool:
        """Whether nothing is paid at this instant."""
        now = local.time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


def to_morning(local: datetime) -> int:
    """Microseconds to the beginning of the next day, of a local instant."""
    begins = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    return int((begins - local) / timedelta(microseconds=1))


def bill_number(merchant: str, day: str, chance: int) -> str:
    """Merchant, day (yyyymmdd) and ten digits: 28 characters, as the platform asks. `chance` is below 10**10."""
    return f"{merchant}{day}{chance:010d}"[-28:]
