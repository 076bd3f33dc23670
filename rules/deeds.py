"""What a flow may have done: plain frozen values that storage performs inside the message's transaction.

Every deed names its result. A result is made of plain values, so that it can be kept in the conversation's log;
a `Declined` says that nothing was done, and is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from rules.handed import Material


class Deed:
    """Something to be done. `final` closes the way back: answers before it can no longer be edited."""

    __slots__ = ()
    final: ClassVar[bool] = True
    result: ClassVar[type]

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Any:
        """The result, from the plain mapping in the log."""
        return cls.result(**kept)

    @staticmethod
    def dump(result: Any) -> dict[str, Any]:
        """The plain mapping that keeps a result."""
        return asdict(result)


@dataclass(frozen=True, slots=True)
class Heard:
    """What those whom a deed concerns are told of it: wording key, facts, and command words under it as buttons."""

    key: str
    facts: Mapping[str, Any]
    offers: tuple[str, ...] = ()


class AdminDeed(Deed):
    """A deed of the admin `by` in `campaign`; 0 is whoever runs the program.

    It is done only while `by` has an admin's seat there, else it is declined with "admin.no_seat", and recorded in the
    audit log under `command` with its result, done or declined.
    """

    __slots__ = ()
    command: ClassVar[str]
    campaign: str
    by: int

    def told(self) -> dict[str, Any]:
        """What the audit log says of it, JSON-plain."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Done:
    """The deed was done and has nothing more to tell."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The deed was not done; `why` is the wording key of the reason and `facts` what its sentence needs."""

    why: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Joined:
    """A seat was taken; or, with `linked`, this address now belongs to somebody known from another channel.

    Then `here` and `there` name the two channels ("telegram", "wechat") and `title` the form that person is filling in.
    """

    seat: int
    campaign: str
    role: str
    unit: str = ""
    linked: bool = False
    here: str = ""
    there: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Redeem(Deed):
    """Take the seat that an invitation code offers, or become one with the person who made a code with `MakeLink`.

    Without `tie` the latter is declined with "link.sure", and nothing is used up: whoever has a seat is asked first.
    Declined: unknown, used up, expired, locked out, one's own code.
    """

    result = Joined
    person: int
    code: str
    tie: bool = True


@dataclass(frozen=True, slots=True)
class NamePerson(Deed):
    """Keep how a person wants to be called."""

    result = Done
    person: int
    name: str


@dataclass(frozen=True, slots=True)
class TakeSeat(Deed):
    """Speak from another of one's own seats from now on."""

    result = Done
    person: int
    seat: int


@dataclass(frozen=True, slots=True)
class Printed:
    """The version code under which a filled form is kept."""

    code: str


@dataclass(frozen=True, slots=True)
class PrintForm(Deed):
    """Keep one filled state of a form under its version code, so that it can be handed out and recognised later."""

    final = False
    result = Printed
    code: str
    campaign: str
    form: str
    unit: int
    person: int
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """An entry is in: its number, its version (from 1), and the UTC microseconds that were left."""

    entry: int
    number: str
    version: int
    margin: int


@dataclass(frozen=True, slots=True)
class SubmitEntry(Deed):
    """Hand an entry in, or a new version of it (`entry` > 0).

    Declined: too late, cap reached, withdrawn meanwhile, a file missing.

    `closes` and `cap` are what the notice says; a leave or a moved cap kept in storage replaces them there, inside
    the statement that decides. `pledges` maps each accepted wording's key to its SHA-256 (hex). `materials` are the
    files handed in with it; one of each of the items that it `needs` must be among them.
    """

    result = Received
    campaign: str
    track: str
    unit: int
    person: int
    form: str
    code: str
    title: str
    answers: Mapping[str, Any]
    pledges: Mapping[str, str]
    opens: int
    closes: int
    cap: int | None
    prefix: str
    entry: int = 0
    materials: tuple[Material, ...] = ()
    needs: tuple[str, ...] = ()
    #: Whether the cap may have moved for this unit, and whose works it counts (`rules.quota.Quota.counts`).
    moves: bool = False
    counts: str = "own"


@dataclass(frozen=True, slots=True)
class WithdrawEntry(Deed):
    """Take an entry back before the deadline; its versions stay. Declined: too late, not there any more."""

    result = Done
    entry: int
    unit: int
    person: int
    closes: int


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation's code, to be shown once; only its hash is kept."""

    code: str
    expires: int


@dataclass(frozen=True, slots=True)
class Invite(AdminDeed):
    """Make an invitation to a seat. The kept result leaves the code out: it is told once, then only its hash exists."""

    command = "invite"
    result = Invited
    campaign: str
    role: str
    unit: int | None
    by: int
    uses: int = 1
    days: int = 60

    @staticmethod
    def dump(result: Invited) -> dict[str, Any]:
        return {**asdict(result), "code": ""}

    def told(self) -> dict[str, Any]:
        return {"role": self.role, "unit": self.unit or 0, "uses": self.uses, "days": self.days}


@dataclass(frozen=True, slots=True)
class GrantLeave(AdminDeed):
    """Let one unit (0: every unit) hand in until a later instant than the notice says, with the reason on record.

    The liaisons of those units are told `heard`.
    """

    command = "extend"
    result = Done
    campaign: str
    track: str
    unit: int
    until: int
    reason: str
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"track": self.track, "unit": self.unit, "until": self.until, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class StartWork(Deed):
    """Have something slow done after the message is settled; its result comes back to the conversation.

    `kind` says what is to be done with `payload`; the result arrives on the channel `inside` under `topic`.
    """

    final = False
    result = Done
    kind: str
    payload: Mapping[str, Any]
    session: int
    topic: str
