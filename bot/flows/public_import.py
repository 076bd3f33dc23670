"""导入票数: the totals of another platform from its table, every fault with its row, a last look, then the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.flows.steering import say_declined
from bot.talk.fields import OneOf, Option, Outcome, Question, Refused, Took, pressed
from bot.talk.flow import Handed
from bot.talk.lines import Prompt, line
from bot.talk.log import Log
from bot.talk.messages import Choice, File, Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Scene
from rules.deeds import Declined, StartWork
from rules.deeds_public import ImportTotals
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.looks_public import Totals, totals_of
from rules.public_vote import public_rounds
from rules.reaching import candidates

#: The topic of what was read in a table, and the kind of work that reads it.
VOTE_SHEET = "vote_sheet"
#: Bytes of such a table, and faults that are told at once.
LARGEST, MOST_FAULTS = 10 * 1024 * 1024, 30


def read_totals(scene: Scene, log: Log, file: File) -> Handed:
    """A table sent where one is asked for: it is read, and the question answers itself."""
    if scene.notice is None or not any(kept.value == "import" for kept in log.kept.values()):
        return Handed(None, (line("vote.file_where", name=file.name),))
    if file.size > LARGEST:
        return Handed(None, (line("broadcast.file_large", name=file.name, limit=LARGEST // (1024 * 1024)),))
    picked = log.kept.get("round")
    rounds = public_rounds(scene.notice)
    payload = {
        "sha256": file.sha256, "name": file.name, "campaign": scene.notice.id,
        "round": picked.value if picked is not None else rounds[0].key,
    }  # fmt: skip
    return Handed(
        StartWork(VOTE_SHEET, payload, session=scene.session, topic=VOTE_SHEET),
        (line("broadcast.looking", name=file.name),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFile(Question):
    """The table, as what was read in it; {} for none."""

    none: str = "不导入了"

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.text, (Choice("none", self.none),))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if incoming.channel == "inside" and incoming.topic == VOTE_SHEET:
            return Took(dict(incoming.facts))
        if pressed(incoming, "none", self.none) or incoming.text.strip() == "1":
            return Took({})
        return Refused((line("vote.file_please"),))


async def import_file(talk: Talk, round_: Round) -> Ending:
    """Ask for the table, tell what is in it, and keep it after a last look."""
    found = await talk.ask("sheet", PublicFile(text=line("vote.file", label=round_.label)))
    if not found:
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    if found.get("error"):
        talk.say("vote.sheet_broken", said=found["error"])
        return Again(("sheet",))
    if faults := found["faults"]:
        told = [{"row": each["row"], "said": line(each["key"], **each["facts"])} for each in faults[:MOST_FAULTS]]
        talk.say("vote.sheet_faults", name=found["name"], faults=told, count=len(faults))
        return Again(("sheet",))
    entries: tuple[Candidate, ...] = await talk.look(candidates(talk.notice, round_.key))
    totals: Totals = await talk.look(totals_of(talk.notice, round_, talk.person.id))
    votes = {int(entry): count for entry, count in found["votes"].items()}
    votes = {each.id: votes.get(each.id, 0) for each in entries}
    own = sum(totals.given.values())
    added = False
    if own:
        options = (Option("instead", "只算导入的"), Option("added", "两边相加"))
        added = await talk.ask("how", OneOf(text=line("vote.import_how", own=own), options=options)) == "added"
    top = sorted(entries, key=lambda each: (-votes[each.id], each.number))[:5]
    facts = {
        "name": found["name"], "count": len(entries) - len(found["missing"]), "sum": sum(votes.values()), "own": own,
        "added": added, "missing": found["missing"], "before": totals.imported.file if totals.imported else "",
        "top": [{"number": each.number, "title": each.title, "votes": votes[each.id]} for each in top],
    }  # fmt: skip
    options = (Option("yes", "导入"), Option("no", "不导入"))
    if await talk.ask("import_sure", OneOf(text=line("vote.import_sure", **facts), options=options)) == "no":
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    deed = ImportTotals(talk.notice.id, round_.key, votes, found["name"], found["sha256"], added, talk.person.id)
    done = await talk.do("imported", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("vote.imported", **facts, sha256=found["sha256"])
    talk.offer("投票管理", "菜单")
    return None
