"""A turn's reply as messages, in the words of the channel they go out by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.talk.lines import Line
from bot.talk.messages import BALLOT, Choice, Outgoing
from bot.talk.turn import Turn
from bot.wording import Wording
from rules.embargo import Embargo, hidden
from rules.instants import spoken_span
from rules.notice import enters_alone
from rules.people import Role
from rules.reminder_message import as_of

#: What says how old it is when it is delivered late (microseconds); reminders say what is true then.
_DATED, LATE = frozenset({"notice", "broadcast"}), 6 * 3_600_000_000

#: Where a secret ballot can be filled in by buttons.
_BALLOTS = frozenset({"telegram"})


def messages(turn: Turn, wording: Wording, channel: str) -> tuple[Outgoing, ...]:
    """One message for all lines and the open question, one before it for each file, and before all a card."""
    letters = _letters(turn, wording, channel)
    held = _held(turn)
    return tuple([_kept_back(letter, held, turn) for letter in letters]) if held else letters


def _letters(turn: Turn, wording: Wording, channel: str) -> tuple[Outgoing, ...]:
    reply, protected, natural = turn.reply, _protected(turn), enters_alone(turn.house.notices, turn.party.seat)
    prompt, lines = reply.prompt, reply.lines
    files = [
        Outgoing(wording.line(said, channel, natural=natural), attachment=said.attachment, protected=protected)
        for said in lines if said.attachment
    ]  # fmt: skip
    card = _card(turn, wording, channel)
    text = wording.lines([said for said in lines if not said.attachment], channel, natural=natural)
    if prompt is not None and not reply.quiet:
        asked = wording.line(prompt.line, channel, natural=natural)
        text = f"{text}\n\n{asked}" if text else asked
    if prompt is not None:
        last = Outgoing(
            text,
            (*prompt.choices, *reply.extra),
            reply.question,
            several=prompt.several,
            numbered=prompt.numbered,
            protected=protected,
        )
    else:
        offers = tuple([Choice(f"/{word}", word) for word in reply.offers if word != BALLOT or channel in _BALLOTS])
        if files and not text:
            # A bubble of buttons alone says nothing: they stand below the file.
            return (*card, *files[:-1], replace(files[-1], choices=offers, numbered=False))
        last = Outgoing(text, offers, numbered=False, protected=protected)
    return (*card, *files, last) if text or last.choices else (*card, *files)


def _card(turn: Turn, wording: Wording, channel: str) -> tuple[Outgoing, ...]:
    """The word on how far something is, where the channel is to hear it: a card that is edited while it goes on."""
    if turn.reply.card is None:
        return ()
    said, name = turn.reply.card
    text = wording.line(said, channel, natural=enters_alone(turn.house.notices, turn.party.seat))
    return (Outgoing(text, kind="card", card=name, protected=_protected(turn)),) if text else ()


def worded(outgoing: Outgoing, wording: Wording, channel: str, *, now: int = 0) -> Outgoing:
    """A message whose text is chosen only now, in the words of the channel it goes out by.

    `now` (UTC µs) is when it reaches its reader: time that is left is counted from then, and what was written long
    before says so. 0 stands for the moment at which it was written.
    """
    if outgoing.said is None:
        return outgoing
    key, facts = outgoing.said
    text = wording.line(Line(key, as_of(facts, now) if now else facts), channel)
    if now and outgoing.at and outgoing.kind in _DATED and now - outgoing.at >= LATE:
        text = f"{wording.line(Line('channel.late', {'ago': _ago(now - outgoing.at)}), channel)}\n{text}"
    return replace(outgoing, text=text, said=None)


def _ago(span: int) -> str:
    """A time that has passed, in whole days where it is a day or more."""
    whole = timedelta(microseconds=span)
    return spoken_span(timedelta(days=whole.days) if whole.days else whole)


def _held(turn: Turn) -> tuple[Embargo, ...]:
    """What the notice of whoever is answered forbids to show as of now."""
    seat = turn.party.seat
    notice = turn.house.notices.get(seat.campaign) if seat is not None else None
    if notice is None or not notice.embargoes:
        return ()
    return tuple([each for each in notice.embargoes if turn.incoming.at < each.until])


def _kept_back(letter: Outgoing, held: tuple[Embargo, ...], turn: Turn) -> Outgoing:
    """A message in which what must not be shown yet is hidden."""
    at = turn.incoming.at
    choices = tuple([replace(choice, label=hidden(choice.label, held, at)) for choice in letter.choices])
    return replace(letter, text=hidden(letter.text, held, at), choices=choices)


def _protected(turn: Turn) -> bool:
    """Whether what is said is not to be passed on: an expert's ballots are nobody else's business."""
    seat = turn.party.seat
    return seat is not None and seat.role is Role.EXPERT
