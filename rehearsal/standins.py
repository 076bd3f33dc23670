"""Checks whose findings are written into the file itself, so that conversations can be tried without a real film.

`film(...)` and `scan(...)` are the bytes of such a file. What does not begin like one cannot be checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

from bot.flows.film import CHECK_FILM
from bot.flows.findings import BROKEN
from bot.flows.scan import CHECK_SCAN
from scheduler.twins import ComparedFilms, Resemblances
from scheduler.work import Skill
from storage.files import FileStore

#: A verdict and the key of its sentence, with the facts that the sentence needs.
Finding = tuple[str, str] | tuple[str, str, Mapping[str, Any]]
#: What a platform takes for the beginning of a picture, and not for an error of its own.
_MARK = b"\xff\xd8\xff\xe0"


def film(*findings: Finding, seconds: float = 192.4, header: int = 0, prints: str = "", take: int = 0) -> bytes:
    """A film with these findings; the first `header` of them can be seen before it was decoded.

    `prints` is its fingerprint; `take` makes other bytes of the same film.
    """
    said = {"film": seconds, "findings": findings, "header": header}
    more = {"prints": prints, "take": take} if prints or take else {}
    return _MARK + json.dumps({**said, **more}).encode()


def scan(*findings: Finding, code: str = "", pages: int = 1) -> bytes:
    """A scan with these findings and this version code in its footer."""
    return _MARK + json.dumps({"scan": pages, "findings": findings, "code": code}).encode()


class Checks:
    """The performers. `gate` holds films up after their header until it is set; `lost` fails so many next films."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self.gate, self.lost = asyncio.Event(), 0
        #: The verdict on a scan with the code of another version.
        self.other_version = "warn"
        self.gate.set()
        #: Set when the play begins.
        self.resemblances: Resemblances | None = None
        #: The payloads of everything that was begun.
        self.begun: list[Mapping[str, Any]] = []

    @classmethod
    def at(cls, data: Path) -> Checks:
        """For a deployment with its data in this folder."""
        return cls(FileStore(data / "files"))

    @property
    def skills(self) -> dict[str, Skill]:
        """The kinds of work, as the roof takes them."""
        return {
            CHECK_FILM: Skill(self.compare_film, BROKEN),
            CHECK_SCAN: Skill(self.check_scan, BROKEN),
        }

    async def _plan(self, sha256: str) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads((await self._store.read(sha256)).removeprefix(_MARK))
        return plan

    async def compare_film(self, payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any]]:
        """A film, and which entries have it already."""
        assert self.resemblances is not None, "the play has begun"
        async for facts in ComparedFilms(self.check_film, self.resemblances).perform(payload):
            yield facts

    async def check_film(self, payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any]]:
        """A film: the header's verdict first."""
        self.begun.append(payload)
        if self.lost:
            self.lost -= 1
            raise TimeoutError("the disk was slow")
        plan = await self._plan(payload["sha256"])
        seconds = plan["film"]
        minutes, rest = divmod(round(seconds), 60)
        facts = {
            "name": payload["name"], "size": 486 * 2**20, "sha256": payload["sha256"],
            "measured": {"seconds": seconds}, "unreadable": False, "length": f"{minutes} 分 {rest} 秒",
            "sheet": "", "preview": "", "prints": plan.get("prints", ""),
        }  # fmt: skip
        early = _findings(plan["findings"][: plan["header"]])
        yield {**facts, "progress": True, "stage": "header", "findings": early, "refused": _refused(early)}
        await self.gate.wait()
        found = _findings(plan["findings"])
        yield {**facts, "progress": False, "stage": "whole", "findings": found, "refused": _refused(found)}

    async def check_scan(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """A scan: one PDF of all its pages."""
        self.begun.append(payload)
        plans = [await self._plan(each["sha256"]) for each in payload["files"]]
        codes = [plan["code"] for plan in plans if plan["code"]]
        other = [[self.other_version, "tried.other"]] if codes and payload["code"] not in codes else []
        found = _findings([*(finding for plan in plans for finding in plan["findings"]), *other])
        names = "\n".join(each["sha256"] for each in payload["files"])
        return {
            "sha256": hashlib.sha256(names.encode()).hexdigest(), "name": f"{payload['title']} 盖章扫描件.pdf",
            "size": 312 * 1024, "pages": sum(plan["scan"] for plan in plans), "findings": found,
            "refused": _refused(found), "code": next(iter(codes), ""),
        }  # fmt: skip


def _findings(listed: list[list[Any]]) -> list[dict[str, Any]]:
    return [{"verdict": verdict, "key": key, "facts": more[0] if more else {}} for verdict, key, *more in listed]


def _refused(findings: list[dict[str, Any]]) -> bool:
    return any(each["verdict"] == "refuse" for each in findings)
