"""The load all contestants of `bench.turns` carry: one form of ten questions, the same answers, the same crowd."""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from rules.answers import Faulty, read_answer
from rules.forms import Field

_THEMES = ("信用监管", "信用惠民", "诚信文化", "政务诚信")
_CLAUSE = "测速"
FIELDS = (
    Field("unit", "申报单位", "line", _CLAUSE, hint="请写单位全称。", limit=60),
    Field("person", "联系人", "line", _CLAUSE, hint="请写联系人姓名。", limit=20),
    Field("phone", "联系电话", "phone", _CLAUSE, hint="手机，或带区号的座机。"),
    Field("email", "邮箱", "email", _CLAUSE, hint="请写收得到回信的邮箱。"),
    Field("address", "单位地址", "line", _CLAUSE, hint="请写到门牌号。", limit=80),
    Field("title", "案例题目", "line", _CLAUSE, hint="请写题目，不超过 50 字。", limit=50),
    Field("theme", "案例主题", "boxes", _CLAUSE, hint="请选一项。", options=_THEMES),
    Field("since", "开始日期", "date", _CLAUSE, hint="例如 2023年5月1日。"),
    Field("reach", "覆盖人数", "number", _CLAUSE, hint="请写一个数。"),
    Field("feature", "案例特色或亮点", "line", _CLAUSE, hint="不超过 200 字。", limit=200),
)
ANSWERS = (
    "示例市信用信息中心",
    "张示例",
    "13800138000",
    "liaison@example.org",
    "示例市示例区示例路 8 号",
    "“一码通”让守信者处处便利",
    "信用惠民",
    "2023-05-01",
    "120000",
    "把散在十二个部门的信用信息归到一处，守信的市民凭一码借书、乘车、看病先享后付；" * 3,
)
QUESTIONS = tuple(f"{field.label}：{field.hint}" for field in FIELDS)
THANKS = "收到，谢谢。"
START = "/start"
#: What one person sends, in order.
SCRIPT = (START, *ANSWERS)

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Figures:
    """Messages per second, and the time from handing a message over to its answer: median and 99 of 100, in ms."""

    rate: float
    p50_ms: float
    p99_ms: float


def judge(step: int, text: str) -> str:
    """What every contestant does with an answer: the form's own check. The text to keep; an unfit one ends the run."""
    read = read_answer(FIELDS[step], text)
    if isinstance(read, Faulty):
        raise ValueError(f"expected a fitting answer to {FIELDS[step].key}, found {text!r}; check bench/load.py")
    return text


def crowd(people: int) -> Iterator[tuple[int, int, str]]:
    """(message, person, text) of everybody, everybody's first message first: a person waits for all others."""
    for step, text in enumerate(SCRIPT):
        for person in range(people):
            yield step * people + person + 1, person + 1, text


async def drive(messages: Sequence[Message], waiting: int, process: Callable[[Message], Awaitable[object]]) -> Figures:
    """Has `waiting` messages under way at any time until all are answered.

    A contestant that never waits for anything answers each message within its hand-over, so its times are short
    whatever `waiting` is; compare rates across contestants, and times only with those that wait for the disk.
    """
    took: list[float] = []
    queue = iter(messages)

    async def feed() -> None:
        for message in queue:
            began = perf_counter()
            await process(message)
            took.append(perf_counter() - began)

    gc.collect()
    began = perf_counter()
    await asyncio.gather(*(feed() for _ in range(waiting)))
    return summarise(took, perf_counter() - began)


def summarise(took: list[float], whole: float) -> Figures:
    """Figures of single times and the time for all, both in seconds."""
    took.sort()
    return Figures(len(took) / whole, took[len(took) // 2] * 1000, took[math.ceil(len(took) * 0.99) - 1] * 1000)
