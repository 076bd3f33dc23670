"""A secret ballot while the program ends: an expert with a phone, scrutineers with their shares, and what is judged.

The expert looks at the card and presses what leads on; a press that was not acknowledged is given again by the
platform, and a card that did not change is pressed once more. After the close the scrutineers give their shares until
the page says that the round was opened.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.ballot_cards import BallotCards
from bot.ballot_pages import WebBallots
from bot.ballots import BallotOffice
from bot.handlers.telegram_ballots import BallotDoor, wants_card
from bot.intake import Intake
from bot.links import Links
from bot.talk.messages import BALLOT, Incoming
from bot.wording import Wording
from rules.notice import Notice
from scheduler.clock import SimulatedClock
from sealing import receipts
from sealing.drawer import Drawer, Purpose
from sealing.receipts import Notary
from storage.ballots import Ballots
from storage.database import Database
from storage.turns import Turns
from tests.ballots.needles import Needles
from tests.crash.enumeration_folder import Folder
from tests.crash.mortal import Fate
from web.ballot_ports import Member

#: Where pages would be; seconds after which somebody looks at a card again; presses that are too many.
ADDRESS, LOOKS, MOST = "https://xinshi.example", 5.0, 99
#: Bytes of a page of SQLite.
PAGE = 4096
#: Seconds after the close by which a round must be opened.
TOO_LONG = 4 * 3600.0
#: The button that casts, what the expert says at last, and what pop-ups say of a ballot that is cast.
CONFIRM, LAST, CAST, RECEIPT = "确认投票", "选票", "已投出。", "回执："


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is open: its key, the seconds until it closes, and what people know of it.

    `choice`: the expert's level by number of the entry; `shares`: person, address and share of each scrutineer;
    `paper`: the expert's filled paper; `counted`: all levels of each entry, lowest first, by number of the row.
    """

    key: str
    closes: float
    voter: int
    place: int
    choice: Mapping[str, int]
    shares: tuple[tuple[int, str, str], ...]
    paper: bytes
    counted: Mapping[int, list[int]]
    entries: Mapping[str, int]
    #: The hashes of all pages that were there when the scene began.
    before: frozenset[int] = frozenset()


@dataclass(slots=True)
class Booth:
    """The expert's phone: the newest card with its buttons, what popped up, the update that is not acknowledged."""

    text: str = ""
    buttons: Mapping[str, str] = field(default_factory=dict)
    cards: int = 0
    updates: int = 0
    update: tuple[str, str] | None = None
    popups: tuple[str, ...] = ()
    #: Entry, level and text of every button that told a choice.
    told: tuple[tuple[str, int, str], ...] = ()
    over: bool = False
    #: Votes that could be read in what a program left that ended.
    readable: int = 0

    def copied(self) -> Booth:
        """Another that goes on from here by itself."""
        return replace(self)

    def next(self, here: Round) -> tuple[str, str]:
        """What the expert does who looks at the card now: a number of the update, and a button's text or words."""
        if not self.cards:
            said = BALLOT
        elif not self.buttons:
            said = LAST
        elif CONFIRM in self.buttons:
            said = self.buttons[CONFIRM]
        elif entry := next((number for number in here.choice if number in self.text), ""):
            said = self.buttons[f"{here.choice[entry]}"]
            self.told += ((entry, here.choice[entry], said),)
        else:
            [said] = self.buttons.values()  # the draft is on another card: it is filled in anew
        self.updates += 1
        if self.updates > MOST:
            raise TimeoutError(f"expected the ballot to be cast, found {self.text}")
        # What is kept of an update names it, so the one that is kept has a name that is always the same.
        return "ballot/last" if said == LAST else f"ballot/{self.updates}", said


class Phone:
    """Telegram as the door of ballots calls it, around which the program may end."""

    def __init__(self, booth: Booth, fate: Fate) -> None:
        self._booth, self._fate = booth, fate

    async def call(self, method: str, fields: Mapping[str, Any]) -> object:
        """Do it."""
        return self._fate.around(method, lambda: self._do(method, fields))

    def _do(self, method: str, fields: Mapping[str, Any]) -> None:
        booth = self._booth
        if method == "answerCallbackQuery":
            booth.popups += (fields.get("text", ""),)
            return
        booth.cards += method == "sendMessage"
        if method == "sendMessage" or fields["message_id"] == booth.cards:
            booth.text = fields["text"]
            keys = [key for row in fields["reply_markup"]["inline_keyboard"] for key in row]
            booth.buttons = {key["text"]: key["callback_data"] for key in keys if "callback_data" in key}
            if CONFIRM not in booth.buttons and len(booth.buttons) > 1:
                booth.buttons = {label: data for label, data in booth.buttons.items() if label.isdigit()}


class MortalDrawer(Drawer):
    """The folder of keys, around whose acts the program may end."""

    def __init__(self, folder: Path, fate: Fate) -> None:
        super().__init__(folder)
        self._fate = fate

    def destroy(self, round_key: str, purpose: Purpose) -> bool:
        """See there."""
        return bool(self._fate.around("destroy", lambda: super(MortalDrawer, self).destroy(round_key, purpose)))


class Hall:
    """A round in one life of the program: the office with its door and pages, and the people who come there."""

    def __init__(
        self, here: Round, booth: Booth, fate: Fate, *, data: Path, key: bytes, database: Database, turns: Turns,
        notice: Notice, wording: Wording, clock: SimulatedClock, intake: Intake, posted: Callable[[], None],
    ) -> None:  # fmt: skip
        self._here, self._booth, self._clock, self._intake = here, booth, clock, intake
        drawer = MortalDrawer(data / "rounds", fate)
        self._office, notices = BallotOffice(turns, Ballots(database), drawer, Notary(key)), {notice.id: notice}
        self._web = WebBallots(database, self._office, notices, Links(ADDRESS, key), wording, clock)
        self._web.posted = posted
        cards = BallotCards(database, self._web, wording, notices, ADDRESS)
        self._door = BallotDoor(Phone(booth, fate), cards)  # type: ignore[arg-type]  # what it calls is the same

    async def expire(self) -> object:
        """What the tick does."""
        return await self._office.expire(self._clock.now())

    async def close(self) -> None:
        """Let go of what is under way."""
        await self._door.close()

    def steps(self) -> tuple[Callable[[], Awaitable[bool]], ...]:
        """What people do, one after the other, each again until it says that it is over."""
        return self._vote, self._open

    async def _vote(self) -> bool:
        """One update of the expert; whether it was the last: the ballot is cast, and they have asked how it stands."""
        booth = self._booth
        if booth.over:
            return True
        booth.update = booth.update or booth.next(self._here)
        number, said = booth.update
        incoming = Incoming("telegram", f"{self._here.voter}", number, self._clock.now(), origin=f"{booth.cards}")
        if said.startswith("!"):
            await self._door.press(incoming, said, number)
        else:
            incoming = replace(incoming, text=said, origin="")
            if not (wants_card(incoming) and await self._door.begin(incoming)):
                await self._intake.accept(incoming)
        booth.update, booth.over = None, said == LAST
        await asyncio.sleep(LOOKS)
        return booth.over

    async def _open(self) -> bool:
        """The scrutineers give their shares, once the round is closed; whether their pages want none any more."""
        await asyncio.sleep(max(LOOKS, self._here.closes - asyncio.get_running_loop().time()))
        if asyncio.get_running_loop().time() > self._here.closes + TOO_LONG:
            raise TimeoutError(
                f"expected the round to be opened, found that it is not; the card says {self._booth.text}"
            )
        for person, address, share in self._here.shares:
            member, now = Member(person, address), self._clock.now()
            if await self._web.share(member, self._here.key, now) is None:
                return True
            await self._web.give(member, self._here.key, share, now)
        return False


@dataclass(frozen=True, slots=True)
class Ballot:
    """What is wrong with a ballot: how often it counts wrongly, was told wrongly, and how many votes can be read."""

    miscounted: int = 0
    mistold: int = 0
    readable: int = 0


FAIR = Ballot()


def judged(folder: Folder, here: Round, booth: Booth) -> Ballot:
    """The expert's ballot after a run."""
    ask, mine = folder.ask, (here.key, here.place)
    leaves = [row[0] for row in ask("SELECT leaf FROM envelopes WHERE round = ? AND number = ?", mine)]
    states = [row[0] for row in ask("SELECT state FROM roll WHERE round = ? AND number = ?", mine)]
    board: dict[int, list[int]] = {}
    for entry, levels in ask("SELECT entry, levels FROM board WHERE round = ?", (here.key,)):
        board[entry] = sorted([*board.get(entry, []), *json.loads(levels)])
    miscounted = (len(leaves) != 1) + (states != ["voted"]) + (board != here.counted)
    receipt = receipts.shown(bytes.fromhex(leaves[0])) if leaves else "?"
    told = [each for each in booth.popups if RECEIPT in each]
    mistold = sum(receipt not in each for each in [*told, booth.text]) + bool(booth.buttons)
    mistold += max(0, sum(each.startswith(CAST) for each in told) - 1)
    return Ballot(miscounted, mistold, booth.readable + readable(folder, here, booth))


def readable(folder: Folder, here: Round, booth: Booth) -> int:
    """How many of the expert's votes can be read in the files of a folder, in whatever shape.

    Only pages that were not there before the scene are searched: what is pressed later cannot be told by others.
    """
    votes = {entry: place for place, entry in enumerate(here.choice)}
    needles = Needles(
        {f"{entry}：{level} 分": votes[entry] for entry, level in here.choice.items()},
        {text: votes[entry] for entry, _, text in booth.told},
        {f"{here.entries[entry]}/{level}": votes[entry] for entry, level in here.choice.items()},
        (here.paper,),
    )
    fresh = (page for page in pages(folder.path) if hash(page) not in here.before)
    return len(needles.found(b"".join(fresh)))


def pages(folder: Path) -> Iterator[bytes]:
    """All files of a folder, piece by piece."""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            yield from (data[at : at + PAGE] for at in range(0, len(data), PAGE))
