"""What is played of each notice: when, by how many units, with which works, and how the organiser decides.

Of a notice's own facts (slots, weights, criteria, chains) nothing stands here: the program takes them from its file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path

from bot.app import ROOT
from documents.sheet_reading import read_sheet
from rules.notice import Notice
from rules.roster import read_roster

SUBJECTS = (
    "菜市场 物业 家政 养老 校园 医保 工地 旅游 餐饮 出租房 快递 电商 药店 图书馆 停车 二手车 装修 驾校 体育场 影院 "
    "食堂 公园 供水 燃气 热力 公交 港口 种子 农资 温室 苗木 屠宰 水产 茶园 渔港 林场 矿山 化工 印染 轴承 机床 模具"
).split()


@dataclass(frozen=True, slots=True)
class Works:
    """How many works of a track are handed in, and what is answered to certain fields, in turn."""

    track: str
    count: int
    given: Sequence[Mapping[str, tuple[str, ...]]] = ({},)


@dataclass(frozen=True, slots=True)
class Script:
    """One notice as it is played. Instants are Chinese time, in the order of the fields."""

    campaign: str
    works: tuple[Works, ...]
    reports: str
    screens: str
    prepares: str
    opens: str
    restarts: str
    closes: str
    awards: str
    ends: str
    publishes: str
    #: The public vote: when admins set it, when people come, and from when on it is over; () where there is none.
    public: tuple[str, ...] = ()
    #: From when until when it is open, where the notice has no stage for it.
    window: tuple[str, ...] = ()
    #: The place in the classes of the roster from which units are taken, and how many.
    units: int = 24
    #: Units that the sample roster has too few of: class → names, each with the unit above ("" for none).
    more: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    #: How many are given of each prize that the notice leaves open, by the beginning of its label.
    slots: Mapping[str, int] = field(default_factory=dict)
    #: How many units are given each prize for organising.
    organisers: int = 2
    #: Units that screen what others hand in, lowest level first, and the place of the one with a selection of its own.
    levels: tuple[tuple[str, ...], ...] = ()
    straight: int = -1
    #: What the refused work breaks.
    clause: str = ""


SCRIPTS = {
    "xian-2024": Script(
        "xian-2024",
        (
            Works("信用案例", 20),
            Works("信用短视频", 8, [{"category": (each,)} for each in ("剧情类", "纪实类", "动画类")]),
        ),
        reports="2024-04-10 09:00", screens="2024-04-24 09:00", prepares="2024-04-28 09:00",
        public=("2024-04-29 15:00", "2024-05-06 09:00", "2024-07-01 00:00"),
        opens="2024-06-10 09:00", restarts="2024-06-14 09:00", closes="2024-06-20 17:00",
        awards="2024-07-01 10:00", ends="2024-07-08 24:00", publishes="2024-07-09 09:00",
        slots={"典型案例": 6, "优秀短视频": 3}, clause="二（一）",
    ),
    "weifang-2023": Script(
        "weifang-2023", (Works("文字案例", 24), Works("视频案例", 23)),
        reports="2023-08-20 09:00", screens="2023-08-31 09:00", prepares="2023-09-04 09:00",
        public=("2023-09-04 15:00", "2023-09-06 09:00", "2023-09-11 00:00"),
        opens="2023-09-10 09:00", restarts="2023-09-12 09:00", closes="2023-09-13 17:00",
        awards="2023-09-14 10:00", ends="2023-09-20 24:00", publishes="2023-09-21 09:00",
        clause="五1",
    ),
    "xinhua-2021": Script(
        "xinhua-2021",
        (
            Works("信用案例", 14, [{"theme": (each,)} for each in ("1", "3", "5", "7")]),
            Works("信用应用场景微视频", 12, [{"category": (each,)} for each in ("剧情类", "纪实类", "动画类")]),
        ),
        reports="2021-10-18 09:00", screens="2021-10-21 09:00", prepares="2021-10-26 09:00",
        public=("2021-10-26 15:00", "2021-10-28 09:00", "2021-11-04 00:00"),
        window=("2021-10-27 09:00", "2021-11-03 24:00"),
        opens="2021-11-01 09:00", restarts="2021-11-03 09:00", closes="2021-11-05 17:00",
        awards="2021-11-08 10:00", ends="2021-11-15 24:00", publishes="2021-11-16 09:00",
        levels=(("杭州市", "西安市", "潍坊市"), ("浙江省", "陕西省", "山东省")), straight=4,
        more={"申报单位": [
            (f"{city}{name}信用中心", f"{city}社会信用体系建设牵头部门")
            for city, name in (
                ("杭州市", "上城区"), ("杭州市", "余杭区"), ("西安市", "碑林区"), ("西安市", "雁塔区"),
                ("潍坊市", "奎文区"), ("潍坊市", "寒亭区"),
            )
        ]},
        slots={"典型信用案例": 2, "剧情类": 1, "纪实类": 2, "动画类": 1, "最佳原创剧本": 1}, clause="二（二）2",
    ),
    "industry-2024": Script(
        "industry-2024", (Works("短视频", 42, [{"theme": (each,)} for each in ("1", "2", "3")]),),
        reports="2024-07-20 09:00", screens="2024-08-05 09:00", prepares="2024-08-12 09:00",
        opens="2024-08-20 09:00", restarts="2024-08-24 09:00", closes="2024-08-30 17:00",
        awards="2024-09-02 10:00", ends="2024-09-09 24:00", publishes="2024-09-10 09:00",
        more={
            "工业企业": [(f"{place}{trade}示例有限公司", "") for place, trade in zip(
                ("东岭", "西原", "南浦", "北辰", "松江", "柳河", "梅溪", "竹海", "兰台", "菊山"),
                ("轴承", "铸造", "电机", "机器人", "风电", "光伏", "锂电", "船舶", "轨道", "航材"), strict=True,
            )],
            "个人": [("周示例", ""), ("吴示例", ""), ("郑示例", "")],
        },
        slots={"最佳": 1, "优秀奖": 4}, clause="七（一）",
    ),
}  # fmt: skip


def small(script: Script, count: int = 6) -> Script:
    """The same with few works, for a play of seconds."""
    return replace(script, units=count, works=tuple(replace(each, count=count) for each in script.works))


def roster_of(script: Script, notice: Notice, folder: Path) -> tuple[Path, list[str]]:
    """The sample roster, longer where it has too few units; gives its path and the names of those who take part."""
    path = folder / "roster.csv"
    rows = (ROOT / "campaigns" / f"{notice.id}.roster.csv").read_text("utf-8").splitlines()
    wide = rows[0].count(",") + 1
    rows += [
        ",".join([name, "", "", label, above, *[""] * (wide - 5)])
        for label, names in script.more.items()
        for name, above in names
    ]
    path.write_text("\n".join(rows), "utf-8")
    classes = {klass.key: klass.label for klass in notice.classes}
    names = [row.name for row in read_roster(read_sheet(path), classes).rows]
    # Those at the end of a roster are often of another class: some of both ends take part.
    half = script.units // 2
    return path, names if len(names) <= script.units else [*names[:half], *names[-half:]]


def shared_out(works: Works, units: Sequence[str], first: int) -> list[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
    """Which unit hands in which work, with what it answers."""
    subjects = islice(cycle(SUBJECTS), first, first + works.count)
    owners, given = islice(cycle(units), first, None), cycle(works.given)
    noun = "一分钟看懂" if "视频" in works.track else "信用管理进"
    return [
        (unit, f"{noun}{subject}", answers) for unit, subject, answers in zip(owners, subjects, given, strict=False)
    ]
