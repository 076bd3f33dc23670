"""A room to try the engine in: flows written in the test, storage in memory, one person who talks."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot.talk.fields import OneOf, Option, Typed
from bot.talk.flow import Flow, Flows
from bot.talk.lines import line
from bot.talk.log import Log, Row
from bot.talk.messages import File, Incoming, Press
from bot.talk.replay import Run, Talk
from bot.talk.scene import Ending, Resume, Scene
from bot.talk.session import Reply, Session, State
from bot.talk.turn import Turn
from bot.talk.wishes import INSIDE, House, Party, Recall, Save, Who
from rules.deeds import Declined, Deed, Done, TakeSeat
from rules.faults import Fault, Faulty, Read, Value
from rules.looks import Draft, Drafts, Look
from rules.notice import Notice
from rules.people import Person, Role, Seat, Unit

START = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
PERSON = Person(7, "王老师")
SEAT = Seat(3, "c", Role.LIAISON, Unit(5, "c", "甲局"))
OTHER_SEAT = Seat(4, "c", Role.LIAISON, Unit(6, "c", "乙局"))
NOTICE = cast(Notice, SimpleNamespace(contact="主办单位", entered=(object(),), quiz=None))

Flowing = Callable[[Talk], Coroutine[Any, Any, Ending]]


@dataclass(frozen=True, slots=True)
class Sky(Look):
    """What the world says, and may say differently next time → str."""

    place: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """The number under which something was posted."""

    number: int


@dataclass(frozen=True, slots=True)
class Post(Deed):
    """Something that must happen once."""

    result = Posted
    text: str


def free(raw: str) -> Read:
    """Takes anything but 坏, and keeps it without the spaces around it."""
    return Faulty((Fault("bad", {"typed": raw}),)) if raw.strip() == "坏" else Value(raw.strip())


def asked(name: str, **options: Any) -> Typed:
    """A short question that is listed for editing under its name."""
    return Typed(text=line(f"ask.{name}"), label=name, read=free, **options)


async def home(talk: Talk) -> Ending:
    """A menu of commands only."""
    options = (Option("/开始", "开始"), Option("/继续", "继续"))
    await talk.ask("action", OneOf(text=line("home"), options=options))
    return None


async def stranger(talk: Talk) -> Ending:
    """Whoever has no seat is asked for a code."""
    await talk.ask("code", Typed(text=line("code"), read=free))
    return None


async def drafts(talk: Talk) -> Ending:
    """The only draft at once, else which."""
    waiting = await talk.look(Drafts(talk.person.id, "c"))
    if not waiting:
        talk.say("drafts.none")
        return None
    if len(waiting) == 1:
        return Resume(waiting[0].session)
    options = tuple(Option(str(each.session), each.title) for each in waiting)
    return Resume(int(await talk.ask("which", OneOf(text=line("drafts.which"), options=options))))


async def letter(talk: Talk) -> Ending:
    """A file outside of everything."""
    talk.say("letter", names=[each["name"] for each in talk.facts["files"]])
    return None


@dataclass
class Room:
    """`main` begins with 开始; `others` are more flows. What is kept between messages is rows, as in storage."""

    main: Flowing
    keeps: bool = True
    others: tuple[Flow, ...] = ()
    seat: Seat | None = SEAT
    sky: str = "晴"
    refuses: Callable[[Deed], Declined | None] = lambda deed: None
    more: Mapping[str, Any] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=lambda: {"c": NOTICE})
    now: datetime = START
    done: list[Deed] = field(default_factory=list)
    stored: dict[int, Session] = field(default_factory=dict)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    reply: Reply = field(default_factory=Reply)
    numbers: int = 0
    messages: int = 0

    def say(self, text: str) -> Reply:
        """Type something."""
        return self.hear(text=text)

    def press(self, choice: str, *, question: str | None = None) -> Reply:
        """Press a button of the question shown last, or of an older one."""
        return self.hear(press=Press(self.reply.question if question is None else question, choice))

    def send(self, *names: str) -> Reply:
        """Send files."""
        return self.hear(files=tuple(File(name, 1, "00") for name in names))

    def inside(self, session: int, topic: str, **facts: Any) -> Reply:
        """The program itself sends a result in."""
        return self.hear(channel=INSIDE, address=str(session), topic=topic, facts=facts)

    def hear(self, *, channel: str = "test", address: str = "1", **parts: Any) -> Reply:
        """One message through the engine; nothing of it is kept if it raises."""
        self.messages += 1
        self.now += timedelta(minutes=1)
        incoming = Incoming(channel, address, str(self.messages), self.now, **parts)
        session = self.load(int(address)) if channel == INSIDE else self.active
        seat = self._seat_of(session)
        turn = Turn(self.house, Party(PERSON, seat, session), incoming)
        rows = {number: list(rows) for number, rows in self.rows.items()}
        before = (dict(self.stored), rows, list(self.done), self.seat)
        try:
            self._drive(turn)
        except BaseException:
            self.stored, self.rows, self.done, self.seat = before
            raise
        for changed in turn.sessions.values():
            self._save(changed)
        self.reply = turn.reply
        return turn.reply

    @property
    def house(self) -> House:
        main = Flow("main", self.main, words=("开始",), keeps=self.keeps, **self.more)
        rest = (Flow("home", home, words=("菜单",)), Flow("stranger", stranger), Flow("letter", letter))
        flows = (main, *rest, Flow("drafts", drafts, roles=frozenset({Role.LIAISON})), *self.others)
        table = Flows(flows, stranger="stranger", home="home", file="letter", drafts="drafts")
        return House(table, self.notices, self._number)

    @property
    def active(self) -> Session | None:
        """The conversation under way, built anew from its rows."""
        numbers = [number for number, session in self.stored.items() if session.state is State.ACTIVE]
        assert len(numbers) <= 1, f"expected one active conversation at most, found {numbers}"
        return self.load(numbers[0]) if numbers else None

    @property
    def session(self) -> Session:
        """The conversation under way."""
        assert self.active is not None, "expected a conversation under way, found none"
        return self.active

    @property
    def said(self) -> list[str]:
        """The keys of what was said last, then the key of the question if its text was shown."""
        prompt = self.reply.prompt
        shown = [prompt.line.key] if prompt is not None and not self.reply.quiet else []
        return [each.key for each in self.reply.lines] + shown

    @property
    def labels(self) -> list[str]:
        """The labels of the choices shown last, the offered words included."""
        prompt = self.reply.prompt
        choices = (*prompt.choices, *self.reply.extra) if prompt is not None else ()
        return [choice.label for choice in choices] or list(self.reply.offers)

    def load(self, number: int) -> Session:
        """A conversation as storage gives it: what was stored, and its log folded from the rows."""
        return replace(self.stored[number], log=Log.fold(self.rows[number]), rows=[], new=False)

    def run(self) -> tuple[Run, Any]:
        """The conversation under way, run from its first line, and where it stops."""
        session = self.session
        run = Run(self.main, Scene(session.id, session.started, PERSON, self.seat, None, session.facts), session.log)
        stop = run.step()
        while isinstance(stop, Look):
            stop = run.step(self._look(stop))
        run.close()
        return run, stop

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _seat_of(self, session: Session | None) -> Seat | None:
        known = {seat.id: seat for seat in (SEAT, OTHER_SEAT)}
        return known.get(session.seat, self.seat) if session is not None else self.seat

    def _drive(self, turn: Turn) -> None:
        steps = turn.go()
        answer: Any = None
        while True:
            try:
                wish = steps.send(answer)
            except StopIteration:
                return
            match wish:
                case Who():
                    answer = Party(PERSON, self.seat, None)
                case Recall():
                    found = self.stored.get(wish.session)
                    answer = self.load(wish.session) if found is not None and found.state is State.PARKED else None
                case Save():
                    self._save(wish.session)
                case Deed():
                    answer = self._do(wish)
                case _:
                    answer = self._look(wish)

    def _do(self, deed: Deed) -> Any:
        if (refused := self.refuses(deed)) is not None:
            return refused
        self.done.append(deed)
        if isinstance(deed, TakeSeat):
            self.seat = OTHER_SEAT if deed.seat == OTHER_SEAT.id else SEAT
            return Done()
        return Posted(len(self.done))

    def _look(self, look: Look) -> Any:
        if isinstance(look, Drafts):
            parked = [each for each in self.stored.values() if each.state is State.PARKED]
            return tuple(Draft(each.id, each.flow, each.title, each.step, 0) for each in parked)
        return self.sky

    def _save(self, session: Session) -> None:
        rows = self.rows.setdefault(session.id, [])
        rows.extend(session.rows)
        self.stored[session.id] = replace(session, rows=[], new=False)
        session.rows, session.new = [], False
