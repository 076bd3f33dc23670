"""What is played of a notice: when, by how many units, with which works, and how the organiser decides.

Of a notice's own facts (slots, weights, criteria, chains) nothing stands here: the program takes them from its file.
Five notices have a script of their own; that of any other follows from it (`rehearsal/scripting.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Works:
    """What is answered to certain fields of a track's works, in turn."""

    track: str
    given: Sequence[Mapping[str, tuple[str, ...]]] = ({},)


@dataclass(frozen=True, slots=True)
class Script:
    """One notice as it is played. Instants are those of its zone, in the order of the fields; "" where there is none.

    Screening begins, experts are invited, their round opens, the program is stopped and started again, the round
    closes, its ranking is published and prizes are given, 公示 ends, the results are published. At `publishes` all is
    over.
    """

    campaign: str
    works: tuple[Works, ...]
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
    #: How many units a whole rehearsal has, at most.
    units: int = 80
    #: Whether the sample roster is made longer by invented units where it has fewer.
    grows: bool = True
    #: The city of invented units, and whether some of them are under a unit of the roster.
    city: str = ""
    below: bool = False
    #: Units that the sample roster has too few of: class → names, each with the unit above ("" for none).
    more: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    #: How many are given of each prize that the notice leaves open, by the beginning of its label.
    slots: Mapping[str, int] = field(default_factory=dict)
    #: How many units are given each prize for organising.
    organisers: int = 2
    #: When units screen what those below them handed in, and which of them takes one straight from its own selection.
    heads: tuple[str, ...] = ()
    straight: str = ""
    #: Whether the objection to a prize is found to be right.
    upheld: bool = False
    #: What the refused work breaks.
    clause: str = ""


SCRIPTS = {
    "xian-2024": Script(
        "xian-2024",
        (
            Works("信用案例"),
            Works("信用短视频", [{"category": (each,)} for each in ("剧情类", "纪实类", "动画类")]),
        ),
        screens="2024-04-24 09:00", prepares="2024-04-28 09:00",
        public=("2024-04-29 15:00", "2024-05-06 09:00", "2024-07-01 00:00"),
        opens="2024-06-10 09:00", restarts="2024-06-14 09:00", closes="2024-06-20 17:00",
        awards="2024-07-01 10:00", ends="2024-07-08 24:00", publishes="2024-07-09 09:00",
        slots={"典型案例": 6, "优秀短视频": 3}, clause="二（一）", city="西安市", below=True,
    ),
    "weifang-2023": Script(
        "weifang-2023", (Works("文字案例"), Works("视频案例")),
        screens="2023-08-31 09:00", prepares="2023-09-04 09:00",
        public=("2023-09-04 15:00", "2023-09-06 09:00", "2023-09-11 00:00"),
        opens="2023-09-10 09:00", restarts="2023-09-12 09:00", closes="2023-09-13 17:00",
        awards="2023-09-14 10:00", ends="2023-09-20 24:00", publishes="2023-09-21 09:00",
        clause="五1", city="潍坊市", below=True, upheld=True,
    ),
    "xinhua-2021": Script(
        "xinhua-2021",
        (
            Works("信用案例", [{"theme": (each,)} for each in ("1", "3", "5", "7")]),
            Works("信用应用场景微视频", [{"category": (each,)} for each in ("剧情类", "纪实类", "动画类")]),
        ),
        screens="2021-10-27 09:00", prepares="2021-10-27 15:00",
        public=("2021-10-27 16:00", "2021-10-28 09:00", "2021-11-04 00:00"),
        window=("2021-10-28 08:00", "2021-11-03 24:00"),
        opens="2021-11-01 09:00", restarts="2021-11-03 09:00", closes="2021-11-05 17:00",
        awards="2021-11-08 10:00", ends="2021-11-15 24:00", publishes="2021-11-16 09:00",
        heads=("2021-10-21 09:00", "2021-10-25 10:00"), straight="陕西省社会信用体系建设牵头部门",
        more={"申报单位": [
            (f"{city}{name}信用中心", f"{city}社会信用体系建设牵头部门")
            for city, name in (
                ("杭州市", "上城区"), ("杭州市", "余杭区"), ("西安市", "碑林区"), ("西安市", "雁塔区"),
                ("潍坊市", "奎文区"), ("潍坊市", "寒亭区"),
            )
        ]},
        slots={"典型信用案例": 2, "剧情类": 1, "纪实类": 2, "动画类": 1, "最佳原创剧本": 1}, clause="二（二）2",
        units=49,
    ),
    "industry-2024": Script(
        "industry-2024", (Works("短视频", [{"theme": (each,)} for each in ("1", "2", "3")]),),
        screens="2024-08-05 09:00", prepares="2024-08-12 09:00",
        opens="2024-08-20 09:00", restarts="2024-08-24 09:00", closes="2024-08-30 17:00",
        awards="2024-09-02 10:00", ends="2024-09-09 24:00", publishes="2024-09-10 09:00",
        more={
            "工业企业": [(f"{place}{trade}示例有限公司", "") for place, trade in zip(
                ("东岭", "西原", "南浦", "北辰", "松江", "柳河", "梅溪", "竹海", "兰台", "菊山"),
                ("轴承", "铸造", "电机", "机器人", "风电", "光伏", "锂电", "船舶", "轨道", "航材"), strict=True,
            )],
            "个人": [("周示例", ""), ("吴示例", ""), ("郑示例", "")],
        },
        slots={"最佳": 1, "优秀奖": 4}, clause="七（一）", units=60,
    ),
}  # fmt: skip
