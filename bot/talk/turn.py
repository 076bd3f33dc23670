"""One message becoming answers and a reply: the engine's part of a turn, without any I/O.

`Turn.go()` is a generator. It yields what only storage can give and is sent the result; at the end `turn.reply`,
`turn.sessions` (changed) and `turn.party` hold everything to be written down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.talk import asking
from bot.talk.arriving import Arriving
from bot.talk.choosing import plain
from bot.talk.commands import ENGINE, hear_engine, label_of
from bot.talk.course import KEEP_WORD
from bot.talk.fields import KEEP, Command, OneOf, Outcome, Pieces, Question, Refused, Took, Undo, Unfit
from bot.talk.lines import line
from bot.talk.log import ANSWER, PIECE, UNDO
from bot.talk.messages import Choice, Incoming
from bot.talk.replay import Open, Run
from bot.talk.session import Session, State
from bot.talk.wishes import INSIDE, Save, Steps
from rules.codes import read_code

#: What asks for nothing.
_THANKS = frozenset({"收到", "好", "好的", "谢谢", "谢谢您", "知道了", "明白", "收到谢谢", "ok"})
#: Words that a code may follow in one message.
_BEFORE_A_CODE = ("加入", "绑定")
#: Characters of the longest text that may be a command: "/start" with a code and some spaces.
LONGEST_COMMAND = 40
#: Characters of the longest command word without a slash.
LONGEST_WORD = 12


@dataclass(slots=True)
class Turn(Arriving):
    """One message, from its arrival to the reply."""

    def go(self) -> Steps:
        """Do what the message asks for."""
        incoming = self.incoming
        word = _word(incoming)
        if word and incoming.press is not None:
            self.pressed = word
        if self.is_shut(self.flow_for(word)):
            self.say_shut()
        elif self.party.session is not None and not self._may_go_on(self.party.session):
            yield from self._unseated(self.party.session)
        elif incoming.channel == INSIDE:
            yield from self.hear_inside()
        elif incoming.unread:
            yield from self._unread()
        elif incoming.files and incoming.bound and self.party.seat is not None:
            yield from self.hear_bound()
        elif word and (word in ENGINE or self.flow_for(word) is not None):
            yield from self._command(word)
        elif word and self._is_barred(word):
            yield from self._not_for_you()
        elif self._is_polite():
            self.reply.lines.append(line("engine.welcome"))
            self.reply.offers = ("菜单",)
        elif self._brings_code():
            yield from self.switch(self.house.flows.stranger)
        elif self.party.session is not None:
            yield from self.hear(self.party.session)
        elif (found := asking.asked_alone(self)) is not None:
            yield from asking.answered(self, found)
        else:
            yield from self.arrive()
        if (session := self.handed_on) is not None:
            self.handed_on = None
            yield from self.hear(session)

    def _may_go_on(self, session: Session) -> bool:
        """Whether whoever is in a conversation may still have it: an admin may have lost the seat in the middle."""
        return self.may_begin(self.house.flows.named(session.flow))

    def _unseated(self, session: Session) -> Steps:
        """End a conversation of a seat that is gone; its answers stay in the log."""
        session.state = State.DONE
        self.change(session)
        self.party.session = None
        self.reply.lines.append(line("engine.unseated"))
        yield Save(session)
        flows = self.house.flows
        yield from self.begin(flows.home if self.party.seat is not None else flows.stranger, {}, {})

    def _brings_code(self) -> bool:
        """Whether somebody with a seat sends nothing but a code as it is shown, where no answer can look like one."""
        session, seat = self.party.session, self.party.seat
        text = self.incoming.text.strip()
        if seat is None or len(text) > LONGEST_WORD or read_code(text) is None or text.isalpha():
            return False
        return session is None or self.house.flows.named(session.flow).for_code

    def _is_polite(self) -> bool:
        """Whether somebody with a seat only says thanks, or that they have read something."""
        session = self.party.session
        asked = session is not None and self.house.flows.named(session.flow).keeps
        return self.party.seat is not None and not asked and plain(self.incoming.text) in _THANKS

    def _is_barred(self, word: str) -> bool:
        """Whether somebody pressed or typed, with its slash, the command of a conversation that is not theirs."""
        slashed = self.incoming.press is not None or self.incoming.text.lstrip().startswith("/")
        return slashed and self.house.flows.begun_by(word) is not None

    def _not_for_you(self) -> Steps:
        seat = self.party.seat
        self.reply.lines.append(line("engine.not_for_you", role=seat.role.value if seat else "stranger"))
        self.unmoved = True
        if self.party.session is not None:
            yield from self.show(self.party.session)
        else:
            yield from self.arrive()

    def _unread(self) -> Steps:
        """Say why nothing can be made of what was sent, and where the conversation stands."""
        session = self.party.session
        if session is None:
            yield from self.arrive()
        else:
            self.unmoved = True
            yield from self.show(session)
            # Whoever slipped has the question before them; whoever pressed an old button may not.
            self.reply.quiet = self.incoming.unread != "button"
        self.reply.lines.insert(0, line("engine.unread", what=self.incoming.unread))

    def _command(self, word: str) -> Steps:
        """Do what a command word says."""
        flow = self.flow_for(word)
        if flow is not None:  # a word of a conversation that is open to this person stands before the engine's own
            yield from self.switch(flow)
        elif (engine := ENGINE.get(word)) is not None:
            yield from engine(self)

    def hear(self, session: Session) -> Steps:
        """What the message is to the conversation under way: an answer, or files for it."""
        if session.shown.startswith("!") and not self.incoming.files:
            yield from hear_engine(self, session)
            return
        run = self.run_of(session)
        stop = yield from self.advance(run, session, run.step())
        if not isinstance(stop, Open):
            yield from self.settle(run, session, stop)
            return
        incoming, press = self.incoming, self.incoming.press
        if press is not None:
            shown = stop.question.prompt(session.log.pieces.get(stop.key, ())).choices
            self.pressed = label_of(press.choice, (*shown, Choice(KEEP, KEEP_WORD)))
        asked = press.question if press is not None else f"{session.id}/{session.shown}"
        if incoming.files:
            yield from self.take_files(run, session, stop)
        elif asked != f"{session.id}/{stop.key}":
            self.reply.lines.append(line("engine.moved" if press is None else "engine.stale"))
            yield from self.settle(run, session, stop)
        else:
            yield from self._hear_text(run, session, stop)

    def _hear_text(self, run: Run, session: Session, stop: Open) -> Steps:
        """What is said to the open question: its answer, or a question about the rules, after which it stands again."""
        if (bare := asking.as_it_is(self.incoming.text)) is not None:
            self.incoming = replace(self.incoming, text=bare)
            yield from self.weigh(run, session, stop, self._outcome(session, stop))
            return
        outcome, found = self._outcome(session, stop), asking.asked(self)
        if found is None or not asking.meant_as_question(self, found, stop.question, outcome):
            if found is not None and asking.in_doubt(found, stop.question, outcome):
                self.reply.lines.append(line("ask.taken_as_answer"))
            yield from self.weigh(run, session, stop, outcome)
            return
        yield from asking.reply(self, found)
        if not isinstance(outcome, Refused) and not isinstance(stop.question, OneOf):
            self.reply.lines.append(line("ask.not_written", label=stop.question.label))
        run.close()
        self.ask(session, stop)

    def _outcome(self, session: Session, stop: Open) -> Outcome:
        incoming, pieces = self.incoming, session.log.pieces.get(stop.key, ())
        previous = session.log.previous.get(stop.key)
        if previous is not None and not pieces and _keeps(incoming, stop.question):
            loaded = stop.question.load(previous)
            return Refused((loaded.why,)) if isinstance(loaded, Unfit) else Took(previous)
        return stop.question.hear(pieces, incoming)

    def weigh(self, run: Run, session: Session, stop: Open, outcome: Outcome) -> Steps:
        """Write down what the message was worth as an answer, and go on."""
        at = self.incoming.at
        self.reply.lines.extend(outcome.lines)
        match outcome:
            case Took(value):
                self.change(session)
                kept = session.add(ANSWER, stop.key, value, at)
                assert kept is not None
                after = yield from self.advance(run, session, run.answer(kept))
                yield from self.settle(run, session, after)
                return
            case Pieces(values):
                self.change(session)
                for value in values:
                    session.add(PIECE, stop.key, value, at)
            case Undo():
                self.change(session)
                session.add(UNDO, stop.key, None, at)
            case Command(word):
                run.close()
                yield from self._command(word)
                return
            case Refused():
                run.close()
                self.ask(session, stop, again=True)
                return
        run.close()
        self.ask(session, stop)


def _keeps(incoming: Incoming, question: Question) -> bool:
    """Whether the person wants their previous answer back: by button, by word, or by the number after the others."""
    if incoming.press is not None or not question.label:
        return incoming.press is not None and incoming.press.choice == KEEP
    prompt, typed = question.prompt(()), plain(incoming.text)
    number = f"{len(prompt.choices) + 1}" if prompt.numbered and prompt.choices else ""
    return typed in (plain(KEEP_WORD), number)


def _word(incoming: Incoming) -> str:
    """The command word that a message consists of, "" where it is anything else. `/start CODE` counts as /start."""
    if incoming.press is not None:
        return incoming.press.choice[1:] if incoming.press.choice.startswith("/") else ""
    text = incoming.text.strip()
    if not text or len(text) > LONGEST_COMMAND or incoming.files:
        return ""
    if text.startswith("/"):
        return text[1:].split(maxsplit=1)[0].casefold() if len(text) > 1 else ""
    first, _, rest = text.partition(" ")
    if first in _BEFORE_A_CODE and rest.strip() and read_code(rest) is not None:
        return "加入"
    # English words count with their slash only: "Start" may well be the title of a film.
    return plain(text) if len(text) <= LONGEST_WORD and not text.isascii() else ""
