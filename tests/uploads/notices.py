"""The collecting notices as they are played: a unit, an instant within the collection, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

from tests.uploads.films import TALL, WIDE, Bounds

Steps = tuple[tuple[str, ...], ...]
DIGEST = "一位摊主坚持足斤足两，赢得街坊信任，市场也因此立起了诚信的牌子。"
INTRODUCTION = "影片用纪实的手法，记录一个菜市场怎样用信用积分改变买卖双方的习惯。" * 8


@dataclass(frozen=True, slots=True)
class Played:
    """`form` leads from the menu to the question for the film; `change` alters one answer once the form is printed."""

    notice: str
    unit: str
    start: str
    bounds: Bounds
    form: Steps
    promises: tuple[str, ...]
    change: Steps
    ending: str = "mp4"
    seal: str = "示例市某某区发展和改革局"

    @property
    def seconds(self) -> int:
        """How long its film is: one that fits as many notices as it can."""
        return 190 if self.bounds.size == WIDE else 130

    @property
    def room(self) -> str:
        """The folder of its wrong films, shared with the notices that ask for the same."""
        return f"{self.bounds.size}-{self.bounds.shortest}-{self.bounds.longest}"


def _long(text: str) -> Steps:
    return ("say", text), ("press", "完成")


_WORKS: Steps = (
    ("say", "诚信菜市场"), ("say", "王导"), ("say", "示例影视工作室"), ("say", "张老师 029-12345678"),
    ("press", "跳过"), *_long(DIGEST), *_long(INTRODUCTION),
)  # fmt: skip
_REACHED: Steps = (
    ("say", "张老师"), ("say", "0536-1234567"), ("say", "xinyong@example.cn"), ("say", "示例路 1 号"),
)  # fmt: skip

NOTICES = (
    Played(
        "xinhua-2021",
        "北京",
        "2021-10-20 10:00",
        Bounds(WIDE, 120, 300, TALL),
        (("press", "信用应用场景微视频"), *_WORKS, ("tick", "纪实类"), ("press", "跳过")),
        ("逐条确认",),
        (("press", "修改一项"), ("press", "导演"), ("say", "李导")),
    ),
    Played(
        "xian-2024",
        "西安市市场监督管理局",
        "2024-04-20 10:00",
        Bounds(TALL, 120, 300, WIDE),
        (("press", "信用短视频"), *_WORKS, ("tick", "纪实类"), ("press", "跳过")),
        ("逐条确认", "确认承诺"),
        (("press", "修改一项"), ("press", "导演"), ("say", "李导")),
    ),
    Played(
        "weifang-2023",
        "奎文区",
        "2023-08-20 10:00",
        Bounds(WIDE, 180, 300, TALL),
        (
            ("press", "视频案例"), ("say", "诚信菜市场"), *_REACHED, ("tick", "守信激励典型"), *_long(DIGEST),
            *_long(INTRODUCTION),
        ),
        ("逐条确认", "确认承诺"),
        (("press", "修改一项"), ("press", "联系人"), ("say", "李老师")),
        "mov",
    ),
    Played(
        "industry-2024",
        "远山重工示例有限公司",
        "2024-07-20 10:00",
        Bounds(TALL, 60, 480, "1080x1080"),
        (
            ("say", "诚信菜市场"), ("tick", "数智赋能"), ("press", "跳过"), *_REACHED,
            *_long("导演：王导\n摄像：张老师"), *_long(INTRODUCTION), ("press", "跳过"),
        ),
        ("逐条确认", "确认承诺", "全部同意"),
        (("press", "修改一项"), ("press", "联系人"), ("say", "李老师")),
    ),
)  # fmt: skip
