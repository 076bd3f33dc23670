"""Which slow work the program can do, and who does it: files that are looked into, and files that are made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.flows.documents import READ_FORM
from bot.flows.duty_admin import CONTACTS
from bot.flows.enclosure import ENCLOSURE
from bot.flows.export import EXPORT
from bot.flows.film import CHECK_FILM
from bot.flows.public_import import VOTE_SHEET
from bot.flows.quiz_check import QUIZ_CHECK
from bot.settings import Media
from bot.wording import house_wording
from rules.duties import Duties
from rules.notice import Notice
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.contact_table import ContactTable
from scheduler.enclosures import EnclosureReader
from scheduler.exporting import Exporter
from scheduler.films import FilmChecker
from scheduler.made import Made
from scheduler.quiz_checking import QuizChecker
from scheduler.quizzes import Banks
from scheduler.reading import FormReader
from scheduler.scans import CHECK_SCAN, ScanChecker
from scheduler.twins import ComparedFilms, Resemblances
from scheduler.vote_sheets import VoteSheetReader
from scheduler.work import Skill
from storage.database import Database
from storage.numbers import Numbers
from storage.store import Store


def file_skills(
    database: Database, store: Store, notices: Mapping[str, Notice], root: Path, media: Media
) -> dict[str, Skill]:
    """Looking into files that people sent. `root` is the folder that the paths of blank annexes start from."""
    films = FilmChecker(store, notices, media.ffmpeg, media.ffprobe)
    return {
        READ_FORM: Skill(FormReader(store, notices, root).perform, "reading.broken"),
        ENCLOSURE: Skill(EnclosureReader(store, notices).perform, "reading.broken"),
        VOTE_SHEET: Skill(VoteSheetReader(store, database, notices).perform, "reading.broken"),
        CHECK_FILM: Skill(ComparedFilms(films.perform, Resemblances(database)).perform, "material.broken"),
        CHECK_SCAN: Skill(ScanChecker(store, notices, database).perform, "material.broken", most=2),
    }


def made_skills(
    database: Database,
    made: Made,
    notices: Mapping[str, Notice],
    duties: Mapping[str, Duties],
    numbers: Numbers,
    clock: SystemClock | SimulatedClock,
    root: Path,
    banks: Banks,
) -> dict[str, Skill]:
    """Making files that many people's data stand in."""
    exporter = Exporter(
        database, made, notices, duties, house_wording(), root=root, numbers=numbers, clock=clock, banks=banks
    )
    checker = QuizChecker(database, notices, banks)
    return {
        QUIZ_CHECK: Skill(checker.perform, "play.check_broken"),
        CONTACTS: Skill(ContactTable(database, made, notices, root, clock).perform, "export.broken"),
        EXPORT: Skill(exporter.perform, "export.broken"),
    }
