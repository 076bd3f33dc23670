"""Certificates as files: several for one unit, an organiser's own template, and a template that cannot be used."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from sqlalchemy import insert

from bot import campaigns
from bot.certificates import checks
from bot.wording import house_wording
from media.fonts import NoFont, cjk_font
from scheduler.certifying import Certifier
from scheduler.clock import SystemClock
from scheduler.made import Made
from storage.database import Database, sqlite_url
from storage.files import FileStore
from storage.migrate import migrate
from storage.tables import units
from storage.tables_awards import honours
from storage.tables_publication import certificates
from tests.house.tree import ROOT

CAMPAIGN = "weifang-2023"
AT = 1_695_200_000_000_000


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """奎文区 with two certificates, one of them withdrawn meanwhile beside them, and 潍城区 with one."""
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    async with database.write() as connection:
        for unit, name in ((1, "奎文区"), (2, "潍城区")):
            await connection.execute(insert(units).values(id=unit, campaign=CAMPAIGN, name=name, klass="county"))
        given = ((1, 1, "final"), (2, 1, "final"), (3, 1, "withdrawn"), (4, 2, "final"))
        for place, unit, state in given:
            name = {1: "奎文区", 2: "潍城区"}[unit]
            await connection.execute(insert(honours).values(
                id=place, campaign=CAMPAIGN, prize="first", label="一等奖（文字类）", unit=unit, state=state
            ))  # fmt: skip
            await connection.execute(insert(certificates).values(
                number=f"WF-2023-{place:04d}", campaign=CAMPAIGN, honour=place, unit=unit, unit_name=name,
                award="一等奖（文字类）", title=f"作品{place}", activity="评选", hosts="市发改委", at=AT,
            ))  # fmt: skip
    yield database
    await database.close()


def certifier(database: Database, folder: Path, templates: Path) -> Certifier:
    notices = {CAMPAIGN: campaigns.load(ROOT / "campaigns", CAMPAIGN)}
    made = Made(FileStore(folder / "files"), folder / "exports")
    return Certifier(
        database, made, notices, house_wording(), templates=templates, clock=SystemClock(),
        check=checks(b"k" * 32, "https://xinshi.example"),
    )  # fmt: skip


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates, for putting others beside them."""
    return Path(shutil.copytree(ROOT / "templates" / "certificates", tmp_path / "templates"))


async def made(database: Database, folder: Path, templates: Path, how: str, unit: int = 1) -> tuple[str, bytes]:
    """The name and the bytes of what was made for a unit."""
    done = await certifier(database, folder, templates).perform({"campaign": CAMPAIGN, "unit": unit, "how": how})
    assert "error" not in done, done
    return done["name"], await FileStore(folder / "files").read(done["sha256"])


async def test_word_files_of_one_unit_are_packed_and_what_was_withdrawn_is_left_out(
    database: Database, tmp_path: Path, templates: Path
) -> None:
    name, data = await made(database, tmp_path, templates, "word")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert (name, packed.namelist()) == (
            "奎文区 获奖证书.zip", ["WF-2023-0001 一等奖（文字类）.docx", "WF-2023-0002 一等奖（文字类）.docx"],
        )  # fmt: skip


async def test_one_pdf_has_a_page_for_each_of_a_unit(database: Database, tmp_path: Path, templates: Path) -> None:
    try:
        cjk_font()
    except NoFont:
        pytest.skip("no font with Chinese characters")
    name, data = await made(database, tmp_path, templates, "pdf")
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(data)]
    assert name == "奎文区 获奖证书.pdf"
    assert [("作品1" in page, "作品2" in page) for page in pages] == [(True, False), (False, True)]
    assert all("2023年9月20日" in page for page in pages)


async def test_a_template_named_as_the_campaign_takes_the_place_of_ours(
    database: Database, tmp_path: Path, templates: Path
) -> None:
    own = Document()
    own.add_paragraph("{{单位}}的{{作品}}，见 {{核验网址}}")
    own.save(str(templates / f"{CAMPAIGN}.docx"))
    name, data = await made(database, tmp_path, templates, "word", unit=2)
    [said] = [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs]
    code = checks(b"k" * 32, "")("WF-2023-0004").code
    assert name == "潍城区 获奖证书.docx"
    assert said == f"潍城区的《作品4》，见 https://xinshi.example/certificates/WF-2023-0004?code={code}"


async def test_a_template_that_cannot_be_used_is_said_and_nothing_is_made(
    database: Database, tmp_path: Path, templates: Path
) -> None:
    own = Document()
    own.add_paragraph("{{获奖人}}")
    own.save(str(templates / f"{CAMPAIGN}.docx"))
    done = await certifier(database, tmp_path, templates).perform({"campaign": CAMPAIGN, "unit": 2, "how": "word"})
    assert done["error"]["key"] == "certificate.bad_template" and "{{获奖人}}" in done["error"]["facts"]["why"]


async def test_where_everything_was_withdrawn_there_is_nothing_to_make(
    database: Database, tmp_path: Path, templates: Path
) -> None:
    done = await certifier(database, tmp_path, templates).perform({"campaign": CAMPAIGN, "unit": 9, "how": "pdf"})
    assert done == {"error": {"key": "certificate.none_now", "facts": {}}}
