"""The settings of the web chat, each with the reason for its default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody to try the demonstration as: what they are called, what to try, and their invite code."""

    label: str
    note: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """One deployment's web chat.

    `secret` (32 bytes or more, the same in every process and after a restart) makes the token that follows the
    redeeming of an invite. `public_url` is where people reach us ("https://host"), `secure` whether that is HTTPS.
    `deadline` is the first instant that is late, to jump to in a demonstration. Sizes are in bytes, times in seconds.
    """

    secret: bytes
    secure: bool
    public_url: str = ""
    zone: str = "Asia/Shanghai"
    demo: bool = False
    personas: tuple[Persona, ...] = ()
    deadline: datetime | None = None
    #: The public vote of a demonstration: its page, and its opening, to jump to.
    vote: str = ""
    vote_opens: datetime | None = None
    #: What /metrics asks for from other machines; "" gives figures to this machine only.
    metrics_token: str = field(default="", repr=False)
    #: Characters of one message. Four bytes each at most, so the fields of a form stay below `max_fields_size`.
    max_text: int = 20_000
    #: Fields of one form together: an overlong text still arrives, so that it can be handed back with its count.
    max_fields_size: int = 256 * 1024
    max_fields: int = 200
    #: Files of one message together; larger ones go through the upload page.
    max_file_size: int = 25 * 1024 * 1024
    max_files: int = 5
    #: Messages on one page of history.
    page: int = 50
    #: Silence after which proxies and phones drop a connection is 30 s and more.
    heartbeat: float = 15.0
    #: A stream ends after this long and is taken up again, so that none outlives a deployment by much.
    stream_life: float = 900.0
    streams_per_guest: int = 6
    #: Seconds between two looks at an open board; figures that are read anew cost more than a person sees.
    board_pause: float = 5.0
    #: Longest pause inside a request body, and longest body without a file.
    idle: float = 20.0
    patience: float = 60.0
    #: Messages of one identity: so many at once, then so many a second.
    send_burst: int = 30
    send_rate: float = 1.0
    #: Attempts to redeem invites from one network address; an office shares one.
    door_burst: int = 60
    door_rate: float = 0.5

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError(f"secret: expected 32 bytes or more, found {len(self.secret)}; check the secret's source")

    @property
    def timezone(self) -> ZoneInfo:
        """The zone that times are shown in."""
        return ZoneInfo(self.zone)

    @property
    def cookie(self) -> str:
        """The identity cookie's name. The prefix makes browsers refuse one set by a sibling host or over HTTP."""
        return "__Host-xinshi" if self.secure else "xinshi"
