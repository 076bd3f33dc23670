"""What an organiser takes out of the program at the end of a rehearsal: tables and the filled forms as Word files."""

from __future__ import annotations

from pathlib import Path

from bot.app import ROOT
from bot.wording import house_wording
from rehearsal.stage import Stage
from scheduler.exporting import Exporter


async def exported(play: Stage, folder: Path) -> Path:
    """As `./xinshi export --papers` does; gives the folder."""
    app = play.app
    exporter = Exporter(
        app.database, app.made, app.notices, app.house.duties, house_wording(), root=ROOT, numbers=app.numbers,
        clock=app.clock, banks=app.house.banks,
    )  # fmt: skip
    await exporter.export(play.notice.id, folder, csv=False, stored=False)
    return folder
