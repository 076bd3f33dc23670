"""Samples of a demonstration: a film of the size it says, and a scan whose seal is red and whose code can be read."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest
import zxingcpp
from PIL import Image

from bot.fakes.samples import Samples, stamped_page
from documents.qr import PREFIX
from media.fonts import NoFont, cjk_font
from media.pixels import lit
from media.seals import looked_at, seals_on
from storage.prints import Print
from tests.flows.conftest import Opens, Play
from tests.flows.conftest import play as play
from tests.flows.conftest import shaped_folder as shaped_folder
from tests.flows.filling import code_of, fill_case
from web.ports import Gone


def _needs_font() -> None:
    try:
        cjk_font()
    except NoFont as wrong:
        pytest.skip(str(wrong))


def _page(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _read(page: Image.Image) -> list[str]:
    return [each.text for each in zxingcpp.read_barcodes(page)]


def _seen(film: bytes, path: Path) -> str:
    """What ffmpeg says of a film."""
    path.write_bytes(film)
    told = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path)], capture_output=True, check=False)
    return told.stderr.decode()


def _red(page: Image.Image) -> int:
    """How many pixels are as red as a seal."""
    pixels = page.resize((310, 438)).tobytes()
    triples = zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)
    return sum(red > 150 and green < 110 and blue < 110 for red, green, blue in triples)


async def made(xian: Play, tmp_path: Path, address: str, name: str = "scan") -> tuple[bytes, str, str]:
    return await Samples(xian.app.database, xian.app.notices, tmp_path).make(name, address)


async def test_the_scan_is_that_of_the_form_somebody_of_the_unit_filled_in_last(play: Opens, tmp_path: Path) -> None:
    _needs_font()
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        liaison, other = await xian.liaison("碑林区"), await xian.liaison("雁塔区", "赵老师")
        await fill_case(other, "雁塔的案例")
        await other.say("没有问题")
        with pytest.raises(Gone):
            await made(xian, tmp_path, f"fake:{liaison.address}")
        await fill_case(liaison)
        await liaison.say("没有问题")
        data, kind, name = await made(xian, tmp_path, f"fake:{liaison.address}")
        assert (kind, name) == ("image/jpeg", "样张（盖章扫描件）.jpg")
        assert _read(_page(data)) == [PREFIX + code_of(liaison)]
        with pytest.raises(Gone):
            await made(xian, tmp_path, f"fake:{liaison.address}", "../secret")


async def test_a_long_form_leaves_room_for_its_seal_and_its_code(play: Opens) -> None:
    _needs_font()
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        form = xian.notice.form("case")
        answers = {field.key: "很长的内容" * 60 for field in form.fields if field.kind in ("line", "text")}
        page = _page(
            stamped_page(
                Print("0123456789", "xian-2024", "case", "一个名字很长很长很长很长的单位", answers), xian.notice
            )
        )
        assert _read(page) == [f"{PREFIX}0123456789"]
        assert _red(page) > 400


@pytest.mark.parametrize("unit", ["碑林区", "西安市民政局", "西安市社会信用体系建设促进中心"])
async def test_a_drawn_seal_is_recognised_however_short_its_name_is(play: Opens, unit: str) -> None:
    _needs_font()
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        page = _page(stamped_page(Print("0123456789", "xian-2024", "case", unit, {}), xian.notice))
    assert len(seals_on(lit(looked_at(page)))) == 1


async def test_a_film_is_made_once_and_is_what_it_says(play: Opens, tmp_path: Path) -> None:
    async with play("xian-2024", "2024-03-01 10:00") as xian:
        samples = Samples(xian.app.database, xian.app.notices, tmp_path)
        data, kind, _ = await samples.make("film-wrong", "fake:1")
        (tmp_path / "film-wrong.mp4").write_bytes(b"as it was kept")
        again, _, _ = await samples.make("film-wrong", "fake:1")
        assert (kind, again) == ("video/mp4", b"as it was kept")
        seen = _seen(data, tmp_path / "seen.mp4")
        assert ("1280x720" in seen, "Duration: 00:00:47" in seen, "Audio" in seen) == (True, True, False)
