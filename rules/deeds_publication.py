"""What may be done with results: certificates issued, units told, outlets ticked off, a dossier taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules.certificates import Issuing
from rules.deeds import AdminDeed, Done, Heard


@dataclass(frozen=True, slots=True)
class Issued:
    """How many certificates were issued now, and how many there are."""

    fresh: int
    total: int


@dataclass(frozen=True, slots=True)
class IssueCertificates(AdminDeed):
    """Give every final prize that bears a certificate and has none its number, in the order they were given.

    A number is used once, also when its prize is taken back later.
    """

    command = "certificates"
    result = Issued
    final = False
    campaign: str
    how: Issuing
    by: int

    def told(self) -> dict[str, Any]:
        return {"series": self.how.series, "without": list(self.how.without)}


@dataclass(frozen=True, slots=True)
class Telling:
    """What one unit hears of its results; `mark` names what it says, so that the same is not told twice."""

    unit: int
    mark: str
    heard: Heard


@dataclass(frozen=True, slots=True)
class Published:
    """How many units were told now, how many people they are, and how many certificates were issued."""

    units: int
    people: int
    certificates: int


@dataclass(frozen=True, slots=True)
class PublishResults(AdminDeed):
    """Issue the certificates, tell every unit its own results, and begin the list of outlets.

    `seen` names the prizes as the admin saw them (`rules.results.seen_mark`); if they are others now, it is declined.
    A unit that was told the same before is not told again. `heard`: what the other admins are told.
    """

    command = "publish"
    result = Published
    campaign: str
    how: Issuing
    seen: str
    tellings: tuple[Telling, ...]
    outlets: tuple[str, ...]
    by: int
    heard: Heard | None = None

    def told(self) -> dict[str, Any]:
        return {"units": len(self.tellings), "seen": self.seen, "outlets": list(self.outlets)}


@dataclass(frozen=True, slots=True)
class NoteOutlet(AdminDeed):
    """Note that the results stand at an outlet, with the link to them ("" where there is none)."""

    command = "outlet"
    result = Done
    campaign: str
    outlet: str
    link: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"outlet": self.outlet, "link": self.link}


@dataclass(frozen=True, slots=True)
class TakeDossier(AdminDeed):
    """Record that the closing dossier is taken out; `full`: with names, numbers and files as they are."""

    command = "dossier"
    result = Done
    final = False
    campaign: str
    full: bool
    by: int

    def told(self) -> dict[str, Any]:
        return {"full": self.full}
