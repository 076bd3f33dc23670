"""Draws a filled annex as a scanner sees it: table, text, footer with version code, seals, and what looks like one."""

from __future__ import annotations

import io
import math
from functools import cache
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from documents.qr import PREFIX, qr_png
from media.fonts import NoFont, cjk_font
from rules.codes import shown

#: Width and height of A4 in millimetres, and how finely pages are drawn.
A4 = (210, 297)
DPI = 200
MM = DPI / 25.4
RED = (205, 38, 44)
TEXT = (
    "为进一步推进社会信用体系建设，我单位围绕群众反映强烈的问题，建立信用档案，实行分级分类监管，一年来投诉量由一百二十六起下降到三十一起，"
    "办理时间由七天缩短到两天，群众满意度明显提升。主要做法包括统一归集信用信息、公开信用承诺、开展联合激励、引导第三方机构参与评价等。"
)


def has_font() -> bool:
    """Whether this machine can draw Chinese."""
    try:
        cjk_font()
    except NoFont:
        return False
    return True


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font in a size of pixels; of a collection the Simplified face, where it has one at the usual place."""
    path = cjk_font()
    return ImageFont.truetype(str(path), size, index=2 if "CJK" in path.name and path.suffix == ".ttc" else 0)


def mm(x: float, y: float) -> tuple[int, int]:
    """A place on the page in pixels."""
    return round(x * MM), round(y * MM)


def along(length: float) -> int:
    """A length in pixels."""
    return round(length * MM)


def page(
    code: str = "7K3F9QZ2MX", *, dice: Random | None = None, text: bool = True, title: str = "申报表"
) -> Image.Image:
    """One page of a filled form, without a seal. `code` "" leaves the footer out."""
    dice = dice or Random(1)
    image = Image.new("RGB", mm(*A4), "white")
    draw = ImageDraw.Draw(image)
    if text:
        draw.text(mm(70, 22), f"某市信用案例{title}", "black", font(46))
        top = 40.0
        for label in ("申报单位", "联系人", "案例题目", "案例特色"):
            draw.rectangle((*mm(20, top), *mm(55, top + 12)), outline="black", width=2)
            draw.rectangle((*mm(55, top), *mm(190, top + 12)), outline="black", width=2)
            draw.text(mm(24, top + 3), label, "black", font(32))
            draw.text(mm(58, top + 3), TEXT[dice.randrange(60) :][:18], "black", font(30))
            top += 12
        draw.rectangle((*mm(20, top), *mm(190, 215)), outline="black", width=2)
        for line in range(13):
            start = dice.randrange(40)
            draw.text(mm(26, top + 6 + 8 * line), (TEXT + TEXT)[start : start + 34], "black", font(31))
        draw.rectangle((*mm(20, 215), *mm(190, 268)), outline="black", width=2)
        draw.text(mm(24, 236), "单位意见", "black", font(32))
        draw.text(mm(60, 220), "同意报送。本单位承诺对材料的真实性、有效性负责。", "black", font(30))
        draw.text(mm(130, 245), "（盖章）", "black", font(32))
        draw.text(mm(122, 255), "2024年4月12日", "black", font(32))
    if code:
        draw.text(mm(140, 281), f"版本码 {shown(code)}", (128, 128, 128), font(22))
        symbol = Image.open(io.BytesIO(qr_png(PREFIX + code))).convert("RGB")
        image.paste(symbol.resize(mm(12, 12), Image.Resampling.LANCZOS), mm(178, 277))
    return image


def seal(diameter: float, *, dice: Random, name: str = "某市某某区市场监督管理局") -> Image.Image:
    """A round seal as ink, 0 to 255: ring, star, the name along the ring; a stamp is never quite even."""
    side = round(diameter * MM * 3)
    ink = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(ink)
    draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=round(side * 1.2 / diameter))
    half, size = side / 2, round(side * 0.13)
    star = [(half + half * 0.26 * r * math.sin(a), half - half * 0.26 * r * math.cos(a)) for r, a in _star()]
    draw.polygon(star, fill=255)
    for place, letter in enumerate(name):
        angle = -125 + 250 * place / max(1, len(name) - 1)
        tile = Image.new("L", (size, size), 0)
        ImageDraw.Draw(tile).text((size / 2, size / 2), letter, 255, font(round(size * 0.86)), anchor="mm")
        tile = tile.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        x = half + half * 0.76 * math.sin(math.radians(angle)) - tile.width / 2
        y = half - half * 0.76 * math.cos(math.radians(angle)) - tile.height / 2
        ink.paste(255, (round(x), round(y)), tile)
    ink = ink.resize((round(diameter * MM),) * 2, Image.Resampling.LANCZOS)
    worn = _wear(ink.size, dice)
    return ImageChops.multiply(ink.rotate(dice.uniform(-25, 25), Image.Resampling.BICUBIC), worn)


def _star() -> list[tuple[float, float]]:
    return [(1.0 if point % 2 == 0 else 0.382, point * math.pi / 5) for point in range(10)]


def _wear(size: tuple[int, int], dice: Random) -> Image.Image:
    """Ink that came off unevenly: coarse patches and fine grain."""
    numbers = np.random.default_rng(dice.randrange(1 << 30))
    coarse = Image.fromarray(numbers.integers(150, 256, (6, 6), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    fine = Image.fromarray(numbers.integers(170, 256, (size[1], size[0]), dtype=np.uint8))
    return ImageChops.multiply(coarse, fine)


def inked(image: Image.Image, ink: Image.Image, at: tuple[int, int], colour: tuple[int, int, int] = RED) -> Image.Image:
    """The page with ink upon it, centred at `at`; black letters below shine through."""
    layer = Image.new("L", image.size, 0)
    layer.paste(ink, (at[0] - ink.width // 2, at[1] - ink.height // 2))
    return Image.composite(ImageChops.multiply(image, Image.new("RGB", image.size, colour)), image, layer)


def stamped(image: Image.Image, dice: Random, *, diameter: float | None = None) -> Image.Image:
    """The page with a seal over the date of its opinion."""
    wide = diameter or dice.choice((38, 40, 42, 42, 45))
    colour = dice.choice((RED, (190, 30, 60), (225, 80, 70), (214, 60, 80), (170, 30, 34)))
    x, y = mm(dice.uniform(125, 158), dice.uniform(236, 254))
    return inked(image, seal(wide, dice=dice), (x, y), colour)


def letterhead(image: Image.Image, dice: Random) -> Image.Image:
    """A red letterhead with its red lines."""
    draw = ImageDraw.Draw(image)
    size = dice.choice((70, 90, 110))
    draw.text((image.width / 2, along(14)), "某市人民政府办公室文件", (220, 20, 30), font(size), anchor="mm")
    for top in (32, 33.6)[: dice.choice((1, 2))]:
        draw.line((*mm(20, top), *mm(190, top)), (220, 20, 30), 5)
    if dice.random() < 0.5:
        draw.line((*mm(20, 274), *mm(190, 274)), (220, 20, 30), 4)
    return image


def emblem(image: Image.Image, dice: Random) -> Image.Image:
    """A round red emblem above the title: a filled disc with a golden star."""
    draw = ImageDraw.Draw(image)
    (x, y), half = mm(dice.uniform(90, 120), 20), along(dice.uniform(11, 19))
    draw.ellipse((x - half, y - half, x + half, y + half), fill=(214, 24, 30))
    draw.polygon(
        [(x + half * 0.5 * r * math.sin(a), y - half * 0.5 * r * math.cos(a)) for r, a in _star()], (250, 210, 60)
    )
    return image


def signature(image: Image.Image, dice: Random) -> Image.Image:
    """A signature in red ink."""
    draw = ImageDraw.Draw(image)
    x, y = mm(dice.uniform(110, 140), dice.uniform(240, 255))
    for _ in range(dice.randint(3, 5)):
        knots = [(x + dice.uniform(0, 260), y + dice.uniform(-90, 90)) for _ in range(4)]
        draw.line([_bezier(knots, step / 40) for step in range(41)], RED, dice.choice((4, 6, 8)), joint="curve")
    return image


def circled(image: Image.Image, dice: Random) -> Image.Image:
    """Something circled by hand with a red pen, as reviewers do."""
    draw = ImageDraw.Draw(image)
    (x, y), half = mm(dice.uniform(60, 150), dice.uniform(60, 250)), along(dice.uniform(16, 24))
    waves = [(dice.uniform(-0.06, 0.06), dice.uniform(0, 6.28)) for _ in range(4)]
    flat = dice.uniform(0.5, 0.95)
    line = []
    for step in range(121):
        angle = step / 120 * math.tau * 1.05
        reach = half * (1 + sum(size * math.cos((n + 2) * angle + turn) for n, (size, turn) in enumerate(waves)))
        line.append((x + reach * math.cos(angle), y + flat * reach * math.sin(angle)))
    draw.line(line, RED, dice.choice((4, 6)), joint="curve")
    return image


def name_seal(image: Image.Image, dice: Random) -> Image.Image:
    """A square name seal, as a person has."""
    draw = ImageDraw.Draw(image)
    (x, y), half = mm(dice.uniform(120, 150), dice.uniform(240, 255)), along(dice.uniform(7, 10))
    draw.rectangle((x - half, y - half, x + half, y + half), outline=RED, width=6)
    for place, letter in enumerate("王小明印"):
        at = (x + half * (0.45 if place < 2 else -0.45), y + half * (-0.45 if place % 2 == 0 else 0.45))
        draw.text(at, letter, RED, font(half), anchor="mm")
    return image


def red_words(image: Image.Image, dice: Random) -> Image.Image:
    """Remarks typed in red, and a red frame around a cell."""
    draw = ImageDraw.Draw(image)
    for line in range(dice.randint(2, 6)):
        draw.text(mm(60, 150 + 9 * line), TEXT[dice.randrange(50) :][:22], (230, 0, 18), font(34))
    draw.rectangle((*mm(20, 215), *mm(190, 268)), outline=(230, 0, 18), width=4)
    return image


#: What is red and no seal.
DISTRACTIONS = (letterhead, emblem, signature, circled, name_seal, red_words)


def _bezier(knots: list[tuple[float, float]], t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return (
        sum(weight * x for weight, (x, _) in zip(weights, knots, strict=True)),
        sum(weight * y for weight, (_, y) in zip(weights, knots, strict=True)),
    )
