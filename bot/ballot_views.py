"""What pages show of a secret ballot: where a paper or a share stands, levels in words, an entry's files by link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from bot.links import Links
from bot.talk.messages import Attachment
from rules.ballot_plan import GRADES
from rules.ballots import Opening
from rules.deeds_ballot import BallotRound, OnRoll
from rules.handed import Material
from rules.instants import micros
from rules.looks_judging import Candidate
from rules.points import spoken
from web.ballot_ports import Look


def looks_of(
    links: Links, address: str, entry: Candidate, handed: Sequence[Material], now: datetime
) -> tuple[Look, ...]:
    """The form and the files of an entry, by links for this address."""

    def link(kind: Literal["form", "file", "picture", "film"], ref: str, name: str) -> Look:
        attachment = Attachment("annex" if kind == "form" else "file", ref, name)
        return Look(kind, name, links.file_path(address, attachment, now))

    found = [link("form", entry.code, f"{entry.number}-申报表.docx")]
    for one in handed:
        if sheet := one.facts.get("sheet"):
            found.append(link("picture", sheet, f"{entry.number}-画面.jpg"))
        if preview := one.facts.get("preview"):
            found.append(link("film", preview, f"{entry.number}-预览.mp4"))
        found.append(link("file", one.sha256, one.name))
    return tuple(found)


def paper_state(mine: OnRoll, now: datetime) -> Literal["due", "over", "cast", "published"]:
    """Where a paper stands for its expert."""
    if mine.round.state == "published":
        return "published"
    if mine.cast:
        return "cast"
    return "due" if mine.round.state == "open" and micros(now) < mine.round.closes else "over"


def share_state(here: BallotRound, now: datetime, *, confirmed: bool) -> Literal["show", "kept", "give", "wait"]:
    """What is wanted of a scrutineer."""
    if here.state == "setup":
        return "kept" if confirmed else "show"
    quorum = here.opening.quorum if here.opening is not None else 0
    return "give" if micros(now) >= here.closes and here.cast >= quorum else "wait"


def levels_of(opening: Opening) -> tuple[str, ...]:
    """The words of the levels from 1 on."""
    match opening.paper.kind:
        case "grades":
            return GRADES
        case "approve" | "yesno":
            return ("不同意", "同意")
    return tuple(str(level) for level in range(1, opening.paper.top + 1))


def placed(entry: Candidate, row: Sequence[Any]) -> tuple[int, str, str, str]:
    """A place of a bundle as a page shows it."""
    return row[1], entry.number, entry.title, spoken(Fraction(row[2])) if len(row) > 2 else ""
