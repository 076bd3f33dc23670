"""A backup amid a round holds no key and no draft, and what was cast is still opened by the scrutineers."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from bot.backups import Backups
from storage.database import Database, sqlite_url
from storage.tables_judging import ballot_drafts
from tests.ballots.hall import hall
from tests.ballots.test_round import filled, prepared, vote

EXPERTS = 6


async def test_what_was_cast_before_a_backup_is_opened_after_a_loss_of_everything_else(tmp_path: Path) -> None:
    lost, found, copies = tmp_path / "lost", tmp_path / "found", tmp_path / "copies"
    there = Backups.open(copies, "", new=True)
    async with hall(lost, "xian-2024", "2024-05-10 09:00") as here:
        opened, shares = await prepared(here, EXPERTS)
        for number in range(1, EXPERTS):
            await vote(here, f"专家{number}", number)
        path = f"{here.page(f'专家{EXPERTS}')}/{opened.key}"
        await here.post(path, {**filled(await here.get(path), 1), "action": "keep"})
        async with here.app.database.read() as connection:
            assert (await connection.execute(select(func.count()).select_from(ballot_drafts))).scalar_one() == 1
        done = await there.take(here.app.database, None, lost, here.clock.now())
        keys = [key.read_bytes() for key in (lost / "rounds").iterdir()]
    written = b"".join(there.lines(done.name))
    assert (len(keys), [key.hex().encode() in written or key in written for key in keys].count(True)) == (4, 0)
    assert ("ballot_drafts" in done.tables, done.tables["envelopes"]) == (False, EXPERTS - 1)
    found.mkdir()
    database = Database.open(sqlite_url(found))
    await there.restore(done.name, database, None)
    await database.close()
    async with hall(found, "xian-2024", "2024-05-20 17:00:01", roster=False) as here:
        assert opened.opening is not None
        office = here.app.ballots.office
        assert await office.tally(opened.opening, [shares["专家1"], shares["管理员"]], here.clock.now())
