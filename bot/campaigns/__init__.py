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

from documents.bank_reading import read_bank_file
from documents.sheet_reading import UnreadableSheet
from rules.bank import Bank, Question
from rules.duties import Duties, read_duties
from rules.notice import Notice, NoticeFault, NoticeFaults, read_notice


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


def load(folder: Path, id: str, *, with_bank: bool = True) -> Notice:  # noqa: A002  # the whole program's word
    """One notice; `with_bank`: its bank must be enough to open. Raises `NoSuchCampaign`, `UnusableNotices`."""
    if id not in ids(folder):
        raise NoSuchCampaign(f"{folder} 里没有“{id}”这个活动；有：{'、'.join(ids(folder)) or '（空）'}。请核对活动名。")
    path = folder / f"{id}.toml"
    try:
        found = questions(path) if with_bank else None
        return read_notice(path.read_text(encoding="utf-8"), name=id, questions=found)
    except UnreadableSheet as wrong:
        raise UnusableNotices({path: NoticeFaults([NoticeFault("", 1, str(wrong))])}) from None
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


def bank(notice: Path, *, shuffle: bool = True) -> Bank | None:
    """The question bank beside a notice; None without one. Raises `UnreadableSheet`."""
    path = beside(notice, "bank.csv")
    return read_bank_file(path, shuffle=shuffle) if path.exists() else None


def questions(notice: Path) -> int | None:
    """How many questions of the bank beside a notice may be asked; None without a bank. Raises `UnreadableSheet`."""
    found = bank(notice)
    return len(found.questions) if found else None


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


def all_banks(folder: Path, notices: Mapping[str, Notice]) -> dict[str, dict[str, Question]]:
    """The questions of these campaigns by their codes, of those that have a quiz. Raises `UnreadableSheet`."""
    found: dict[str, dict[str, Question]] = {}
    for id_, notice in notices.items():
        if notice.quiz is not None and (kept := bank(folder / f"{id_}.toml", shuffle=notice.quiz.shuffle)) is not None:
            found[id_] = {question.code: question for question in kept.questions}
    return found
