"""What in this notice will hurt: what the notice alone shows, and what a rehearsal's people went through."""

from __future__ import annotations

from itertools import chain

from rehearsal import hurts_owing, hurts_post, hurts_works
from rehearsal.record import Record
from rules.hurts.hurt import Hurt, sorted_hurts
from rules.hurts.notice import notice_hurts


def hurts(record: Record) -> tuple[Hurt, ...]:
    """The gravest first; of equal ones, what was suffered stands before what is only foreseen."""
    suffered = (matter(record) for matter in (hurts_owing.hurts, hurts_works.hurts, hurts_post.hurts))
    return sorted_hurts(chain(*suffered, notice_hurts(record.notice)))
