"""Blank annexes that an organiser has not put in place yet: drawn from the labels of the form, for the play alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.app import ROOT
from documents.blanks import build
from documents.layouts import WIDTH, Boxes, Label, Layout, Opinion, Part, Row, Space
from rules.forms import Field, Form
from rules.notice import Notice

#: Width of the column of labels, in twips.
_LABELS = 2400


def missing(notice: Notice) -> tuple[Form, ...]:
    """The forms whose blank is not where the file says."""
    return tuple(form for form in notice.forms if not (ROOT / form.blank).exists())


def drawn(notice: Notice, folder: Path) -> Notice:
    """The notice with a drawn blank in place of each that is missing; they are put into the folder."""
    lacking = missing(notice)
    folder.mkdir(parents=True, exist_ok=True)
    for form in lacking:
        (folder / f"{form.key}.docx").write_bytes(build(_layout(notice, form)))
    own = {form.key: replace(form, blank=str(folder / f"{form.key}.docx")) for form in lacking}
    return _with_forms(notice, own) if own else notice


def _with_forms(notice: Notice, own: dict[str, Form]) -> Notice:
    """The notice and its tracks with other forms: whoever holds one by its identity finds the same."""
    tracks = [
        replace(track, form=own.get(track.form.key, track.form)) if track.form is not None else track
        for track in notice.tracks
    ]
    return replace(notice, forms=tuple(own.get(form.key, form) for form in notice.forms), tracks=tuple(tracks))


def _layout(notice: Notice, form: Form) -> Layout:
    if form.rows is not None:
        labels = [field.label for field in form.fields if field.into is None]
        width = WIDTH // len(labels)
        rows = [Row(tuple(map(Label, labels)))]
        rows += [Row(tuple(Space() for _ in labels)) for _ in range(form.rows.least)]
        return Layout(notice.id, form.key, form.annex, form.title, (width,) * len(labels), tuple(rows))
    return Layout(
        notice.id, form.key, form.annex, form.title, (_LABELS, WIDTH - _LABELS), tuple(_rows(form))
    )  # fmt: skip


def _rows(form: Form) -> Iterator[Row]:
    for field in form.fields:
        if field.into is None:
            yield Row((Label(field.label), _part(field)), 1100 if field.kind in ("text", "sections") else 600)


def _part(field: Field) -> Part:
    match field.kind:
        case "boxes":
            return Boxes(tuple((option,) for option in field.options), ruled=field.other or "")
        case "opinion":
            return Opinion(promise=field.printed, date=field.dated)
    return Space()
