"""Stand-ins that check what they are given: people who talk to a desk, and the platforms the channels talk to."""

from __future__ import annotations

from bot.fakes.person import FakeClock, NoSuchChoice, Person, Silence, bare

__all__ = ["FakeClock", "NoSuchChoice", "Person", "Silence", "bare"]
