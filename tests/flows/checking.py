"""Checks whose findings a test writes into the file itself, so that conversations can be tried without a real film.

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
from bot.wording import Wording, house_wording
from scheduler.work import Skill
from storage.files import FileStore

#: What stands in for the sentences of real findings.
SENTENCES = {
    "tried.landscape": "**画面是横屏 1920×1080**，要求竖屏 9:16（《通知》二（二））。在剪映里：比例选 9:16。",
    "tried.short": "**时长 1 分 47 秒**，要求 2–5 分钟，还差 13 秒（《通知》二（二））。",
    "tried.black": "3:10–3:16 画面全黑，请看看是不是有意的。",
    "tried.portrait": "**画面是竖屏 1080×1920**，通知没有写明收不收竖屏（五3），由组委会决定。",
    "tried.blurred": "**有些模糊**（清晰度 41，建议 60 以上）。请对准后重新拍。",
    "tried.other": "盖章的是**旧版本**，之后内容改过。请打印当前版本重新盖章。",
    "tried.unreadable": "**打不开**：文件设了密码。请去掉密码后重新导出。",
}

LANDSCAPE, SHORT = ("refuse", "tried.landscape"), ("refuse", "tried.short")
BLACK, PORTRAIT = ("warn", "tried.black"), ("hold", "tried.portrait")
BLURRED, UNREADABLE = ("warn", "tried.blurred"), ("refuse", "tried.unreadable")

Finding = tuple[str, str]
#: What a platform takes for the beginning of a picture, and not for an error of its own.
_MARK = b"\xff\xd8\xff\xe0"


def wording() -> Wording:
    """The house's sentences and those above."""
    said = house_wording()
    for key, text in SENTENCES.items():
        said = said.with_sentence(key, text)
    return said


def film(*findings: Finding, seconds: float = 192.4, header: int = 0) -> bytes:
    """A film with these findings; the first `header` of them can be seen before it was decoded."""
    return _MARK + json.dumps({"film": seconds, "findings": findings, "header": header}).encode()


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
            CHECK_FILM: Skill(self.check_film, BROKEN),
            CHECK_SCAN: Skill(self.check_scan, BROKEN),
        }

    async def _plan(self, sha256: str) -> dict[str, Any]:
        plan: dict[str, Any] = json.loads((await self._store.read(sha256)).removeprefix(_MARK))
        return plan

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
            "sheet": "", "preview": "", "prints": "",
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


def _findings(listed: list[list[str]]) -> list[dict[str, Any]]:
    return [{"verdict": verdict, "key": key, "facts": {}} for verdict, key in listed]


def _refused(findings: list[dict[str, Any]]) -> bool:
    return any(each["verdict"] == "refuse" for each in findings)
