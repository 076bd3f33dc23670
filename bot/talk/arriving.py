"""What arrives beside typed words: files, also those of a question's own page, and results of the program's work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.talk.course import Course
from bot.talk.errors import SessionGone
from bot.talk.fields import Outcome, Took
from bot.talk.flow import Flow
from bot.talk.lines import Line, line
from bot.talk.log import ANSWER, DEED
from bot.talk.messages import File, file_facts
from bot.talk.replay import Open, Run
from bot.talk.session import Session, State
from bot.talk.wishes import Recall, Steps
from rules.people import Role

#: Above every number of a conversation: they have 63 bits.
ABOVE = 2**63


@dataclass(slots=True)
class Arriving(Course):
    """The part of a turn that takes files and results; `hear` and `weigh` are the turn's own."""

    def hear(self, session: Session) -> Steps:
        """Let a conversation hear the message."""
        raise NotImplementedError

    def weigh(self, run: Run, session: Session, stop: Open, outcome: Outcome) -> Steps:
        """Write down what the message was worth as an answer, and go on."""
        raise NotImplementedError

    def arrive(self) -> Steps:
        """A message outside of any conversation: the way in, the menu, or a file to be read."""
        flows = self.house.flows
        if self.incoming.press is not None:
            self.reply.lines.append(line("engine.stale"))
        if self.party.seat is None:
            yield from self.begin(flows.stranger, {}, flows.stranger.first(self.incoming))
        elif self.incoming.files:
            yield from self.begin(flows.file, {"files": [file_facts(each) for each in self.incoming.files]}, {})
        else:
            # An admin's own sentence may be an order; what others say here is nothing that the menu needs to keep.
            heard = {"heard": self.incoming.text.strip()} if self.party.seat.role is Role.ADMIN else {}
            yield from self.begin(flows.home, heard, {})

    def hear_bound(self) -> Steps:
        """Files of a question's page: they go to its conversation, even if that is parked or another one is active."""
        number = self.incoming.bound.partition("/")[0]
        current = self.party.session
        if current is None or str(current.id) != number:
            known = number.isascii() and number.isdigit() and len(number) < 20 and int(number) < ABOVE
            session = (yield Recall(self.party.person.id, int(number))) if known else None
            if session is None:
                yield from self._question_gone()
                return
            if current is not None:
                yield from self.leave(current)
            yield from self.wake(session)
            self.reply.lines.append(line("engine.back_to", title=session.title))
        assert self.party.session is not None, "it is the one that was just found or brought back"
        yield from self.hear(self.party.session)

    def _question_gone(self) -> Steps:
        """The files are kept; whoever handed them in is told that nothing asks for them any more."""
        names = [file.name for file in self.incoming.files]
        self.reply.lines.append(line("engine.question_gone", names=names))
        if self.party.session is not None:
            self.unmoved = True
            yield from self.show(self.party.session)
        else:
            self.reply.offers = ("我的报送", "菜单")

    def take_files(self, run: Run, session: Session, stop: Open) -> Steps:
        """Files are the answer to the open question, or the flow decides about them."""
        files, key = self.incoming.files, self.incoming.bound.partition("/")[2]
        wanted = () if key and key != stop.key else tuple(file for file in files if stop.question.takes(file))
        if not wanted:
            yield from self._offer_file(run, session, stop, key)
            return
        if left := [file.name for file in files if file not in wanted]:
            self.reply.lines.append(line("engine.files_left", names=left))
        incoming = replace(self.incoming, files=wanted)
        yield from self.weigh(run, session, stop, stop.question.hear(session.log.pieces.get(stop.key, ()), incoming))

    def _offer_file(self, run: Run, session: Session, stop: Open, key: str) -> Steps:
        flow = self.house.flows.named(session.flow)
        if flow.on_file is None:
            if flow.keeps:
                self.reply.lines.append(line("engine.no_file_here"))
                yield from self.settle(run, session, stop)
            else:
                run.close()
                yield from self.leave(session)
                yield from self.arrive()
            return
        file, *others = self.incoming.files
        if others:
            self.reply.lines.append(line("engine.one_file", name=file.name, others=len(others)))
        yield from self._decide(flow, run, session, file)

    def _decide(self, flow: Flow, run: Run, session: Session, file: File) -> Steps:
        """Do what a flow decides about a file that no question asked for."""
        assert flow.on_file is not None, "asked before"
        handed = flow.on_file(self.scene(session), session.log, file)
        run.close()
        self.reply.lines.extend(handed.lines)
        for name, value in handed.answers.items():
            self.change(session)
            session.add(ANSWER, name, value, self.incoming.at)
        if handed.deed is not None:
            self.effects = True
            result = yield handed.deed
            if handed.key:
                session.add(DEED, handed.key, handed.deed.dump(result), self.incoming.at)
        if handed.deed is None or handed.key:
            yield from self.show(session)

    def hear_inside(self) -> Steps:
        """A result of the program's own work, or how far it is."""
        session = self.party.session
        if session is None:
            raise SessionGone(int(self.incoming.address))
        flow, facts = self.house.flows.named(session.flow), self.incoming.facts
        over = session.state not in (State.ACTIVE, State.PARKED)
        if facts.get("progress"):
            tells = flow.on_progress.get(self.incoming.topic)
            if tells is not None and not over:
                self._show_card(tells(self.scene(session), session.log, facts))
            return
        door = flow.on_inside.get(self.incoming.topic)
        if over:
            self.reply.lines.append(line("engine.left_behind", made=flow.gives))
            return
        if door is None:
            yield from self._answer_inside(session)
            return
        filled = door(self.scene(session), session.log, facts)
        self.change(session)
        for key, value in filled.answers.items():
            session.add(ANSWER, key, value, self.incoming.at)
        session.title = filled.title or session.title
        self._show_card(filled.card)
        waits = session.state is State.ACTIVE and session.shown in filled.answers
        if waits:
            yield from self.show(session)
        elif filled.lines:
            self.reply.lines.extend(filled.lines)
            yield from self._stand(session)

    def _stand(self, session: Session) -> Steps:
        """Show where an active conversation stands, and how to come back to a parked one."""
        if session.state is State.ACTIVE:
            yield from self.show(session)
        else:
            self.reply.offers = ("继续", "菜单")

    def _show_card(self, told: Line | None) -> None:
        if told is not None:
            self.reply.card = (told, "/".join(self.incoming.id.split("/")[:2]))

    def _answer_inside(self, session: Session) -> Steps:
        run = self.run_of(session)
        stop = yield from self.advance(run, session, run.step())
        if isinstance(stop, Open):
            outcome = stop.question.hear(session.log.pieces.get(stop.key, ()), self.incoming)
            if isinstance(outcome, Took):
                yield from self.weigh(run, session, stop, outcome)
