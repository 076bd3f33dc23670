"""The stamped scan of an entry's form: handed in as photos or as a PDF, checked, and compared with the form as it is.

Stamping takes days. The conversation waits at this question, parked, and goes on when the scan comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.flows.findings import ATTENTION, has, report
from bot.flows.owing import owed_now
from bot.talk.fields import OneOf, Option, Wait
from bot.talk.flow import Filled
from bot.talk.handing import HandIn
from bot.talk.lines import Line, line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Again, Scene
from rules.deeds import StartWork
from rules.forms import Form
from rules.handed import Material, guess
from rules.tracks import Item, Track

#: The kind of work that checks a scan, and the topic under which its results come back.
CHECK_SCAN, SCAN = "check_scan", "scan"
#: What a check says of a stamp on another version of the form: here it is asked about, not only told.
OTHER_VERSION = "scan.other_version"


async def scan_step(talk: Talk, track: Track, form: Form, code: str, begun: Collection[str]) -> Again | Material | None:
    """Ask for the stamped scan of the form under `code`, have it checked. None where it is left out or follows later.

    `begun` are the keys of checks that need not be begun here (any more).
    """
    item = track.item("scan")
    if item is None:
        return None
    closes = (await owed_now(talk, track, ()))["closes"]
    handed = await talk.ask("scan", scan_question(talk, item, form, code, closes))
    if "none" in handed:
        return None
    digest = digest_of(handed["files"])
    if digest not in begun:
        await talk.do(f"scan/work/{digest}", _work(talk, form, handed["files"], code))
    waiting = line("material.scan_checking", count=len(handed["files"]), name=handed["files"][0]["name"])
    facts = await talk.ask(f"scan/check/{digest}", Wait(text=waiting, topic=SCAN, step=item.label))
    if facts.get("error"):
        talk.say(facts["error"]["key"], **facts["error"]["facts"])
        return Again(spent=("scan", f"scan/work/{digest}", f"scan/check/{digest}"))
    stamped = facts["code"] or handed.get("for") or code
    said = report("scan", facts, but=(OTHER_VERSION,) if stamped != code else ())
    if facts["refused"]:
        talk.say(said.key, **said.facts)
        return Again(spent=("scan",))
    again = await (_stale(talk, item, digest, stamped, code) if stamped != code else _seen(talk, item, digest, said))
    return again or Material("scan", facts["sha256"], facts["name"], facts["size"], facts)


async def _seen(talk: Talk, item: Item, digest: str, said: Line) -> Again | None:
    """A scan of this very form; what was noticed in it is to be looked at."""
    if not has(said.facts["findings"], *ATTENTION):
        talk.say(said.key, **said.facts)
        return None
    options = (Option("use", "就用这一份"), Option("change", "换一份"))
    seen = OneOf(text=said, options=options, yes="use", no="change", step=item.label)
    if await talk.ask(f"scan/seen/{digest}", seen) == "use":
        return None
    talk.say("material.scan_again")
    return Again(spent=("scan", f"scan/seen/{digest}"))


async def _stale(talk: Talk, item: Item, digest: str, stamped: str, code: str) -> Again | None:
    """A scan of another version of the form: a new stamp, or the person says that the old one will do."""
    if item.restamp == "refuse":
        talk.say("material.restamp", stamped=stamped, code=code, clause=item.clause)
        return Again(spent=("scan",))
    options = (Option("use", "就用这一份"), Option("change", "重新盖章"))
    text = line("material.other_version", stamped=stamped, code=code)
    key = f"scan/old/{digest}/{code}"
    if await talk.ask(key, OneOf(text=text, options=options, no="change", step=item.label)) == "use":
        return None
    talk.say("material.scan_again")
    return Again(spent=("scan", key))


def scan_question(talk: Talk, item: Item, form: Form, code: str, closes: str) -> HandIn:
    """The scan, as photos one after the other or as a PDF; `code` is the version that is to be stamped."""
    seal = talk.notice.unit_class(talk.unit.klass).seals
    options = [Option("/暂停", "先存着，盖好再交" if seal else "先存着，签好再交"), Option("/修改", "修改一项")]
    if not item.required:
        options.append(Option("none", "不交扫描件"))
    if item.later:
        options.append(Option("later", "以后补交"))
    return HandIn(
        text=line(
            "material.scan",
            label=item.label,
            clause=item.clause,
            title=form.title,
            code=code,
            seal=seal,
            closes=closes,
        ),
        label=item.label,
        hint=line("material.scan_please", label=item.label),
        wanted=is_scan,
        several=True,
        whole=lambda file: guess(file.name) == "pdf",
        options=tuple(options),
        note=code,
    )


def is_scan(file: File) -> bool:
    """Whether to look into a file as a scan."""
    return guess(file.name) in ("pdf", "picture", "unnamed")


def digest_of(files: Sequence[Mapping[str, Any]]) -> str:
    """What the check of these files, in this order, is kept under."""
    return hashlib.sha256("\n".join(each["sha256"] for each in files).encode()).hexdigest()[:32]


def _work(talk: Talk, form: Form, files: Sequence[Mapping[str, Any]], code: str) -> StartWork:
    named = [{"sha256": each["sha256"], "name": each["name"]} for each in files]
    payload = {
        "files": named, "name": named[0]["name"], "campaign": talk.notice.id, "form": form.key, "code": code,
        "title": talk.title,
    }  # fmt: skip
    return StartWork(CHECK_SCAN, payload, session=talk.scene.session, topic=SCAN)


def scan_checked(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """The result of a check, kept for its files; told unless the entry has other ones by now."""
    digest = digest_of(facts["asked"]["files"])
    kept = {key: value for key, value in facts.items() if key not in ("asked", "progress")}
    answers = {f"scan/check/{digest}": kept}
    now = log.kept.get("scan")
    if now is None or digest_of(now.value.get("files", ())) != digest:
        return Filled(answers, ())
    if facts.get("error"):
        return Filled(answers, (Line(facts["error"]["key"], facts["error"]["facts"]),))
    return Filled(answers, (report("scan", facts),))
