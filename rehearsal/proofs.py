"""What anybody can check when it is over: the count from its bundle, the ranking by another way, the dossier."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.app import ROOT
from bot.campaigns.text import describe
from bot.certificates import checks
from bot.wording import house_wording
from rehearsal.experts import Voted
from rehearsal.house import House
from rehearsal.ledger import Ledger
from rehearsal.stage import KEY
from rules.deeds_publication import TakeDossier
from rules.recount import recount
from scheduler.dossier import Archivist
from storage.tables import people
from storage.tables_judging import roll

Marks = Mapping[int, tuple[int, ...]]


async def recounted(play: House, key: str, told: Ledger) -> dict[str, Any]:
    """Whoever counts again from the bundle agrees, and disagrees once one byte of it is another; gives the bundle."""
    text = await play.hall.get(f"/rounds/{key}.json")
    bundle: dict[str, Any] = json.loads(text)
    told.check("按开票包重新计票，不同的地方", 0, len(recount(bundle)))
    level = re.search(r'"[0-9A-Z]{13}",\s*\[\s*(\d)', text)
    if level is None:
        told.check("开票包里有每张选票的评分", True, False)
        return bundle
    at = level.start(1)
    other = json.loads(f"{text[:at]}{int(text[at]) % 9 + 1}{text[at + 1 :]}")
    told.check("开票包改过一个字节后重新计票能看出来", True, bool(recount(other)))
    return bundle


def marks(voted: Voted) -> dict[str, Marks]:
    """What everybody cast, by entry and criterion."""
    opening = voted.round.opening
    assert opening is not None
    silent = range(0 if opening.paper.kind in ("approve", "yesno") else opening.paper.marks, 99)
    return {
        name: {
            entry: tuple(
                int(fields.get(f"m{entry}.{place}", int(place in silent)))
                for place in range(len(opening.paper.criteria))
            )
            for entry in opening.paper.entries
        }
        for name, fields in voted.papers.items()
    }


def points(voted: Voted, bundle: Mapping[str, Any], votes: Mapping[int, int], told: Ledger) -> None:
    """The ranking once more from what was cast and voted, by another way than the program's."""
    opening = voted.round.opening
    assert opening is not None
    cast, numbers = marks(voted), voted.numbers
    weights = [Fraction(each) for each in opening.rule["criteria"]]
    public, expert = Fraction(opening.rule["public"]), Fraction(opening.rule["expert"])
    differences = 0
    rows = [row for listed in bundle["places"].values() for row in listed]
    for listed in bundle["places"].values():
        most = max((votes.get(row[0], 0) for row in listed), default=0)
        for row in listed:
            given = [paper[row[0]] for name, paper in cast.items() if row[0] not in opening.roll[numbers[name]]]
            top = opening.paper.top
            worth = [
                sum(w * _worth(level, opening.paper.kind, top) for w, level in zip(weights, each, strict=True))
                for each in given
            ]
            own = sum(worth, Fraction(0)) / len(worth)
            shared = Fraction(votes.get(row[0], 0) * 100, most) if most else Fraction(0)
            differences += len(row) > 2 and Fraction(row[2]) != own * expert + shared * public
    told.check(f"另行计算的 {len(rows)} 项总分有几项不同", 0, differences)


def _worth(level: int, kind: str, top: int) -> Fraction:
    return Fraction(100 * (level - 1)) if kind in ("approve", "yesno") else Fraction(100 * level, top)


async def know_roll(play: House, voted: Voted) -> None:
    """Who has which number on the roll: the reader of the database knows that, too."""
    asked = select(people.c.name, roll.c.number).join(roll, roll.c.person == people.c.id)
    async with play.app.database.read() as connection:
        rows = await connection.execute(asked.where(roll.c.round == voted.round.key))
        voted.numbers.update({row.name: row.number for row in rows})


async def dossier(play: House, folder: Path, told: Ledger) -> Path:
    """The closing dossier as the command makes it; gives its folder."""
    app, campaign = play.app, play.notice.id
    archivist = Archivist(
        app.database, app.made, app.notices, app.house.duties, house_wording(), root=ROOT, clock=app.clock,
        check=checks(KEY, play.url),
    )  # fmt: skip
    async with app.turns.open() as turns:
        await turns.perform(TakeDossier(campaign, False, by=0), app.clock.now())
    done = await archivist.close(campaign, folder, full=False, about=describe(play.notice), packed=False)
    told.check("档案里找不到的文件", [], list(done.gone))
    told.say(f"　档案共 {done.files} 个文件")
    return done.folder
