"""Films and a stamped scan made on the spot, so that a demonstration can be played to its end without a camera.

The scan is drawn from the form that somebody of the unit filled in last: its answers, a red seal, and at its foot the
version code as a QR code. It is plainly marked as a sample.
"""

from __future__ import annotations

import asyncio
import io
import math
import shutil
from collections.abc import Mapping
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

from bot.flows.sheet import readable
from documents.qr import PREFIX, qr_png
from media.fonts import NoFont, cjk_font
from rules.codes import shown
from rules.notice import Notice
from storage.chats import Chats
from storage.database import Database
from storage.prints import Print, newest_print
from web.ports import Gone

#: Each film by its name: size, seconds, whether it has sound. What is wrong with the second is told by the check.
FILMS = {"film": ("1080x1920", 126, True), "film-wrong": ("1280x720", 47, False)}
NAMES = {"film": "样片（合格）.mp4", "film-wrong": "样片（有毛病）.mp4", "scan": "样张（盖章扫描件）.jpg"}
#: Seconds that ffmpeg may take.
_PATIENCE = 240
#: A page of A4 at 150 dpi, and its margin.
_PAGE, _MARGIN = (1240, 1754), 110
_RED, _INK, _GREY = (208, 32, 32), (30, 30, 30), (120, 120, 120)
_MARK = "演示样张 内容虚构"


class Samples:
    """The samples of one demonstration; what was made is kept in its folder."""

    def __init__(self, database: Database, notices: Mapping[str, Notice], folder: Path) -> None:
        self._database, self._notices, self._folder = database, notices, folder
        self._making = {name: asyncio.Lock() for name in FILMS}

    async def make(self, name: str, address: str) -> tuple[bytes, str, str]:
        """A sample for "channel:address": bytes, media type, file name. Raises `Gone` where it cannot be made (yet)."""
        if name in FILMS:
            return await self._film(name), "video/mp4", NAMES[name]
        if name != "scan":
            raise Gone(f"expected one of the samples {', '.join(NAMES)}, found {name}")
        campaign, unit = await Chats(self._database).place(address)
        filled = await newest_print(self._database, campaign, unit)
        if filled is None:
            raise Gone(f"expected a form that was filled in for {unit or 'a unit'}, found none yet")
        try:
            return await asyncio.to_thread(stamped_page, filled, self._notices[campaign]), "image/jpeg", NAMES[name]
        except NoFont as wrong:
            raise Gone(str(wrong)) from None

    async def _film(self, name: str) -> bytes:
        path = self._folder / f"{name}.mp4"
        async with self._making[name]:
            if not path.exists():
                await _encode(name, path)
        return await asyncio.to_thread(path.read_bytes)


async def _encode(name: str, path: Path) -> None:
    size, seconds, sound = FILMS[name]
    half = path.with_suffix(".part.mp4")
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=f=330:beep_factor=4:d={seconds},volume=2"] if sound else []
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", "900k", "-maxrate", "1200k"]
    command = [_ffmpeg(), "-v", "error", "-y", *picture, *tone, *coded, "-bufsize", "2M", "-c:a", "aac", str(half)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            _, said = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise Gone(f"expected ffmpeg to make a sample, found: {said.decode(errors='replace')[-300:]}")
    half.replace(path)


def _ffmpeg() -> str:
    return shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()


def stamped_page(filled: Print, notice: Notice) -> bytes:
    """One page with a form's answers, a seal and its version code, as a JPEG. Raises `NoFont`."""
    form = notice.form(filled.form)
    path = str(cjk_font())
    title, text, small = (ImageFont.truetype(path, size) for size in (36, 24, 20))
    page = Image.new("RGB", _PAGE, "white")
    draw = ImageDraw.Draw(page)
    draw.text((_PAGE[0] / 2, _MARGIN), form.title, font=title, fill=_INK, anchor="ma")
    draw.text((_PAGE[0] / 2, _MARGIN + 56), _MARK, font=small, fill=_GREY, anchor="ma")
    top = _MARGIN + 110
    for field in form.fields:
        told = " ".join(readable(field, filled.answers.get(field.key)).split())[:120]
        for line in _wrapped(f"{field.label}：{told}", text):
            draw.text((_MARGIN, top), line, font=text, fill=_INK)
            top += 38
        top += 10
    _seal(page, (_PAGE[0] - 330, min(top + 170, _PAGE[1] - 420)), filled.unit or "演示单位", small)
    code = Image.open(io.BytesIO(qr_png(PREFIX + filled.code))).convert("RGB")
    page.paste(code, (_MARGIN, _PAGE[1] - _MARGIN - code.height))
    foot = f"版本码：{shown(filled.code)}"
    draw.text((_MARGIN + code.width + 20, _PAGE[1] - _MARGIN - 30), foot, font=small, fill=_INK)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=88, dpi=(150, 150))
    return out.getvalue()


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Text in lines as wide as the page."""
    lines, line = [], ""
    for char in text:
        if font.getlength(line + char) > _PAGE[0] - 2 * _MARGIN:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


def _seal(page: Image.Image, centre: tuple[int, int], unit: str, font: ImageFont.FreeTypeFont) -> None:
    """A round red seal with the unit's name along its edge, on its own layer so that what lies below shows."""
    side = 300
    layer = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    draw = ImageDraw.Draw(layer)
    ink = (*_RED, 215)
    draw.ellipse((6, 6, side - 6, side - 6), outline=ink, width=8)
    middle, radius = side / 2, side / 2 - 44
    star = [_on_circle(middle, 46 if point % 2 == 0 else 18, point * 36 - 90) for point in range(10)]
    draw.polygon(star, fill=ink)
    name = unit[:16]
    # As an engraver does it: the fewer letters, the larger and the further apart they are.
    wide, apart = min(34, 370 // max(1, len(name))), min(36, 250 / max(1, len(name)))
    letters = font.font_variant(size=wide)
    for place, char in enumerate(name):
        angle = -90 + (place - (len(name) - 1) / 2) * apart
        glyph = Image.new("RGBA", (52, 52), (255, 255, 255, 0))
        ImageDraw.Draw(glyph).text((26, 26), char, font=letters, fill=ink, anchor="mm")
        turned = glyph.rotate(-(angle + 90), resample=Image.Resampling.BICUBIC)
        left, top = _on_circle(middle, radius, angle)
        layer.alpha_composite(turned, (round(left - 26), round(top - 26)))
    draw.text((middle, side - 62), "演示专用章", font=font, fill=ink, anchor="mm")
    page.paste(layer, (centre[0] - side // 2, centre[1] - side // 2), layer)


def _on_circle(middle: float, radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return middle + radius * math.cos(angle), middle + radius * math.sin(angle)
