"""Writing messages into the outbox that nobody's message caused: notices, codes by mail, messages to many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from bot.talk.messages import Attachment, Choice, Outgoing
from rules.delivery import rank
from storage.letters import outgoing_body
from storage.moments import Moment
from storage.outbox import DUE
from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Post:
    """One message to one person: what it says (a wording key and facts), what it is, and where to."""

    person: int
    address: str
    kind: str
    key: str
    facts: Mapping[str, Any]
    campaign: str = ""
    choices: tuple[Choice, ...] = ()
    card: str = ""
    batch: int = 0
    attachment: Attachment | None = None
    #: Whether it is not to be passed on.
    protected: bool = False


async def post(moment: Moment, posts: Sequence[Post]) -> list[int]:
    """Write messages down as due now; gives their numbers."""
    rows = [{"id": moment.number(), **_row(one, moment.at)} for one in posts]
    if rows:
        await moment.connection.execute(insert(outbox), rows)
    return [row["id"] for row in rows]


def _row(one: Post, at: int) -> dict[str, Any]:
    letter = Outgoing(
        "", one.choices, numbered=False, attachment=one.attachment, kind=one.kind, card=one.card,
        said=(one.key, one.facts), protected=one.protected,
    )  # fmt: skip
    return {
        "address": one.address, "person": one.person, "cause": "", "at": at, "body": outgoing_body(letter),
        "state": DUE, "kind": one.kind, "card": one.card, "campaign": one.campaign, "batch": one.batch,
        "rank": rank(one.kind), "due": at,
    }  # fmt: skip
