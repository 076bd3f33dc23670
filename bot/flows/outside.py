"""A file sent outside of any entry: which entry it belongs to, or which one it begins."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flows.documents import read_form
from bot.flows.mine import called
from bot.flows.offered import film_tracks
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import File, file_facts, file_of
from bot.talk.replay import Talk
from bot.talk.scene import Ending, Resume, Then
from rules.handed import guess
from rules.looks import Draft, Drafts
from rules.people import Role

NEW = "new"


async def outside(talk: Talk) -> Ending:
    """Word forms are read; films and scans go to the draft that waits for them, a film also begins a new entry."""
    files = tuple(file_of(each) for each in talk.facts.get("files") or (talk.facts["file"],))
    first, *others = files
    if talk.seat.role is not Role.LIAISON:
        talk.say("reading.not_yours", name=first.name)
        return Then("menu")
    kind = guess(first.name)
    if kind in ("picture", "pdf"):
        return await _paper(talk, files)
    if others:
        talk.say("engine.one_file", name=first.name, others=len(others))
    if kind == "word":
        return await read_form(talk, first)
    if kind == "film" and film_tracks(talk.notice):
        return await _film(talk, first)
    talk.say("reading.not_here", name=first.name, films=bool(film_tracks(talk.notice)))
    return Then("menu")


async def _paper(talk: Talk, files: tuple[File, ...]) -> Ending:
    """A photo or a PDF: the stamped form of the draft that waits for it."""
    picture = guess(files[0].name) == "picture"
    waits = ("scan", "pictures") if picture else ("scan",)
    waiting = [draft for draft in await _drafts(talk) if draft.shown in waits]
    if not waiting:
        talk.say("material.paper_outside", name=files[0].name)
        return Then("menu")
    if len(waiting) == 1:
        return Resume(waiting[0].session, files)
    text = line("material.which_draft", name=files[0].name)
    return Resume(int(await talk.ask("which", OneOf(text=text, options=_options(waiting)))), files)


async def _film(talk: Talk, file: File) -> Ending:
    """A film: for the draft that waits for one, for another one that is named, or for a new entry."""
    drafts = await _drafts(talk)
    waiting = [draft for draft in drafts if draft.shown == "film"]
    if len(waiting) == 1:
        return Resume(waiting[0].session, (file,))
    if drafts:
        options = (*_options(drafts), Option(NEW, "新报一部"))
        picked = await talk.ask("which", OneOf(text=line("material.which_draft", name=file.name), options=options))
        if picked != NEW:
            return Resume(int(picked), (file,))
    facts, tracks = file_facts(file), film_tracks(talk.notice)
    talk.say("material.film_first", name=file.name)
    answers = {"film": {"files": [facts], "for": ""}}
    if len(tracks) == 1:
        return Then("enter", {"film": facts}, {"track": tracks[0].key, **answers})
    return Then("enter", {"film": facts}, answers)


async def _drafts(talk: Talk) -> list[Draft]:
    return [draft for draft in await talk.look(Drafts(talk.person.id, talk.notice.id)) if draft.flow == "enter"]


def _options(drafts: Sequence[Draft]) -> tuple[Option, ...]:
    return tuple(Option(str(draft.session), called(draft)) for draft in drafts)


# Its name is that of the time when it knew Word forms only; conversations are stored under it.
OUTSIDE = Flow("document", outside)
