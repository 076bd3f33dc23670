"""Campaigns as tests need them: with the form alone, for conversations that are about something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest import mock

from bot import campaigns
from rules.notice import Notice
from rules.tracks import Item, Track

_LOAD = campaigns.load
_OPEN: list[Callable[[Notice], Notice]] = []


def as_it_is(notice: Notice) -> Notice:
    """The campaign unchanged."""
    return notice


@contextmanager
def opened_as(variant: Callable[[Notice], Notice]) -> Iterator[None]:
    """Let programs that start meanwhile, in this process, have their campaigns in this variant."""
    _OPEN.append(variant)
    try:
        with mock.patch("bot.campaigns.load", _varied):
            yield
    finally:
        _OPEN.remove(variant)


def _varied(folder: Path, name: str, *, with_bank: bool = True) -> Notice:
    """A notice in the variant asked for last, or as it is: programs may end in another order than they began."""
    notice = _LOAD(folder, name, with_bank=with_bank)
    return _OPEN[-1](notice) if _OPEN else notice


def form_only(notice: Notice) -> Notice:
    """The same campaign, but no film, no scan, no pictures and no checklist: its entries are the form and a pledge."""
    return replace(notice, tracks=tuple(_bare(track) for track in notice.tracks))


def _bare(track: Track) -> Track:
    form = tuple(item for item in track.package if item.key == "form")
    return replace(track, package=form, film=None, checks=())


def without_scan(notice: Notice) -> Notice:
    """The same campaign, but no stamped scan and no checklist: a film and a form are all of an entry."""
    return replace(
        notice,
        tracks=tuple(
            replace(track, checks=(), package=tuple(item for item in track.package if item.key != "scan"))
            for track in notice.tracks
        ),
    )


def with_item(notice: Notice, track: str, key: str, **changes: object) -> Notice:
    """The same campaign with one item of a track's package changed."""

    def changed(item: Item) -> Item:
        return replace(item, **changes) if item.key == key else item  # type: ignore[arg-type]  # as the test says

    tracks = tuple(
        replace(each, package=tuple(map(changed, each.package))) if each.key == track else each
        for each in notice.tracks
    )
    return replace(notice, tracks=tracks)
