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


async def scan_step(talk: Talk, track: Track, form: Form, code: str, begun: Collection[str]) -> Again | Material | None:
    """Ask for the stamped scan of the form under `code`, have it checked. None where it is left out or follows later.

    `begun` are the keys of checks that need not be begun here (any more).
    """
    item = track.item("scan")
    if item is None:
        return None
    owed = await owed_now(talk, track, ())
    handed = await talk.ask("scan", scan_question(talk, item, form, code, owed))
    if "none" in handed:
        return None
    key = check_key(handed["files"], handed.get("for", ""))
    if key not in begun:
        await talk.do(f"scan/work/{key}", _work(talk, form, handed))
    waiting = line("material.scan_checking", count=len(handed["files"]), name=handed["files"][0]["name"])
    facts = await talk.ask(f"scan/check/{key}", Wait(text=waiting, topic=SCAN, step=item.label))
    if facts.get("error"):
        talk.say(facts["error"]["key"], **facts["error"]["facts"])
        return Again(spent=("scan", f"scan/work/{key}", f"scan/check/{key}"))
    said = report("scan", facts, name=facts["name"] or handed["files"][0]["name"])
    if facts["refused"]:
        talk.say(said.key, **said.facts)
        return Again(spent=("scan",))
    # The check itself says what is stamped on it where the form has not been changed since it was handed in.
    changed = handed.get("for", "") not in ("", code)
    stamped = facts["code"] or handed.get("for", "") if changed else code
    again = await (_stale(talk, item, key, stamped, code) if stamped != code else _seen(talk, item, key, said))
    return again or Material("scan", facts["sha256"], facts["name"], facts["size"], facts)


async def _seen(talk: Talk, item: Item, checked: str, said: Line) -> Again | None:
    """A scan whose form is as it was when the scan came; what was noticed in it is to be looked at."""
    if not has(said.facts["findings"], *ATTENTION):
        talk.say(said.key, **said.facts)
        return None
    options = (Option("use", "就用这一份"), Option("change", "换一份"))
    seen = OneOf(text=said, options=options, yes="use", no="change", step=item.label)
    if await talk.ask(f"scan/seen/{checked}", seen) == "use":
        return None
    talk.say("material.scan_again")
    return Again(spent=("scan", f"scan/seen/{checked}"))


async def _stale(talk: Talk, item: Item, checked: str, stamped: str, code: str) -> Again | None:
    """The form was changed after the scan came: a new stamp, or the person says that the old one will do."""
    if item.restamp == "refuse":
        talk.say("material.restamp", stamped=stamped, code=code, clause=item.clause)
        return Again(spent=("scan",))
    options = (Option("use", "就用这一份"), Option("change", "重新盖章"))
    text = line("material.other_version", stamped=stamped, code=code)
    key = f"scan/old/{checked}/{code}"
    if await talk.ask(key, OneOf(text=text, options=options, no="change", step=item.label)) == "use":
        return None
    talk.say("material.scan_again")
    return Again(spent=("scan", key))


def scan_question(talk: Talk, item: Item, form: Form, code: str, owed: Mapping[str, Any]) -> HandIn:
    """The scan, as photos one after the other or as a PDF; `code` is stamped, `owed` says until when it may come."""
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
            closes=owed["closes"],
            open=owed["open"],
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


def check_key(files: Sequence[Mapping[str, Any]], code: str) -> str:
    """What the check of these files, in this order, against a version of the form is kept under."""
    return hashlib.sha256("\n".join([code, *(each["sha256"] for each in files)]).encode()).hexdigest()[:32]


def _work(talk: Talk, form: Form, handed: Mapping[str, Any]) -> StartWork:
    named = [{"sha256": each["sha256"], "name": each["name"]} for each in handed["files"]]
    payload = {
        "files": named, "name": named[0]["name"], "campaign": talk.notice.id, "form": form.key,
        "code": handed.get("for", ""), "title": talk.title,
    }  # fmt: skip
    return StartWork(CHECK_SCAN, payload, session=talk.scene.session, topic=SCAN)


def scan_checked(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """The result of a check, kept for its files; told unless the entry has other ones by now."""
    asked = facts["asked"]
    key = check_key(asked["files"], asked["code"])
    answers = {f"scan/check/{key}": {name: value for name, value in facts.items() if name not in ("asked", "progress")}}
    now = log.kept.get("scan")
    if now is None or check_key(now.value.get("files", ()), now.value.get("for", "")) != key:
        return Filled(answers, ())
    if facts.get("error"):
        return Filled(answers, (Line(facts["error"]["key"], facts["error"]["facts"]),))
    return Filled(answers, (report("scan", facts, name=facts["name"] or asked["name"]),))
