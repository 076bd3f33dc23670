"""What can go wrong in a conversation, drawn as a tree.

TalkError
├── FlowError            the author of a flow broke a rule of replay
│   ├── KeyUsedTwice
│   ├── StrayAwait
│   └── UnknownFlow
└── SessionGone          somebody resumed a conversation that is not there
"""

from __future__ import annotations


class TalkError(Exception):
    """Something in a conversation is not as it must be."""


class FlowError(TalkError):
    """A flow breaks a rule that replay rests on; only its author can mend it."""


class KeyUsedTwice(FlowError):
    """One run of a flow asked or did two things under the same key."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"expected every key once in a run, found {key!r} again; key by thing ('form/phone'), never by counter"
        )


class StrayAwait(FlowError):
    """A flow awaited something that is neither ask, look nor do."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"expected only talk.ask, talk.look or talk.do to be awaited, found {found!r}; "
            "slow work belongs into a deed or into work that comes back as a message"
        )


class UnknownFlow(FlowError):
    """A flow was named that no table of flows holds."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"expected one of the flows {', '.join(known)}, found {name!r}; check then()/command tables")


class SessionGone(TalkError):
    """A conversation was to be resumed that this person does not have."""

    def __init__(self, session: int) -> None:
        super().__init__(f"expected a parked conversation of this person, found none with number {session}")
