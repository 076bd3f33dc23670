"""报送包: an entry with all its files as the organiser wants them mailed, to take along or to have sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.flows.package import lacking
from bot.talk.fields import OneOf, Option, Wait, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import StartWork
from rules.looks import EntriesOf, Entry, EntryFile, EntryIn
from rules.people import Role

#: The kinds of work, and the topics of their results.
PACK, MAIL = "pack", "mail_package"
SUBMITTED = "submitted"


async def parcel(talk: Talk) -> Ending:
    """Which entry, the package, and on request the mail, which goes out only after a last look."""
    entry = await _entry(talk)
    file: EntryFile | None = await talk.look(EntryIn(entry, talk.unit.id)) if entry else None
    if file is None or file.entry.state != SUBMITTED:
        talk.say("package.gone" if entry else "package.none")
        talk.offer("我的报送", "菜单")
        return None
    talk.title = f"报送包 {file.entry.number}"
    facts: dict[str, Any] = {"number": file.entry.number, "title": file.entry.title}
    if lacks := lacking(talk.notice.track(file.entry.track), file.materials):
        talk.say("package.missing", **facts, items=lacks)
        talk.offer("我的报送", "菜单")
        return None
    key = f"{file.entry.id}/{file.entry.version}"
    work = {"entry": file.entry.id, "name": file.entry.title}
    await talk.do(f"pack/{key}", StartWork(PACK, work, session=talk.scene.session, topic=PACK))
    made = await talk.ask(f"packed/{key}", Wait(text=line("package.making"), topic=PACK))
    if made.get("error"):
        talk.say(made["error"]["key"], **made["error"]["facts"])
    elif talk.facts.get("how") == "mail":
        await _send(talk, file.entry, made, facts)
    else:
        _hand_out(talk, made, facts)
    talk.offer("我的报送", "菜单")
    return None


async def _entry(talk: Talk) -> int:
    """The entry that was picked before, or one of those that are complete; 0 where there is none."""
    if picked := talk.facts.get("entry", 0):
        return int(picked)
    entries: Sequence[Entry] = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    options = tuple(Option(str(each.id), f"{each.number} {each.title}") for each in entries if each.state == SUBMITTED)
    if len(options) < 2 or talk.notice.mail is None:
        return int(options[0].code) if options and talk.notice.mail is not None else 0
    return int(await talk.ask("which", OneOf(text=line("package.which"), options=options)))


def _hand_out(talk: Talk, made: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """The zip, and the mail that can be opened and sent."""
    mail = talk.notice.mail
    assert mail is not None, "asked before"
    naming = mail.naming_clause if mail.named_by_notice else ""
    packed = Attachment("file", made["zip"]["sha256"], made["zip"]["name"])
    talk.give(packed, "package.made", **facts, **_told(made), clause=mail.clause, naming=naming)
    if made["mail"] is not None:
        letter = Attachment("file", made["mail"]["sha256"], made["mail"]["name"])
        talk.give(letter, "package.letter", linked=made["linked"])
    else:
        talk.say("package.too_large", size=made["size"], most=made["most"])


async def _send(talk: Talk, entry: Entry, made: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    told, key = {**facts, **_told(made)}, f"{entry.id}/{entry.version}"
    assert talk.notice.mail is not None, "asked before"
    if made["mail"] is None:
        talk.say("package.no_way", **told)
        return
    text = line("package.confirm", **told, clause=talk.notice.mail.clause)
    if not await talk.ask(f"send/{key}", YesNo(text=text, yes="确认发送", no="不发送")):
        talk.say("package.not_sent")
        return
    work = {
        "entry": entry.id, "version": made["version"], "sha256": made["mail"]["sha256"], "to": made["to"],
        "person": talk.person.id, "name": entry.title,
    }  # fmt: skip
    await talk.do(f"mail/{key}", StartWork(MAIL, work, session=talk.scene.session, topic=MAIL))
    done = await talk.ask(f"mailed/{key}", Wait(text=line("package.sending"), topic=MAIL))
    if done.get("error"):
        talk.say(done["error"]["key"], **done["error"]["facts"])
    elif done["state"] == "failed":
        talk.say("package.refused", to=made["to"], why=done["why"])
    elif done["state"] == "unsure":
        talk.say("package.unsure", to=made["to"])
    else:
        talk.say("package.sent_before" if done["before"] else "package.sent", **told)


def _told(made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: made[name] for name in ("files", "size", "most", "to", "subject", "linked")}


PARCEL = Flow("parcel", parcel, words=("报送包", "package"), roles=frozenset({Role.LIAISON}), keeps=True, gives=True)
