"""docs/trials.md tells what a liaison reads of each fault in each notice, word for word as the program says it.

After a change made on purpose, write it anew with `XINSHI_WRITE_TRANSCRIPTS=1`, and read every difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bot.talk.messages import BOLD, PLAIN
from bot.wording import house_wording
from rules.film import FilmRule, Size
from rules.film_defects import unreadable
from rules.film_judge import judge
from rules.findings import Finding
from rules.measured import Measured, Stretch, Whole
from rules.scan_judge import Printed
from rules.scan_judge import judge as judge_scan
from rules.scans import Page, Scan, Source
from scheduler.scans import asked_of
from tests.campaigns.shipped import notice
from tests.rules.test_film_judge import GOOD
from tests.rules.test_scan_judge import BLANK, CODE, OLD, PDF, PHOTO, STRANGE, printed
from tests.rules.test_scan_judge import GOOD as PAGE

DOC = Path(__file__).parents[2] / "docs" / "trials.md"
BEGIN = "<!-- the tables below are under test -->\n"
SIGNS = {"refuse": "✗", "hold": "◇", "warn": "△", "note": "·"}
NOTICES = ("xinhua-2021", "xian-2024", "weifang-2023", "industry-2024")
WIDE, TALL = Size(1920, 1080), Size(1080, 1920)
#: A film that is wrong in every notice: its size, and bounds that no notice has.
SMALL = Size(640, 480)


def film(seconds: int, shown: Size, **more: Any) -> Measured:
    """A film that was decoded to its end, and lacks nothing but what is said."""
    length = Fraction(seconds)
    whole = replace(Whole(length, seconds * 25, loudness=Fraction(-20)), **more.pop("whole", {}))
    told = {"seconds": length, "picture_seconds": length, "sound_seconds": length, "coded": shown, "shown": shown}
    return replace(GOOD, whole=whole, **{**told, **more})


def faults(rule: FilmRule, campaign: str) -> Iterator[tuple[str, Measured]]:
    """What can be wrong with a film by a notice's own rule."""
    length, fits = rule.durations[0], TALL if campaign == "xian-2024" else WIDE
    fine = int(length.shortest) + 10
    other = TALL if fits == WIDE else WIDE
    yield "4:3", film(fine, Size(1440, 1080))
    yield "另一个方向", film(fine, other)
    yield "旋转标记", film(fine, other, coded=fits, rotation=90)
    yield "720P", film(fine, Size(1280, 720) if fits == WIDE else Size(720, 1280))
    yield "比 1080P 大", film(fine, Size(7680, 4320) if fits == WIDE else Size(2160, 3840))
    yield "太短", film(int(length.shortest) - 20, fits)
    yield "太长", film(int(length.longest) + 15, fits)
    yield "mkv", film(fine, fits, container="mkv")
    yield "mkv 改名 .mp4", film(fine, fits, container="mkv")
    yield "处处都错", film(20, SMALL, container="wmv", sound_codec="", sound_seconds=None, whole={"loudness": None})


def defects() -> Iterator[tuple[str, Finding]]:
    """What can be wrong with a film whatever the notice asks; the rule is the first notice's."""
    piece = (Stretch(Fraction(65), Fraction(85)),)
    rule = rule_of("xinhua-2021")
    cases: Mapping[str, Measured] = {
        "没有声音": film(130, WIDE, sound_codec="", sound_seconds=None, whole={"loudness": None}),
        "没有传完": film(130, WIDE, size=30 << 20, missing=20 << 20),
        "放不到头": film(130, WIDE, whole={"seconds": Fraction(70)}),
        "画面损坏": film(130, WIDE, whole={"spoiled": 400}),
        "中间黑屏": film(130, WIDE, whole={"black": piece}),
        "画面停住": film(130, WIDE, whole={"frozen": piece}),
        "中间静音": film(130, WIDE, whole={"silent": piece}),
        "全片静音": film(130, WIDE, whole={"silent": (Stretch(Fraction(0), Fraction(130)),)}),
        "声音很小": film(130, WIDE, whole={"loudness": Fraction(-50)}),
    }
    yield from ((what, finding) for what, measured in cases.items() for finding in judge(rule, measured))
    for what, reason in (
        ("空文件", "empty"), ("播放列表", "playlist"), ("图片改名", "picture"), ("压缩包改名", "archive"),
        ("文档改名", "document"), ("只有声音", "audio"), ("认不出", "unknown"), ("打不开", "broken"),
    ):  # fmt: skip
        yield what, unreadable(reason, {})
    yield "没有传完，打不开", unreadable("incomplete", {"size": 30 << 20, "missing": 20 << 20})


def scans() -> Iterator[tuple[str, Finding]]:
    """What can be wrong with a stamped scan; the package is that of xian-2024."""
    shipped = notice("xian-2024")
    old = printed(OLD, form="case", unit="碑林区", at="4月12日（周五）14:20", number="XA-A0001", version=1)
    now = printed(CODE, form="case", unit="碑林区", at="4月15日（周一）09:05", number="XA-A0001", version=2)
    known: dict[str, Printed] = {CODE: now, OLD: old, STRANGE: replace(old, code=STRANGE, unit="雁塔区")}
    asked = asked_of(shipped, "case", code=CODE, pages=1, prints=known)
    cases: Mapping[str, Callable[[], Scan]] = {
        "旧版本盖章": lambda: pages(replace(PAGE, symbols=(f"XS1:{OLD}",))),
        "别的单位的表": lambda: pages(replace(PAGE, symbols=(f"XS1:{STRANGE}",))),
        "别处的版本码": lambda: pages(replace(PAGE, symbols=("XS1:0000000009",))),
        "没拍到页脚": lambda: pages(replace(PAGE, symbols=())),
        "没认出印章": lambda: pages(replace(PAGE, seals=())),
        "黑白扫描": lambda: pages(replace(PAGE, seals=(), coloured=0.0)),
        "模糊": lambda: pages(replace(PAGE, sharpness=0.05)),
        "太暗": lambda: pages(replace(PAGE, white=0.2)),
        "缩略图": lambda: pages(replace(PAGE, pixels=700)),
        "歪 6 度": lambda: pages(replace(PAGE, lean=6.0)),
        "倒着": lambda: pages(replace(PAGE, turn=180)),
        "空白": lambda: pages(BLANK),
        "多一页": lambda: pages(PAGE, PAGE),
        "Word": lambda: unread("office", "申报表.docx"),
        "苹果照片": lambda: unread("heif", "IMG_0001.HEIC"),
        "有密码": lambda: unread("locked", "盖章.pdf"),
        "损坏": lambda: unread("broken", "盖章.pdf"),
        "压缩包": lambda: unread("packed", "盖章.zip"),
    }
    yield from ((what, finding) for what, made in cases.items() for finding in judge_scan(made(), asked))


def pages(*found: Page) -> Scan:
    """A PDF of these pages."""
    return Scan((replace(PDF, pages=len(found)),), found)


def unread(why: str, name: str) -> Scan:
    """A file that cannot be read, for this reason."""
    source: Source = replace(PHOTO, name=name, why=why)
    return Scan((source,))


def rule_of(campaign: str) -> FilmRule:
    """What a notice asks of its films."""
    rule = notice(campaign).track("video").film
    assert rule is not None
    return rule


def said(finding: Finding) -> str:
    """A finding as it is read, on one line."""
    text = house_wording().text(finding.key, **finding.facts)
    return f"{SIGNS[finding.verdict]} {' '.join(text.replace(BOLD, '').replace(PLAIN, '').split())}"


def rows() -> Iterator[str]:
    """The tables, line by line."""
    yield from ("## Films, by the notice's rule", "| notice | fault | what is said |", "|---|---|---|")
    for campaign in NOTICES:
        rule = rule_of(campaign)
        for what, measured in faults(rule, campaign):
            name = "作品.mp4" if "改名" in what or measured.container == "mp4" else f"作品.{measured.container}"
            told = [said(each) for each in judge(rule, measured, name=name)] or ["· 可以报送，没有提醒"]
            yield f"| {campaign} | {what} | {'<br>'.join(told)} |"
    yield from ("", "## Films, whatever the notice", "| fault | what is said |", "|---|---|")
    yield from (f"| {what} | {said(finding)} |" for what, finding in defects())
    yield from ("", "## Stamped scans, in xian-2024", "| fault | what is said |", "|---|---|")
    yield from (f"| {what} | {said(finding)} |" for what, finding in scans())


def test_the_tables_of_refusals_are_what_is_said_today() -> None:
    told = "\n".join(rows()) + "\n"
    before, _, tables = DOC.read_text("utf-8").partition(BEGIN)
    if os.environ.get("XINSHI_WRITE_TRANSCRIPTS") == "1":
        DOC.write_text(f"{before}{BEGIN}{told}", "utf-8")
    else:
        assert tables == told


def test_every_refusal_by_a_notice_names_its_clause_and_no_two_faults_are_told_alike() -> None:
    for campaign in NOTICES:
        rule = rule_of(campaign)
        told = {what: judge(rule, measured, name="作品.mp4") for what, measured in faults(rule, campaign)}
        refusals = [each for found in told.values() for each in found if each.verdict == "refuse"]
        assert refusals and all("《通知》" in said(each) for each in refusals)
        assert len(told["处处都错"]) >= 3
