"""stub"""
from __future__ import annotations
from dataclasses import dataclass
from rehearsal.record import Record
@dataclass(frozen=True, slots=True)
class Hurt:
    """x"""
    title: str
    why: str
def hurts(record: Record) -> tuple[Hurt, ...]:
    """x"""
    return ()
