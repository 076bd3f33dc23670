"""A mail with a work in it, and what is wrong with it by the notice: subject, receiver, attachments, names.

All faults at once. A convention that the notice does not print, but this program suggests, is never a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.convention import Fitted, fitted
from rules.findings import Finding, Weighing, sorted_findings
from rules.handed import Guess, guess
from rules.notice import Mail, Notice
from rules.tracks import Item, Track

#: Kinds of files by the item of a package that they are, in the order in which they are looked for.
_KINDS: dict[str, tuple[Guess, ...]] = {
    "form": ("word",), "film": ("film",), "scan": ("pdf", "picture"), "pictures": ("picture",),
}  # fmt: skip
#: What we write behind a name to tell the files of one work apart.
_BEHIND = re.compile(r"\s*(?:[(（](?:视频|盖章扫描件|图片)\s*\d*[)）]|[(（]\d+[)）])\s*$")


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a mail: its name, its size in bytes, and what its beginning says it is ("" for what it does not)."""

    name: str
    size: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was read. `links` are the addresses in its text, `closed` names archives that could not be read."""

    subject: str
    to: tuple[str, ...]
    files: tuple[Attached, ...]
    links: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def track_of(notice: Notice, letter: Letter) -> Track:
    """The track that a mail seems to be for: with a film, one that takes films. Raises `LookupError`."""
    tracks = notice.entered
    if not tracks:
        raise LookupError(f"expected a track with a form in {notice.id}, found none")
    filmed = any(guess(file.name) == "film" for file in letter.files)
    return next((track for track in tracks if (track.film is not None) == filmed), tracks[0])


def judge_letter(notice: Notice, track: Track, letter: Letter) -> tuple[Finding, ...]:
    """Everything wrong with a mail, the gravest first. Raises `LookupError` for a notice without a mail address."""
    mail = notice.mail
    if mail is None:
        raise LookupError(f"expected a mail address in {notice.id}, found none: see [mail]")
    found = [*_subject(mail, letter), *_receiver(mail, letter)]
    for item in track.package:
        found += _item(item, track, letter)
    found += _names(mail, letter)
    found += (Finding("refuse", "package.empty_file", {"name": each.name}) for each in letter.files if not each.size)
    found += (Finding("warn", "package.archive", {"name": name}) for name in letter.closed)
    return sorted_findings(found)


def _weight(mail: Mail) -> Weighing:
    return "refuse" if mail.named_by_notice else "warn"


def _subject(mail: Mail, letter: Letter) -> Iterator[Finding]:
    seen = fitted(mail.subject, letter.subject, mail.loose)
    facts = {"found": seen.bare, "wanted": spelled(mail.subject), "clause": mail.naming_clause}
    if seen.before:
        yield Finding("note", "package.subject_before", {"before": seen.before, "clause": ""})
    if not seen.bare:
        yield Finding(_weight(mail), "package.subject_empty", facts)
    elif seen.fit != "good":
        yield _misnamed(mail, seen, "subject", facts)


def _misnamed(mail: Mail, seen: Fitted, what: str, facts: dict[str, str]) -> Finding:
    match seen.fit:
        case "loose":
            return Finding("note", f"package.{what}_loose", facts)
        case "marks":
            return Finding(_weight(mail), f"package.{what}_marks", facts)
        case "phone":
            return Finding(_weight(mail), f"package.{what}_phone", {**facts, "phone": seen.found})
        case _:
            return Finding(_weight(mail), f"package.{what}_parts", facts)


def _receiver(mail: Mail, letter: Letter) -> Iterator[Finding]:
    if letter.to and mail.to.casefold() not in {each.casefold() for each in letter.to}:
        facts = {"found": list(letter.to[:3]), "wanted": mail.to, "clause": mail.clause}
        yield Finding("warn", "package.receiver", facts)


def _item(item: Item, track: Track, letter: Letter) -> Iterator[Finding]:
    mine = [file for file in letter.files if _is_for(item, file)]
    facts = {"label": item.label, "formats": [each.upper() for each in item.formats], "clause": item.clause}
    if not mine and item.key == "film" and letter.links:
        yield Finding("note", "package.film_linked", {**facts, "link": letter.links[0]})
    elif not mine and item.required:
        yield Finding("refuse", "package.lacks", facts)
    for file in mine:
        ending = ending_of(file.name)
        if item.formats and ending not in item.formats and not _same(ending, item.formats):
            yield Finding("refuse", "package.format", {**facts, "name": file.name, "ending": ending.upper()})
        if file.kind and file.kind not in (guess(file.name), "office"):
            yield Finding("refuse", "package.not_what_it_says", {"name": file.name, "kind": file.kind, "clause": ""})


def _is_for(item: Item, file: Attached) -> bool:
    kind = guess(file.name)
    # A form may also come as a sheet or a PDF, where the notice says so.
    if item.key == "form" and ending_of(file.name) in item.formats:
        return True
    return kind in _KINDS[item.key]


def _same(ending: str, formats: Sequence[str]) -> bool:
    return any({ending, each} <= family for each in formats for family in ({"jpg", "jpeg"}, {"mpg", "mpeg"}))


def _names(mail: Mail, letter: Letter) -> Iterator[Finding]:
    for file in letter.files:
        if guess(file.name) in ("word", "film", "pdf"):
            stem = _BEHIND.sub("", file.name.rpartition(".")[0])
            seen = fitted(mail.work, stem, mail.loose)
            facts = {"found": file.name, "wanted": spelled(mail.work), "clause": mail.naming_clause}
            if seen.fit != "good":
                yield _misnamed(mail, seen, "name", facts)


def spelled(template: str) -> str:
    """A convention as people read it: its words without the braces."""
    return template.replace("{", "").replace("}", "")


def ending_of(name: str) -> str:
    """The ending of a file's name, folded and without its dot; "" where it has none."""
    return name.rpartition(".")[2].casefold() if "." in name else ""
