"""A scan that was handed in is checked against the notice and the forms that were given out, and kept as one PDF."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image

from bot.campaigns import load
from bot.talk.messages import File
from bot.wording import house_wording
from rules.deeds import SubmitEntry
from scheduler.scans import ScanChecker
from storage.files import FileStore
from tests.house.tree import ROOT
from tests.scans.paper import has_font, page, stamped
from tests.scans.spoiling import grey, jpeg
from tests.storage.conftest import shaped as shaped
from tests.storage.conftest import shaped_url as shaped_url
from tests.storage.conftest import world as world
from tests.storage.world import CLOSES, NOW, OPENS, World

pytestmark = pytest.mark.skipif(not has_font(), reason="no font with Chinese characters on this machine")

#: What a file holds is measured in a process that knows no database; those tests run on one kind.
one_kind = pytest.mark.parametrize("shaped_url", ["sqlite"], indirect=True)
OLD, CODE, ALONE = "0000000001", "7K3F9QZ2MX", "0000000009"
NOTICES = {name: load(ROOT / "campaigns", name) for name in ("xian-2024", "industry-2024")}


class Checking:
    """A checker with its store, and the forms that a unit was given."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.store = world, FileStore(folder / "files")
        self.checker = ScanChecker(self.store, NOTICES, world.database)

    async def put(self, name: str, data: bytes) -> File:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        return await self.store.keep(name, chunks(), 10**8)

    async def check(self, *files: tuple[str, bytes], **changed: Any) -> dict[str, Any]:
        kept = [await self.put(*file) for file in files]
        named = [{"sha256": file.sha256, "name": file.name} for file in kept]
        payload = {
            "files": named,
            "campaign": "xian-2024",
            "form": "case",
            "code": CODE,
            "title": "诚信菜市场",
            **changed,
        }
        return dict(await self.checker.perform(payload))

    async def submit(self, code: str, *, unit: int, entry: int = 0, campaign: str = "xian-2024") -> Any:
        answers = {"title": "诚信菜市场", "code": code}
        deed = SubmitEntry(
            campaign, "case", unit, 1, "case", code, "诚信菜市场", answers, {}, OPENS, CLOSES, None, "XA", entry
        )
        return await self.world.do(deed, at=NOW)


@pytest.fixture
async def checking(world: World, tmp_path: Path) -> Checking:
    """The version in force is `CODE`, the second of an entry whose first was `OLD`."""
    made = Checking(world, tmp_path)
    unit = await world.unit("碑林区")
    first = await made.submit(OLD, unit=unit)
    await made.submit(CODE, unit=unit, entry=first.entry)
    return made


def photo(code: str = CODE, *, sealed: bool = True) -> bytes:
    image = page(code, dice=Random(7))
    return jpeg(stamped(image, Random(7)) if sealed else image)


def pdf(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PDF", resolution=200)
    return buffer.getvalue()


def keys(facts: dict[str, Any]) -> list[str]:
    return [each["key"] for each in facts["findings"]]


async def test_a_plain_pdf_of_the_version_in_force_is_kept_as_it_is(checking: Checking) -> None:
    data = pdf(stamped(page(CODE, dice=Random(7)), Random(7)))
    facts = await checking.check(("盖章.pdf", data))
    file = await checking.put("same", data)
    told = {key: facts[key] for key in ("sha256", "name", "size", "pages", "findings", "refused", "code", "seals")}
    assert told == {
        "sha256": file.sha256, "name": "盖章.pdf", "size": len(data), "pages": 1, "findings": [], "refused": False,
        "code": CODE, "seals": 1,
    }  # fmt: skip


@one_kind
async def test_photographs_become_one_pdf_in_the_store_in_their_order(checking: Checking) -> None:
    facts = await checking.check(("1.jpg", photo()), ("2.jpg", photo(sealed=False)))
    assert (facts["name"], facts["pages"], keys(facts)) == ("盖章扫描件.pdf", 2, ["scan.made_pdf"])
    kept = await checking.store.read(facts["sha256"])
    assert kept.startswith(b"%PDF-1.4") and len(kept) == facts["size"]
    again = await checking.check(("盖章扫描件.pdf", kept))
    assert [len(each["seals"]) for each in again["measured"]] == [1, 0]


@one_kind
async def test_the_same_photographs_give_the_same_pdf_twice(checking: Checking) -> None:
    first, second = [await checking.check(("1.jpg", photo())) for _ in range(2)]
    assert first["sha256"] == second["sha256"] != ""


async def test_an_older_version_is_named_by_when_it_was_made_and_which_it_was(checking: Checking) -> None:
    facts = await checking.check(("1.jpg", photo(OLD)))
    assert keys(facts) == ["scan.other_version", "scan.made_pdf"]
    assert (facts["findings"][0]["facts"]["version"], facts["findings"][0]["facts"]["at"]) == (
        1,
        "3月10日（周日）00:00",
    )


async def test_another_unit_s_form_is_told_and_its_name_is_not(checking: Checking) -> None:
    await checking.submit(ALONE, unit=await checking.world.unit("雁塔区"))
    facts = await checking.check(("1.jpg", photo(ALONE)))
    assert keys(facts) == ["scan.other_unit", "scan.made_pdf"]
    assert "雁塔区" not in json.dumps(facts, ensure_ascii=False)


async def test_a_code_that_nobody_was_given_is_unknown(checking: Checking) -> None:
    assert keys(await checking.check(("1.jpg", photo("ZZZZZZZZZZ")))) == ["scan.unknown_code", "scan.made_pdf"]


async def test_individuals_are_asked_for_no_seal_and_units_are_only_given_a_hint(checking: Checking) -> None:
    image = jpeg(grey(page(CODE, dice=Random(7))))
    assert keys(await checking.check(("1.jpg", image))) == ["scan.no_seal", "scan.made_pdf"]
    klass = next(each.key for each in NOTICES["industry-2024"].classes if not each.seals)
    person = await checking.world.unit("个人", klass=klass, campaign="industry-2024")
    await checking.submit(ALONE, unit=person, campaign="industry-2024")
    signed = jpeg(grey(page(ALONE, dice=Random(7))))
    facts = await checking.check(("1.jpg", signed), campaign="industry-2024", code=ALONE)
    assert keys(facts) == ["scan.made_pdf"]


@one_kind
async def test_what_cannot_be_read_is_refused_and_nothing_is_kept(checking: Checking) -> None:
    facts = await checking.check(("1.jpg", photo()), ("2.pdf", b"%PDF-1.7 broken"), ("3.doc", b"\xd0\xcf\x11\xe0"))
    assert (keys(facts), facts["refused"], facts["sha256"]) == (["scan.file.broken", "scan.file.office"], True, "")


@one_kind
async def test_a_file_that_is_gone_is_an_answer(checking: Checking) -> None:
    payload = {"files": [{"sha256": "ab" * 32, "name": "a.pdf"}], "campaign": "xian-2024", "form": "case", "code": ""}
    assert await checking.checker.perform(payload) == {"error": {"key": "scan.gone", "facts": {"name": "a.pdf"}}}


@one_kind
async def test_facts_are_plain_and_every_finding_can_be_said(checking: Checking) -> None:
    facts = await checking.check(("1.jpg", photo(OLD, sealed=False)), pages=3)
    assert json.loads(json.dumps(facts)) == facts
    said = [house_wording().text(each["key"], **each["facts"]) for each in facts["findings"]]
    assert len(said) == 4 and all("None" not in each for each in said)
