"""Certificates: which prizes bear one, its number, the code that shows it is genuine, and what stands on it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from rules.codes import ALPHABET, grouped, read_letters, spell
from rules.masking import masked_mail, masked_name, masked_phones
from rules.notice import Notice

#: Characters of a check code: 40 bits, which nobody tries through at the pace that the page allows.
CHECK = 8
_BYTES = 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it was issued; what stands on it no longer changes. `title` "" for a prize of a unit.

    `good`: the prize was not taken back. `at` is when it was issued (UTC microseconds).
    """

    number: str
    campaign: str
    honour: int
    unit: int
    klass: str
    unit_name: str
    title: str
    award: str
    activity: str
    hosts: tuple[str, ...]
    at: int
    good: bool


@dataclass(frozen=True, slots=True)
class Issuing:
    """How a campaign's certificates are issued: what their numbers begin with, what they say, which prizes bear none.

    Numbers run on below `series`, "WF-2023": WF-2023-0001.
    """

    series: str
    activity: str
    hosts: tuple[str, ...]
    without: tuple[str, ...]


def issuing(notice: Notice) -> Issuing:
    """How this campaign's certificates are issued."""
    year = notice.stages[0].opens.year
    prizes = notice.awards.prizes if notice.awards is not None else ()
    without = tuple(prize.key for prize in prizes if not prize.certificate)
    return Issuing(f"{notice.code}-{year}", notice.short_title, hosts_of(notice), without)


def bears_none(notice: Notice) -> bool:
    """Whether the notice lists prizes and none of them comes with a certificate."""
    prizes = notice.awards.prizes if notice.awards is not None else ()
    return not any(prize.certificate for prize in prizes)


def hosts_of(notice: Notice) -> tuple[str, ...]:
    """The bodies that sign: those that host (主办); where the notice names none so, the first it names."""
    hosting = tuple(body.label for body in notice.bodies if "主办" in body.role)
    return hosting or tuple(body.label for body in notice.bodies[:1]) or (notice.short_title,)


def number_of(series: str, running: int) -> str:
    """The number of a certificate: WF-2023-0001."""
    return f"{series}-{running:04d}"


def check_code(key: bytes, number: str) -> str:
    """The eight characters that go with a number; who does not have the key cannot tell them."""
    digest = hmac.new(key, b"xinshi certificate " + number.encode(), hashlib.sha256).digest()
    return spell(int.from_bytes(digest[:_BYTES], "big"), CHECK)


def shown_check(code: str) -> str:
    """A check code as it is printed: K3QX-9PMT."""
    return grouped(code, 4)


def fits(key: bytes, number: str, typed: str) -> bool:
    """Whether what somebody typed is the check code of this number."""
    code = read_letters(typed)
    plain = len(code) == CHECK and all(char in ALPHABET for char in code)
    return plain and hmac.compare_digest(code.encode(), check_code(key, number).encode())


def shown_unit(notice: Notice, certificate: Certificate) -> str:
    """Whose a certificate is, for everybody: of a natural person, the family name alone."""
    return masked_name(certificate.unit_name) if notice.natural(certificate.klass) else certificate.unit_name


def shown_title(certificate: Certificate) -> str:
    """The title of the work, for everybody: without numbers and addresses somebody wrote into it."""
    return masked_mail(masked_phones(certificate.title))


def of_unit(certificates: Sequence[Certificate], unit: int) -> tuple[Certificate, ...]:
    """The good certificates of one unit (0: of all)."""
    return tuple(each for each in certificates if each.good and unit in (0, each.unit))
