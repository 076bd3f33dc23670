"""What is done about paying what a quiz gives: payment paused and resumed, codes taken in, referrals acknowledged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Deed, Done
from rules.vouchers import Voucher


@dataclass(frozen=True, slots=True)
class RestPayout(AdminDeed):
    """Let the program pay nothing until it is told to go on. Declined: "payout.resting" where it rests already."""

    command = "packets"
    result = Done
    campaign: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "rest"}


@dataclass(frozen=True, slots=True)
class ResumePayout(AdminDeed):
    """Let the program pay again. Declined: "payout.not_resting"."""

    command = "packets"
    result = Done
    campaign: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "resume"}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many codes were new, and how many were here already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class ImportVouchers(AdminDeed):
    """Take in codes that winners may be given. One that is here already is left alone.

    The audit log keeps how many there are and what they are worth, never a code.
    """

    command = "packets"
    result = TakenIn
    campaign: str
    vouchers: tuple[Voucher, ...]
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "codes", "count": len(self.vouchers), "fen": sum(each.amount for each in self.vouchers)}


@dataclass(frozen=True, slots=True)
class AllowReferral(AdminDeed):
    """Let new followers count for whoever brought them, with the words in which the admin took the platform's rule on.

    Declined: "referral.on" where that is so already.
    """

    command = "packets"
    result = Done
    campaign: str
    words: str
    warning: str
    by: int

    def told(self) -> dict[str, Any]:
        told = hashlib.sha256(self.warning.encode()).hexdigest()
        return {"step": "referral", "words": self.words, "warning": self.warning, "warning_sha256": told}


@dataclass(frozen=True, slots=True)
class StopReferral(AdminDeed):
    """Let no new follower count any more; those who counted stay. Declined: "referral.off"."""

    command = "packets"
    result = Done
    campaign: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"step": "referral_off"}


@dataclass(frozen=True, slots=True)
class Link:
    """The word by which somebody brings friends."""

    code: str


@dataclass(frozen=True, slots=True)
class MakeReferral(Deed):
    """The word by which somebody brings friends, made at the first time. Declined: "referral.off"."""

    final = False
    result = Link
    campaign: str
    person: int


@dataclass(frozen=True, slots=True)
class Brought:
    """Whose friend somebody is now; `campaign` and `title` are left to whoever asks."""

    campaign: str


@dataclass(frozen=True, slots=True)
class FollowReferral(Deed):
    """Count somebody new as brought by the owner of a word.

    Declined: "referral.unknown", "referral.off" where nobody allowed it (any more), "referral.known" for who was here
    before, "referral.own", "referral.elsewhere" for a channel in which anybody can be anew.
    """

    result = Brought
    person: int
    code: str
