"""What pages show of a secret ballot: where a paper or a share stands, levels in words, an entry's files by link."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from bot.links import Links
from bot.talk.messages import Attachment
from bot.wording import Wording
from rules import filled
from rules.ballot_plan import GRADES
from rules.ballots import YES, Opening
from rules.deeds_ballot import BallotRound, OnRoll
from rules.handed import Material
from rules.instants import micros
from rules.looks_judging import Candidate
from rules.points import spoken
from web.ballot_ports import Draw, Look


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
        case "rank":
            return ()
    return tuple(str(level) for level in range(1, opening.paper.top + 1))


def marked(
    wording: Wording, opening: Opening, entry: int, levels: Sequence[int], recused: Sequence[int],
    fits: Sequence[str] = (),
) -> tuple[str, ...]:  # fmt: skip
    """An expert's own marks on an entry, in words, with those of `fits` that were ticked; on a ranking the place."""
    if opening.paper.kind == "rank":
        place = filled.place_of(opening.paper, entry, levels[0], recused)
        return (wording.text("page.paper.placed", place=f"{place:g}"),)
    words, marks = levels_of(opening), opening.paper.marks
    ticked = [label for label, level in zip(fits, levels[marks:], strict=False) if level == YES]
    return (*(words[level - 1] for level in levels[:marks]), *ticked)


def places_of(opening: Opening, recused: Sequence[int]) -> dict[int, int]:
    """On a paper of ranking: how many places there are to give in the group of each entry."""
    paper = opening.paper
    if paper.kind != "rank":
        return {}
    found: dict[int, int] = {}
    for group in paper.ranked:
        found |= dict.fromkeys(group, filled.places(paper, sum(entry not in recused for entry in group)))
    return found


def in_groups(opening: Opening, entries: Sequence[Candidate]) -> list[Candidate]:
    """Entries as a paper shows them: those that are ranked against each other stand together."""
    group = {entry: place for place, each in enumerate(opening.paper.groups) for entry in each}
    return sorted(entries, key=lambda each: group.get(each.id, 0))


def drawn_of(file: str, entries: Mapping[int, Candidate]) -> Draw | None:
    """A draw as a page shows it, None where there was none."""
    if not file:
        return None
    found = json.loads(file)
    works = tuple((entries[entry].number, entries[entry].title) for entry in found["order"])
    return Draw(file, found["said"], found["seed"], works)


def placed(entry: Candidate, row: Sequence[Any]) -> tuple[int, str, str, str]:
    """A place of a bundle as a page shows it."""
    return row[1], entry.number, entry.title, spoken(Fraction(row[2])) if len(row) > 2 else ""
