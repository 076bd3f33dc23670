"""Which entries reach a round: all that are in, or those that the round before it let through."""

from __future__ import annotations

from rules.judging import Judging
from rules.looks_judging import Candidates
from rules.notice import Notice
from rules.screening import chains_of


def candidates(notice: Notice, key: str, *, unscreened: bool = False) -> Candidates:
    """The look for the entries that reach a round. `unscreened`: an admin lets those go along that still wait."""
    of, kind = before(notice, key)
    if unscreened and kind == "screening":
        return Candidates(notice.id, key)
    return Candidates(notice.id, key, of=of, of_kind=kind, chains=chains_of(notice))


def before(notice: Notice, key: str) -> tuple[str, str]:
    """The round that decides what reaches this one, by its key and kind; ("", "") where nothing does.

    A public vote decides nothing of the kind, so what reached it is looked for. Where a notice has no round of
    screening but lets others than the entrants give opinions, their chain is the screening.
    """
    judging = notice.judging
    assert judging is not None, "a round belongs to the judging of a notice"
    of = judging.round(key).of
    while of is not None:
        earlier = judging.round(of)
        if earlier.kind != "public":
            return of, earlier.kind
        of = earlier.of
    return ("", "screening") if _by_chain(notice, judging) else ("", "")


def _by_chain(notice: Notice, judging: Judging) -> bool:
    rounds = any(each.kind == "screening" for each in judging.rounds)
    return not rounds and chains_of(notice).asks("recommender", "lead", "host")
