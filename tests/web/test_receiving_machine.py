"""Any order of stretches, cuts, damage and restarts: what the server counts is always a true beginning of the file."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from starlette.requests import ClientDisconnect

from tests.web.receiving import Desk, film, receiving

FILM = film(3_000)
LENGTHS = st.integers(0, 1_200)


class Uploading(RuleBasedStateMachine):
    """One upload; `safe` is what the sender may rely on."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.stack = AsyncExitStack()
        self.safe = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def open(self) -> Desk:
        desk: Desk = self.run(self.stack.enter_async_context(receiving(Path(self.folder.name))))
        return desk

    @initialize()
    def begin(self) -> None:
        self.desk = self.open()
        self.to: str = self.run(self.desk.begin(len(FILM)))
        self.part = self.desk.parts.path(self.to.rpartition("/")[2])

    @property
    def is_open(self) -> bool:
        return self.safe < len(FILM)

    def send(self, offset: int, body: Any, **headers: str) -> int:
        return int(self.run(self.desk.send(self.to, offset, body, **headers)).status_code)

    @precondition(lambda self: self.is_open)
    @rule(length=LENGTHS)
    def goes_on(self, length: int) -> None:
        body = FILM[self.safe : self.safe + length]
        assert self.send(self.safe, body) == 204
        self.safe += len(body)

    @precondition(lambda self: self.is_open)
    @rule(length=LENGTHS)
    def breaks_off(self, length: int) -> None:
        body = FILM[self.safe : self.safe + length]

        async def cut() -> AsyncIterator[bytes]:
            yield body
            raise ClientDisconnect

        assert self.send(self.safe, cut()) == 408
        self.safe += len(body)

    @precondition(lambda self: self.is_open)
    @rule(length=st.integers(1, 500), right=st.booleans())
    def sends_with_a_checksum(self, length: int, right: bool) -> None:
        body = FILM[self.safe : self.safe + length]
        digest = base64.b64encode(hashlib.sha1(body if right else b"other").digest()).decode()  # noqa: S324  tus wants it
        assert self.send(self.safe, body, upload_checksum=f"sha1 {digest}") == (204 if right else 460)
        self.safe += len(body) if right else 0

    @precondition(lambda self: self.is_open)
    @rule(offset=st.integers(0, 4_000), length=st.integers(1, 500))
    def is_elsewhere(self, offset: int, length: int) -> None:
        if offset != self.safe:
            assert self.send(offset, b"?" * length) in (409, 413)

    @precondition(lambda self: self.is_open)
    @rule(extra=st.integers(1, 500))
    def sends_too_much(self, extra: int) -> None:
        assert self.send(self.safe, FILM[self.safe :] + b"?" * extra) == 413

    @precondition(lambda self: self.is_open)
    @rule(junk=st.binary(min_size=1, max_size=200))
    def crashes_with_a_torn_tail(self, junk: bytes) -> None:
        with self.part.open("ab") as file:
            file.write(junk)
        self.restarts()

    @precondition(lambda self: self.is_open and self.safe > 0 and self.part.exists())
    @rule(lost=st.integers(1, 400))
    def loses_its_tail(self, lost: int) -> None:
        kept = max(0, self.safe - lost)
        self.part.write_bytes(self.part.read_bytes()[:kept])
        assert self.send(self.safe, b"?") in (409, 413)
        self.safe = kept

    @rule()
    def restarts(self) -> None:
        self.run(self.stack.aclose())
        self.desk = self.open()

    @invariant()
    def what_counts_is_a_beginning_of_the_film(self) -> None:
        if not hasattr(self, "desk"):
            return
        assert self.run(self.desk.offset(self.to)) == self.safe
        if self.safe and self.is_open:
            assert self.part.read_bytes()[: self.safe] == FILM[: self.safe]

    def teardown(self) -> None:
        """Whatever came before: the rest arrives, and one message is told."""
        if hasattr(self, "desk"):
            if self.is_open:
                assert self.send(self.safe, FILM[self.safe :]) == 204
            self.run(self.desk.finish())
            digest = hashlib.sha256(FILM).hexdigest()
            assert [message.files[0].sha256 for message in self.desk.world.accepted] == [digest]
            assert self.run(self.desk.store.read(digest)) == FILM
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()


TestUploading = Uploading.TestCase
TestUploading.settings = settings(max_examples=12, stateful_step_count=15)
