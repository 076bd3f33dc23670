"""The campaigns of a deployment: each notice, with the files that lie beside it, from the folder `campaigns/`.

xian-2024.toml           the notice
xian-2024.roster.csv     its units
xian-2024.bank.csv       its questions
xian-2024.duties.toml    its table of duties
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from rules.duties import Duties, read_duties
from rules.notice import Notice, NoticeFaults, read_notice


class NoSuchCampaign(LookupError):
    """The folder holds no notice of this id; the message lists those it holds."""


class UnusableNotices(ValueError):
    """Some notices have faults; `faults` says which, by file. `./xinshi notice check` prints the same."""

    def __init__(self, faults: Mapping[Path, NoticeFaults]) -> None:
        self.faults = dict(faults)
        super().__init__("\n".join(f"{path}\n{wrong}" for path, wrong in self.faults.items()))


def ids(folder: Path) -> tuple[str, ...]:
    """The ids of the notices in a folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if "." not in path.stem))


def load(folder: Path, id: str) -> Notice:  # noqa: A002  # the word of the whole program for it
    """One notice. Raises `NoSuchCampaign`, `UnusableNotices`."""
    if id not in ids(folder):
        raise NoSuchCampaign(f"{folder} 里没有“{id}”这个活动；有：{'、'.join(ids(folder)) or '（空）'}。请核对活动名。")
    path = folder / f"{id}.toml"
    try:
        return read_notice(path.read_text(encoding="utf-8"), name=id, questions=questions(path))
    except NoticeFaults as wrong:
        raise UnusableNotices({path: wrong}) from None


def load_all(folder: Path) -> dict[str, Notice]:
    """Every notice of a folder by id. Raises `UnusableNotices` naming all that have faults."""
    notices: dict[str, Notice] = {}
    faults: dict[Path, NoticeFaults] = {}
    for each in ids(folder):
        try:
            notices[each] = load(folder, each)
        except UnusableNotices as wrong:
            faults |= wrong.faults
    if faults:
        raise UnusableNotices(faults)
    return notices


def beside(notice: Path, what: str) -> Path:
    """The file that lies beside a notice: `beside(xian-2024.toml, "roster.csv")` is xian-2024.roster.csv."""
    return notice.with_name(f"{notice.stem}.{what}")


def sheet(path: Path) -> list[list[str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def questions(notice: Path) -> int | None:
    """How many rows the bank beside a notice has below its titles; None without a bank."""
    bank = beside(notice, "bank.csv")
    return sum(any(cell.strip() for cell in row) for row in sheet(bank)[1:]) if bank.exists() else None


def duties(notice: Path) -> Duties | None:
    """The table of duties beside a notice; None without one. Raises `NoticeFaults`."""
    path = beside(notice, "duties.toml")
    return read_duties(path.read_text(encoding="utf-8")) if path.exists() else None


def all_duties(folder: Path, ids: Iterable[str]) -> dict[str, Duties]:
    """The tables of duties of these campaigns, of those that have one. Raises `UnusableNotices`."""
    tables: dict[str, Duties] = {}
    for each in ids:
        try:
            table = duties(folder / f"{each}.toml")
        except NoticeFaults as wrong:
            raise UnusableNotices({beside(folder / f"{each}.toml", "duties.toml"): wrong}) from None
        if table is not None:
            tables[each] = table
    return tables
