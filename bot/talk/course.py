"""A message's course through conversations: running flows, asking, beginning, leaving and resuming.

Everything here is a generator that yields a wish (`bot/talk/wishes.py`) and is sent its fulfilment.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.talk.errors import FlowError, SessionGone
from bot.talk.fields import KEEP, Question
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.log import ANSWER, DEED, Log
from bot.talk.messages import Choice, File, Incoming
from bot.talk.replay import Do, Open, Run
from bot.talk.scene import Again, Ending, Park, Rejoin, Resume, Scene, Then
from bot.talk.session import Reply, Session, State, worth_keeping
from bot.talk.wishes import House, Party, Recall, Save, Steps, Who, Wish
from rules.deeds import Declined, TakeSeat
from rules.looks import Drafts, Look

Facts = Mapping[str, Any]
KEEP_WORD = "保留原来的"
#: Characters of a previous answer that are shown when its question is asked again.
MOST_TOLD = 60
#: One message may lead through at most this many conversations.
MOST_FLOWS = 6


@dataclass(slots=True)
class Course:
    """One message on its way. `effects` says whether a deed was performed: the party may have changed by it."""

    house: House
    party: Party
    incoming: Incoming
    reply: Reply = field(default_factory=Reply)
    sessions: dict[int, Session] = field(default_factory=dict)
    at_key: str = ""
    effects: bool = False
    flows: int = 0
    #: The message moved nothing: what was said before the open question is not said again with it.
    unmoved: bool = False
    #: Questions that are asked once more: what is said before them was read when they were asked first.
    asking_again: tuple[str, ...] = ()
    #: The label of the choice that was pressed, for the history.
    pressed: str = ""
    #: The conversation that is to hear the message's files after all.
    handed_on: Session | None = None

    def run_of(self, session: Session) -> Run:
        """A run of a conversation, from its first line."""
        return Run(self.house.flows.named(session.flow).run, self.scene(session), session.log)

    def scene(self, session: Session) -> Scene:
        """What a conversation starts from."""
        seat = self.party.seat
        return Scene(
            session=session.id,
            started=session.started,
            person=self.party.person,
            seat=seat,
            notice=self.house.notices.get(session.campaign),
            facts=session.facts,
            public_url=self.house.public_url,
            telegram=self.house.telegram,
            mail=self.house.mail,
            charts=self.house.charts,
            notices=self.house.notices,
            duties=self.house.duties.get(session.campaign),
            banks=self.house.banks,
            approve_above=self.house.approve_above,
        )

    def change(self, session: Session) -> None:
        """Note that a conversation must be written down."""
        self.sessions[session.id] = session

    def advance(self, run: Run, session: Session, stop: Any) -> Generator[Wish, Any, Open | Ending]:
        """Step a run through looks and deeds to an open question or its end."""
        while True:
            self.at_key = stop.key if isinstance(stop, Open | Do) else self.at_key
            if isinstance(stop, Do):
                self.effects = True
                result = yield stop.deed
                if not isinstance(result, Declined):
                    self.change(session)
                    session.add(DEED, stop.key, stop.deed.dump(result), self.incoming.at)
                stop = run.did(result)
            elif isinstance(stop, Look):
                stop = run.step((yield stop))
            else:
                return stop  # type: ignore[no-any-return]  # an Open or an Ending, by elimination

    def settle(self, run: Run, session: Session, stop: Open | Ending) -> Steps:
        """Say what the run said, and go where it leads."""
        read = isinstance(stop, Open) and (
            stop.key in self.asking_again or (self.unmoved and session.shown == stop.key)
        )
        if not read:
            self.reply.lines.extend(run.said)
        self.reply.offers = run.offers
        if run.title and run.title != session.title:
            session.title = run.title
            self.change(session)
        if isinstance(stop, Open):
            self.ask(session, stop)
            run.close()
            return
        self.change(session)
        if isinstance(stop, Again):
            yield from self.again(session, stop)
            return
        if isinstance(stop, Park):
            session.state = State.PARKED
            for key in stop.reopen:
                session.reopen(key, (), self.incoming.at)
        else:
            session.state = State.DONE
        self.party.session = None
        if isinstance(stop, Then):
            yield from self.begin(self.house.flows.named(stop.flow), stop.facts, stop.answers, stop.reopen)
        elif isinstance(stop, Resume):
            yield from self.recall(stop.session, stop.files)
        elif isinstance(stop, Rejoin):
            yield from self.rejoin()

    def again(self, session: Session, again: Again) -> Steps:
        """Ask questions once more, after what was just said."""
        self.flows += 1
        if self.flows > MOST_FLOWS:
            raise FlowError(f"expected an answer after asking again, {session.flow!r} asked again without end")
        for key in again.reopen:
            session.reopen(key, (), self.incoming.at)
        for key in again.spent:
            session.spend(key, self.incoming.at)
        told, self.asking_again = bool(self.reply.lines), (*again.reopen, *again.spent)
        yield from self.show(session)
        # Whoever was just told what to do is not told the question's text once more.
        self.reply.quiet = told and session.shown in self.asking_again

    def ask(self, session: Session, stop: Open, *, again: bool = False) -> None:
        """Show the open question as it looks now; `again` shows its choices only, the text was just read."""
        pieces = session.log.pieces.get(stop.key, ())
        if stop.why is not None and not again:
            self.reply.lines.append(stop.why)
            if not pieces and (written := stop.question.reopen(session.log.kept[stop.key].value)):
                session.reopen(stop.key, written, self.incoming.at)
                self.change(session)
                pieces = session.log.pieces[stop.key]
        prompt = stop.question.prompt(pieces)
        extra: tuple[Choice, ...] = ()
        if not pieces and stop.question.label and stop.key in session.log.previous:
            extra = (Choice(KEEP, KEEP_WORD),)
            if not again and (told := stop.question.told(session.log.previous[stop.key])):
                self.reply.lines.append(line("engine.previous", value=told[:MOST_TOLD]))
        if session.shown != stop.key:
            session.shown = stop.key
            session.step = stop.question.label or stop.question.step or session.step
            self.change(session)
        self.reply.prompt, self.reply.question = prompt, f"{session.id}/{stop.key}"
        self.reply.quiet = again
        self.reply.extra, self.reply.offers = extra, ()

    def show(self, session: Session) -> Steps:
        """Run a conversation from its first line and show where it stands."""
        run = self.run_of(session)
        stop = yield from self.advance(run, session, run.step())
        yield from self.settle(run, session, stop)

    def begin(self, flow: Flow, facts: Facts, answers: Facts, reopen: tuple[str, ...] = ()) -> Steps:
        """Begin a conversation with these answers; those that `reopen` names are asked again."""
        self.flows += 1
        if self.flows > MOST_FLOWS:
            raise FlowError(f"expected at most {MOST_FLOWS} conversations in one message, {flow.name!r} would be more")
        if self.effects:
            party = yield Who(self.party.person.id)
            self.party.person, self.party.seat = party.person, party.seat
        if self.is_shut(flow):
            self.say_shut()
            return
        seat, at = self.party.seat, self.incoming.at
        session = Session(
            self.house.number(), self.party.person.id, flow.name, seat.campaign if seat else "", seat.id if seat else 0,
            facts, at, Log.fold(()), new=True,
        )  # fmt: skip
        for key, value in answers.items():
            session.add(ANSWER, key, value, at)
        if reopen:
            yield from self._reopen(session, reopen)
        self.party.session = session
        self.change(session)
        yield from self.show(session)

    def switch(self, flow: Flow) -> Steps:
        """Leave the conversation under way for another."""
        if self.party.session is not None:
            yield from self.leave(self.party.session)
        yield from self.begin(flow, {}, flow.first(self.incoming))

    def leave(self, session: Session) -> Steps:
        """Make room for another conversation: park this one if it holds answers worth keeping."""
        keeps = self.house.flows.named(session.flow).keeps and worth_keeping(session)
        session.state = State.PARKED if keeps else State.DONE
        self.change(session)
        self.party.session = None
        yield Save(session)
        if keeps:
            self.reply.lines.append(line("engine.parked_aside", title=session.title, step=session.step))

    def recall(self, number: int, files: tuple[File, ...] = ()) -> Steps:
        """Go on with a parked conversation, showing where it stands or handing these files on to it."""
        session = yield Recall(self.party.person.id, number)
        if session is None:
            raise SessionGone(number)
        yield from self.wake(session)
        if files:
            self.handed_on = session
            self.incoming = replace(self.incoming, files=files, press=None, text="", bound="")
        else:
            yield from self.show(session)

    def wake(self, session: Session) -> Steps:
        """Make a parked conversation the active one."""
        session.state = State.ACTIVE
        self.party.session = session
        self.change(session)
        yield from self.sit(session)

    def rejoin(self) -> Steps:
        """Go on as the person that this address belongs to now."""
        party = yield Who(self.party.person.id)
        self.party.person, self.party.seat, self.party.session = party.person, party.seat, party.session
        flows, seat = self.house.flows, party.seat
        if party.session is not None and flows.named(party.session.flow).keeps:
            yield from self.show(party.session)
            return
        if party.session is not None:
            yield from self.leave(party.session)
        if seat is None:
            yield from self.begin(flows.stranger, {}, {})
        else:
            waiting = self.may_begin(flows.drafts) and (yield Drafts(party.person.id, seat.campaign))
            yield from self.begin(flows.drafts if waiting else flows.home, {}, {})

    def sit(self, session: Session) -> Steps:
        """Whoever goes on with a conversation begun from another of their seats speaks from that one from now on."""
        seat = self.party.seat
        if seat is None or seat.id == session.seat:
            return
        self.effects = True
        yield TakeSeat(self.party.person.id, session.seat)
        self.party.seat = (yield Who(self.party.person.id)).seat
        unit = self.party.seat.unit if self.party.seat else None
        self.reply.lines.append(line("engine.seat_changed", unit=unit.name if unit else ""))

    def reopen(self, session: Session, key: str, question: Question) -> None:
        """Ask an answered question again, with its old answer at hand."""
        self.change(session)
        kept = session.log.kept[key].value
        session.reopen(key, question.reopen(kept), self.incoming.at)

    def _reopen(self, session: Session, keys: tuple[str, ...]) -> Steps:
        """Ask some of the answers again that a conversation was begun with."""
        run = self.run_of(session)
        yield from self.advance(run, session, run.step())
        run.close()
        for key in filter(run.questions.__contains__, keys):
            self.reopen(session, key, run.questions[key])

    def flow_for(self, word: str) -> Flow | None:
        """The flow that a word begins for this person, if any."""
        flow = self.house.flows.begun_by(word)
        return flow if flow is not None and self.may_begin(flow) else None

    def may_begin(self, flow: Flow) -> bool:
        """Whether this person may begin a flow."""
        seat = self.party.seat
        return not flow.roles or (seat is not None and seat.role in flow.roles)

    def is_shut(self, flow: Flow | None) -> bool:
        """Whether the person's campaign is not served here (any more), and `flow`, or what they are in, needs it."""
        seat, session = self.party.seat, self.party.session
        if seat is None or seat.campaign in self.house.notices:
            return False
        if flow is None and session is not None:
            flow = self.house.flows.named(session.flow)
        return flow is None or not flow.anywhere

    def say_shut(self) -> None:
        self.reply.lines, self.reply.offers = [*self.reply.lines, line("engine.campaign_gone")], ("换单位", "加入")
