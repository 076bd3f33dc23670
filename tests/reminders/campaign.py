"""A campaign from its notice to a day after its closing, with units as they are; every message that anybody receives.

    python -m tests.reminders.campaign weifang-2023 --units 80 --seed 1 --out /tmp/weifang

writes, for each person, what they wrote and were told in order (`people/`), and only what the program said by itself
(`letters.txt`); how many there were of each kind (`counts.txt`); and the board on three days, where Chromium is there.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

from bot.app import ROOT
from documents.sheet_reading import read_sheet
from rules.instants import opening
from rules.notice import Notice
from rules.roster import read_roster
from tests.campaigns.shipped import notice as shipped
from tests.flows.variants import as_it_is
from tests.reminders.campaign_admin import Looks, Office
from tests.reminders.campaign_people import CHANNELS, Agenda, Liaison, Unit, habits
from tests.reminders.campaign_stage import OWN, ZONE, Chat, Citizen, Stage, stage

#: The campaigns that can be played, with the name of their city for invented units.
CITIES = {"weifang-2023": "潍坊市", "xian-2024": "西安市"}
TRADES = (
    "餐饮 家政 物业 建筑 旅游 养老 医药 物流 汽车维修 电子商务 教育培训 农产品 装饰装修 美容美发 会展 印刷 包装 食品 "
    "纺织 机械 化工 石材 花卉 渔业 畜牧 软件 广告 拍卖 典当 租赁 保安 保洁 酒店 摄影 出版 影视 体育 环保 节能 灯具 "
    "家具 五金 服装 珠宝"
).split()
#: Of the invented units, so many are under one of the roster.
BELOW = 6


@dataclass(slots=True)
class Played:
    """What came of a campaign: everybody's chats by name."""

    notice: Notice
    people: list[tuple[str, Chat]] = field(default_factory=list)


async def nobody_looks(_stage: Stage, _admin: Citizen, _name: str) -> None:
    """The board is not opened."""


async def play(
    folder: Path,
    campaign: str,
    cast: Sequence[tuple[str, str]],
    *,
    seed: int,
    looks: Looks = nobody_looks,
    variant: Callable[[Notice], Notice] = as_it_is,
) -> Played:
    """Play a whole campaign with one unit for each habit and channel of the cast.

    `looks` is called on three days on which the board is worth a look; `variant` makes another notice of it.
    """
    dice, notice = Random(seed), variant(shipped(campaign))
    rosters = [_roster(folder, notice, len(cast))]
    start = opening(notice.issued, ZONE).replace(hour=9)
    async with stage(folder / "data", campaign, f"{start:%Y-%m-%d %H:%M}", variant, rosters) as play:
        agenda = Agenda()
        liaisons = [
            Liaison(play, agenda, unit, habit, dice, channel)
            for unit, (habit, channel) in zip(_units(play, rosters[0]), cast, strict=True)
        ]
        office = Office(play, agenda, liaisons, looks)
        office.plan(start)
        for each in liaisons:
            each.plan()
        await _days(play, agenda, liaisons, start)
        named = {each.who.where: f"{each.unit.name}（{each.habit}）" for each in liaisons}
        named |= {each.where: each.name for each in (office.admin, office.other)}
        return Played(play.notice, [(named.get(each, "同事"), chat) for each, chat in play.chats.items()])


async def _days(play: Stage, agenda: Agenda, liaisons: list[Liaison], start: datetime) -> None:
    """Let the time pass until the second midnight after the closing."""
    end = play.notice.tracks[0].closes + timedelta(days=2)
    at = start
    while at < end:
        while (due := agenda.due(at)) is not None:
            await play.move(max(due[0], play.clock.now()))
            await due[1]()
            await play.drained()
        await play.move(at)
        for each in liaisons:
            each.hear()
        at += timedelta(minutes=10 if at.hour >= 20 else 30 if 7 <= at.hour < 10 else 60)


def cast_of(units: int, dice: Random) -> list[tuple[str, str]]:
    """A habit and a channel for each of so many units."""
    return [(habit, dice.choice(CHANNELS)) for habit in habits(units, dice)]


def _units(play: Stage, roster: Path) -> list[Unit]:
    """The units of a roster with what each owes."""
    classes = {klass.key: klass.label for klass in play.notice.classes}
    return [
        Unit(row.name, tuple(
            (track.label, track.quota(row.klass).floor) for track in play.notice.tracks if track.quota(row.klass).floor
        ))
        for row in read_roster(read_sheet(roster), classes).rows
    ]  # fmt: skip


def _roster(folder: Path, notice: Notice, units: int) -> Path:
    """The campaign's sample roster, cut off or made longer to so many units."""
    rows = (ROOT / "campaigns" / f"{notice.id}.roster.csv").read_text("utf-8").splitlines()
    last = notice.classes[-1].label
    city, above = CITIES[notice.id], rows[3].split(",")[0]
    under = [above if number < BELOW else "" for number in range(len(TRADES))]
    made = [f"{city}{trade}行业协会,,,{last},{each}" for trade, each in zip(TRADES, under, strict=True)]
    path = folder / "roster.csv"
    path.write_text("\n".join([*rows, *made][: units + 1]), "utf-8")
    return path


def write(played: Played, out: Path) -> None:
    """Write down what everybody was told."""
    (out / "people").mkdir(parents=True, exist_ok=True)
    letters = []
    for number, (name, chat) in enumerate(played.people):
        (out / "people" / f"{number:02d} {name}.txt").write_text(told(chat), "utf-8")
        letters.append(f"\n════ {name} · {chat.address}\n{told(chat, by_itself=True)}")
    (out / "letters.txt").write_text("\n".join(letters), "utf-8")
    (out / "counts.txt").write_text(counts(played), "utf-8")


def told(chat: Chat, *, by_itself: bool = False) -> str:
    """A chat as its person reads it; `by_itself`: only what the program said on its own account."""
    zone = opening("2020-01-01", ZONE).tzinfo
    rows = []
    for each in chat.lines:
        if by_itself and not each.by_itself:
            continue
        mark = "我" if each.kind == OWN else each.kind
        buttons = f"\n{''.join(f'【{label}】' for label in each.buttons)}" if each.buttons else ""
        rows.append(f"[{each.at.astimezone(zone):%m-%d %a %H:%M} {mark} {each.way}] {each.text}{buttons}")
    return "\n".join(rows)


def counts(played: Played) -> str:
    """How many messages of each kind there were, and how many a person had at most and in the middle."""
    kinds: Counter[str] = Counter()
    for _, chat in played.people:
        kinds.update(each.kind for each in chat.lines if each.by_itself)
    rows = []
    for kind, count in kinds.most_common():
        each = [sum(line.kind == kind for line in chat.lines) for _, chat in played.people]
        rows.append(f"{kind}: {count}, per person at most {max(each)}, median {median(each):g}")
    whole = [sum(line.by_itself for line in chat.lines) for _, chat in played.people]
    rows.append(f"together: {sum(whole)}, per person at most {max(whole)}, median {median(whole):g}")
    return "\n".join(rows) + "\n"


def main() -> int:
    """Play and write. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("campaign", choices=CITIES)
    arguments.add_argument("--units", type=int, default=80)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--board", action="store_true", help="pictures of the board on three days, by Chromium")
    arguments.add_argument("--out", type=Path, default=Path("campaign-played"))
    given = arguments.parse_args()
    began = time.monotonic()
    given.out.mkdir(parents=True, exist_ok=True)

    async def looks(stage: Stage, admin: Citizen, name: str) -> None:
        if given.board:
            from tests.reminders.campaign_board import pictures  # only pictures need what drives a browser

            await pictures(stage, admin, given.out, name)

    with tempfile.TemporaryDirectory(prefix="xinshi-campaign-") as folder:
        cast = cast_of(given.units, Random(given.seed))
        played = asyncio.run(play(Path(folder), given.campaign, cast, seed=given.seed, looks=looks))
    write(played, given.out)
    sys.stdout.write(f"{counts(played)}{time.monotonic() - began:.0f} s; read {given.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
