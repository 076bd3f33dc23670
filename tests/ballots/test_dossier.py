"""A published round stands in the closing dossier with its bundle, counted again; a changed bundle is noticed."""

from __future__ import annotations

import json
from pathlib import Path

from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from bot.app import ROOT
from bot.certificates import checks
from bot.wording import house_wording
from rules.recount import recount
from scheduler.dossier import INDEX, TABLES, Archivist
from storage.tables_judging import rounds
from tests.ballots.hall import Hall, hall
from tests.ballots.test_round import prepared, vote


async def closed(here: Hall, out: Path) -> Path:
    """The dossier of the hall's campaign."""
    app = here.app
    archivist = Archivist(
        app.database, app.made, app.notices, app.house.duties, house_wording(), root=ROOT, clock=here.clock,
        check=checks(b"k" * 32, ""),
    )  # fmt: skip
    return (await archivist.close("xian-2024", out, full=False, about="要点", packed=False)).folder


def said(folder: Path, part: str) -> str:
    [table] = Document(str(folder / INDEX)).tables
    found: dict[str, str] = {row.cells[1].text: row.cells[3].text for row in table.rows}
    return found[part]


async def test_a_published_round_is_there_counted_again_and_a_changed_one_is_noticed(tmp_path: Path) -> None:
    async with hall(tmp_path / "data", "xian-2024", "2024-05-10 09:00") as here:
        opened, shares = await prepared(here, experts=7)
        for number in range(1, 8):
            await vote(here, f"专家{number}", number)
        assert said(await closed(here, tmp_path / "before"), "专家投票") == "1 轮，都没有公布开票包"
        here.at("2024-05-20 17:00:01")
        admin = here.people["管理员"]
        await here.tell(admin, "评审", "请监票人开票")
        for name in ("专家1", "管理员"):
            await here.post(f"{here.page(name)}/{opened.key}/share", {"share": shares[name]}, status=200)
        await here.tell(admin, "评审", "\n".join(f"T-C{place:04d} {place * 10}" for place in range(1, 7)))
        await admin.press("公布")
        folder = await closed(here, tmp_path / "after")
        assert said(folder, "专家投票") == "1 轮，公布 1 轮；重新计票 1 轮一致、签名验过"
        assert said(folder, "公众投票") == "有，见总表"
        [kept] = list((folder / "06 评审").iterdir())
        assert recount(json.loads(kept.read_bytes())) == ()
        book = CalamineWorkbook.from_path(str(folder / TABLES))
        assert [row[-2:] for row in book.get_sheet_by_name("专家评审").to_python()[1:]] == [["一致", "验过"]]
        votes = book.get_sheet_by_name("公众投票").to_python()[1:]
        assert sorted(row[2] for row in votes) == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]

        bundle = json.loads(kept.read_bytes())
        first = next(iter(bundle["votes"]))
        bundle["votes"][first] += 1000
        async with here.app.database.write() as connection:
            await connection.execute(
                update(rounds).where(rounds.c.key == (await here.newest()).key).values(bundle=json.dumps(bundle))
            )
        folder = await closed(here, tmp_path / "changed")
        assert "有 1 轮对不上，请核查" in said(folder, "专家投票")
