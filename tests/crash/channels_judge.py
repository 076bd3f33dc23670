"""What is left of a run on both channels, in the database and on the phones, against what a quiet run leaves."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.handlers.wechat_post import AGAIN
from tests.crash.channels_people import Crowd
from tests.crash.channels_plan import NEWS
from tests.crash.channels_runs import Run

#: What chance and time give: row numbers, entry numbers, codes (used ones are hidden at once where their message has
#: already gone out, otherwise within the hour), instants.
_CHANCE = re.compile(
    r"\d{12,}|[A-Z]{2}-[AB]\d{4}|\b[0-9A-Z]{10}\b|•{10}|[0-9A-Z]{4,5}(?:-[0-9A-Z]{4,5})+|\d+月\d+日[^\n]*\d+:\d\d(?::\d\d)?"
    r"|https?://\S+|还有 \d+ 天[^\n。]*|（(?:微信|Telegram) \d[^）]*）"
)
#: Lines that a channel adds, and one that depends on whether the bot's name is known already.
_ADDED = re.compile(r"（未完，|（还有先前的消息|另一个是 Telegram")
_TABLES = {
    "inbox": "SELECT address, body FROM inbox ORDER BY address, number",
    "outbox": "SELECT address, kind, body FROM outbox WHERE cause != '' ORDER BY address, id",
    "sessions": (
        "SELECT addresses.id, flow, sessions.state, title, step, shown, seq FROM sessions JOIN addresses USING (person)"
    ),
    "log": (
        "SELECT addresses.id, log.seq, kind, key, value FROM log JOIN sessions ON sessions.id = log.session"
        " JOIN addresses USING (person) ORDER BY log.session, log.seq"
    ),
    "entries": ("SELECT addresses.id, track, title, entries.state, version FROM entries JOIN addresses USING (person)"),
    "versions": "SELECT addresses.id, version, what FROM versions JOIN addresses USING (person)",
    "pledges": "SELECT addresses.id, version, key, wording_hash FROM pledges JOIN addresses USING (person)",
    "broadcasts": "SELECT '', text, state FROM broadcasts",
    "incidents": "SELECT inbox, error FROM incidents",
    "quarantine": "SELECT id, why FROM quarantine",
    "spool": "SELECT id, number FROM spool",
}
_EFFECTS = ("log", "entries", "versions", "pledges", "broadcasts", "outbox")

State = dict[str, Counter[tuple[str, ...]]]
Seen = dict[str, tuple[Counter[str], Counter[str]]]


@dataclass(frozen=True, slots=True)
class Left:
    """What a run left: the tables, and the lines that everybody saw, unmarked and marked as sent again."""

    tables: State
    seen: Seen


#: States of messages about which nothing is left to be done, or that wait until their reader writes again: WeChat
#: allows a few messages for each that somebody writes, and whoever was answered slowly has more than that waiting.
#: What they did not hear otherwise is unheard.
_SETTLED = ("sent", "unknown", "held")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong. `twice` counts effects, `repeated` unmarked lines too many, `unheard` missing ones."""

    lost: int = 0
    twice: int = 0
    repeated: int = 0
    unheard: int = 0
    unsettled: int = 0
    broadcast_twice: int = 0
    given_up: int = 0
    violations: int = 0
    different: tuple[str, ...] = ()
    #: Messages that wait until their reader writes again: no fault.
    held: int = field(default=0, compare=False)

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong."""
        return self == Verdict()


def left(run: Run) -> Left:
    """Read what a run left."""
    assert run.crowd is not None
    tables = {table: _rows(run.place.rows(statement)) for table, statement in _TABLES.items()}
    return Left(tables, _seen(run.crowd))


def judge(run: Run, quiet: Left) -> Verdict:
    """A run against the quiet one of the same plan."""
    crowd, found = run.crowd, left(run)
    assert crowd is not None
    repeated = unheard = 0
    for who, (plain, marked) in found.seen.items():
        wanted = quiet.seen[who][0]
        repeated += (plain - wanted).total()
        unheard += (wanted - plain - marked).total()
    states = _states(run)
    announced = [sum(NEWS in text for text in texts) for who, texts in _texts(crowd) if who != "admin"]
    return Verdict(
        lost=lost(run),
        twice=sum((found.tables[name] - quiet.tables[name]).total() for name in _EFFECTS),
        repeated=repeated,
        # What goes to many came to everybody whose message is noted as sent, and perhaps to those where it is unknown.
        unheard=unheard + max(0, states["broadcast", "sent"] - sum(map(bool, announced))),
        unsettled=sum(count for (_, state), count in states.items() if state not in _SETTLED),
        broadcast_twice=sum(max(0, count - 1) for count in announced),
        given_up=crowd.given_up,
        violations=len(run.violations),
        different=tuple(name for name in _TABLES if found.tables[name] != quiet.tables[name]),
        held=sum(count for (_, state), count in states.items() if state == "held"),
    )


def differences(run: Run, quiet: Left) -> str:
    """What is open, came again or did not come, rows that the quiet run does not have, and rows that only it has."""
    was = left(run)
    found = was.tables
    again = [f"2 {who}: {line}" for who, (plain, _) in was.seen.items() for line in plain - quiet.seen[who][0]]
    missed = [
        f"0 {who}: {line}" for who, (plain, marked) in was.seen.items() for line in quiet.seen[who][0] - plain - marked
    ]
    left_open = [f"? {count} {kind} {state}" for (kind, state), count in _states(run).items() if state not in _SETTLED]
    more = [f"+ {name} {row}" for name in _TABLES for row in found[name] - quiet.tables[name]]
    less = [f"- {name} {row}" for name in _TABLES for row in quiet.tables[name] - found[name]]
    return "\n".join([*left_open, *again, *missed, *more, *less])


def lost(run: Run) -> int:
    """Messages that were acknowledged and of which the program knows nothing."""
    assert run.crowd is not None
    inbox = {key for (key,) in run.place.rows("SELECT id FROM inbox")}
    return len(run.crowd.acknowledged - inbox)


def _states(run: Run) -> Counter[tuple[str, str]]:
    """How many messages are in each state, by kind; a card that another took the place of is none."""
    found = "SELECT kind, state, count(*) FROM outbox WHERE why != 'superseded' GROUP BY kind, state"
    return Counter[tuple[str, str]]({(kind, state): count for kind, state, count in run.place.rows(found)})


def _texts(crowd: Crowd) -> Iterable[tuple[str, list[str]]]:
    """Everything that came, person by person and phone by phone."""
    for lane in crowd.lanes:
        shown = [each.text for each in crowd.person(lane).messages]
        bubbles = ["\n".join([each.text, *(label for _, label in each.items)]) for each in crowd.phone(lane).messages]
        if lane.admin:
            yield "admin", shown
        else:
            yield f"{lane.number}", shown + bubbles


def _seen(crowd: Crowd) -> Seen:
    """The lines that everybody saw but the admin, whose card depends on how fast things go."""
    found: Seen = {}
    for who, texts in _texts(crowd):
        if who != "admin":
            found[who] = lines_of(text for text in texts if NEWS not in text)
    return found


def lines_of(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """The lines of messages that came unmarked, and of those that are marked as sent again."""
    plain, marked = Counter[str](), Counter[str]()
    for text in texts:
        (marked if text.startswith(AGAIN) else plain).update(_lines(text.removeprefix(AGAIN)))
    return plain, marked


def _lines(text: str) -> list[str]:
    # What may be answered stands in the text of a passive reply, and below that of a customer message.
    whole = re.sub(r"^回复：(.+)$", lambda found: found[1].replace(" · ", "\n"), text, flags=re.MULTILINE)
    plain = [_CHANCE.sub("#", line.strip()) for line in whole.split("\n")]
    return [line for line in plain if line and not _ADDED.match(line)]


def _rows(rows: Iterable[tuple[Any, ...]]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(_plain(value) for value in row) for row in rows)


def _plain(value: Any) -> str:
    """A value without what chance gives; a pressed button counts as its label, which others type."""
    text = str(value)
    if text.startswith("{") and isinstance(body := json.loads(text), dict):
        body.pop("o", None)
        if "p" in body:
            body = {"t": body["p"][2]}
        text = json.dumps(body, ensure_ascii=False)
    return _CHANCE.sub("#", text)
