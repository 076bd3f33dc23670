"""The roof's part in certificates: what checks them, who makes them, and what their page says to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.flows.certificates import CERTIFY
from bot.wording import house_wording
from rules.certificates import check_code, fits, shown_title, shown_unit
from rules.erasing import spelt
from rules.instants import from_micros
from rules.notice import Notice
from scheduler.certifying import Certifier, Check
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.made import Made
from scheduler.work import Skill
from storage.certificates import certificate_at
from storage.database import Database
from web.ports_certificates import Verdict


def checks(key: bytes, public_url: str) -> Callable[[str], Check]:
    """What gives the check code of a number, and the address of its page."""

    def check(number: str) -> Check:
        code = check_code(key, number)
        return Check(code, f"{public_url}/certificates/{number}?code={code}" if public_url else "")

    return check


class Certificates:
    """The certificates of a deployment: who makes them, and what may be said of one to whoever has its code."""

    def __init__(
        self, database: Database, made: Made, notices: Mapping[str, Notice], root: Path,
        clock: SystemClock | SimulatedClock, *, key: bytes, public_url: str,
    ) -> None:  # fmt: skip
        """`root` is the program's folder, with the templates."""
        self._database, self._notices, self._key = database, notices, key
        self.certifier = Certifier(
            database, made, notices, house_wording(), templates=root / "templates" / "certificates", clock=clock,
            check=checks(key, public_url),
        )  # fmt: skip

    def skills(self) -> dict[str, Skill]:
        """The slow work of making them."""
        return {CERTIFY: Skill(self.certifier.perform, "certificate.broken")}

    async def verdict(self, number: str, code: str) -> Verdict | None:
        """What a certificate says; None where number and code do not belong together, or none was issued."""
        if not fits(self._key, number, code):
            return None
        found = await certificate_at(self._database, number)
        notice = self._notices.get(found.campaign) if found is not None else None
        if found is None or notice is None:
            return None
        day = spelt(from_micros(found.at).astimezone(ZoneInfo(notice.zone)))
        return Verdict(
            found.number, shown_unit(notice, found), shown_title(found), found.award, found.activity, found.hosts, day,
            found.good,
        )  # fmt: skip
