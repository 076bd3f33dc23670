"""What anybody can check when it is over: the count from its bundle, the dossier, and whether votes can be linked."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

from sqlalchemy import select

from storage.tables import people
from storage.tables_judging import roll
from tests.ballots.attack import BOARDS, VOTERS
from tests.ballots.campaign_house import House
from tests.ballots.campaign_report import Report
from tests.ballots.campaign_round import Voted
from tests.commands.program import call, deployment

Marks = Mapping[int, tuple[int, ...]]


async def recount(play: House, key: str, folder: Path, told: Report) -> dict[str, object]:
    """The command agrees with the bundle, and disagrees once one byte of it is another."""
    text = await play.hall.get(f"/rounds/{key}.json")
    path = folder / f"{key}.json"
    path.write_text(text, "utf-8")
    honest = await asyncio.to_thread(call, "recount", path)
    told.check("recount 退出码", 0, honest.exit_code)
    told.say(f"　{honest.stdout.strip().splitlines()[0]}")
    bundle: dict[str, object] = json.loads(text)
    level = re.search(r'"[0-9A-Z]{13}",\s*\[\s*(\d)', text)
    assert level is not None, "a bundle has the levels of every row"
    at, other = level.start(1), folder / f"{key}-改过一个字节.json"
    other.write_text(f"{text[:at]}{int(text[at]) % 9 + 1}{text[at + 1 :]}", "utf-8")
    changed = await asyncio.to_thread(call, "recount", other)
    told.check("改过一个字节后 recount 退出码", 1, changed.exit_code)
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


def points(voted: Voted, bundle: Mapping[str, object], votes: Mapping[int, int], told: Report) -> None:
    """The ranking once more from what was cast and voted, by another way than the program's."""
    opening = voted.round.opening
    assert opening is not None
    cast, numbers = marks(voted), voted.numbers
    weights = [Fraction(each) for each in opening.rule["criteria"]]
    public, expert = Fraction(opening.rule["public"]), Fraction(opening.rule["expert"])
    differences = 0
    rows = [row for listed in bundle["places"].values() for row in listed]  # type: ignore[attr-defined]
    for listed in bundle["places"].values():  # type: ignore[attr-defined]
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


def attack(path: Path, voted: Voted, dice: Random, told: Report) -> None:
    """Whoever has the database puts every order of voters beside every order of choices, entry by entry."""
    opening = voted.round.opening
    assert opening is not None
    cast, numbers = marks(voted), voted.numbers
    truth = {numbers[name]: paper for name, paper in cast.items()}
    key = voted.round.key
    with sqlite3.connect(path) as base:
        orders = {name: [row[0] for row in base.execute(asked, (key,))] for name, asked in VOTERS.items()}
        orders["cast"] = [numbers[name] for name in voted.order]
        boards = {name: _board(base, asked, key) for name, asked in BOARDS.items()}
    away = opening.roll
    for board, rows in boards.items():
        for voters, order in orders.items():
            hits = sum(_hits(order, truth, away, entry, levels) for entry, levels in rows.items())
            guessed = sorted(
                sum(
                    _hits(order, truth, away, entry, dice.sample(levels, len(levels))) for entry, levels in rows.items()
                )
                for _ in range(400)
            )
            low, high = guessed[2], guessed[-3]
            told.check(
                f"把 {voters} 与 {board} 对在一起，认出的在瞎猜的范围 {low}–{high} 之内", True, low <= hits <= high
            )


def _board(base: sqlite3.Connection, asked: str, key: str) -> dict[int, list[tuple[int, ...]]]:
    found: dict[int, list[tuple[int, ...]]] = {}
    for entry, levels in base.execute(asked.replace("SELECT levels", "SELECT entry, levels"), (key,)):
        found.setdefault(entry, []).append(tuple(json.loads(levels)))
    return found


def _hits(
    order: Sequence[int], truth: Mapping[int, Marks], away: Mapping[int, tuple[int, ...]], entry: int,
    levels: Sequence[tuple[int, ...]],
) -> int:  # fmt: skip
    voters = [number for number in order if number in truth and entry not in away[number]]
    return sum(truth[number][entry] == level for number, level in zip(voters, levels, strict=True))


async def dossier(folder: Path, campaign: str, told: Report) -> Path:
    """The closing dossier as the command writes it."""
    config = deployment(folder, campaigns=[campaign])
    done = await asyncio.to_thread(call, "dossier", campaign, "--out", folder / "档案", "--config", config)
    told.check("dossier 退出码", 0, done.exit_code)
    told.say(f"　{done.stdout.strip()} {done.stderr.strip()}")
    return folder / "档案"
