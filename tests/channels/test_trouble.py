"""Both platforms in trouble, with nobody killed: everybody reaches their receipt, and what comes twice says so."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.fakes import FakeClock, Silence
from bot.fakes.telegram import FakeTelegram
from bot.fakes.telegram_people import TelegramPerson
from bot.fakes.trouble import CALM, Trouble
from bot.fakes.wechat import FakeWeChat, Mishaps, WeChatPerson
from bot.handlers import telegram_door, telegram_post, wechat_post, wechat_post_outcome
from bot.handlers.wechat_post import AGAIN
from rules.instants import opening
from rules.people import Role
from tests.channels.town import Town, town
from tests.crash.channels_judge import lines_of

#: A unit for everybody: what a unit still owes is told to its people, and must not hang on a colleague's pace.
ON_TELEGRAM = ("莲湖区", "雁塔区", "西安市市场监督管理局")
ON_WECHAT = ("碑林区", "未央区", "西安市民政局")
LINES = (
    "李老师", "填报", "1", "张某某", "029-87650000", "xy@example.org", "莲湖路1号", "诚信菜市场", "3，9",
    "以信用分级管理带动食品安全。", "完成", *("市场里缺斤短两时有发生。", "完成") * 3, "跳过", "确认承诺", "1", "1",
)  # fmt: skip
PRESSED = ("跳过", "确认承诺", "发送")
NEWS = "请于周五前再报一个案例"
#: Seconds of the deployment that pass in one of the machine's: pauses and leases end while the test waits.
SPEED, TICK = 50, 0.02
#: How long somebody waits for an answer at most.
LONGEST = 40.0
_OPENING = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a run: the lines that everybody saw, how often they saw the admin's news, and what is kept."""

    lines: dict[str, tuple[Counter[str], Counter[str]]]
    news: dict[str, int]
    entries: int
    unsettled: int
    incidents: int
    violations: list[str]
    troubles: int


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests that the platforms did not ask for are measured by the machine's time; here they are short."""
    monkeypatch.setattr(telegram_door, "SHORTEST", 0.05)
    monkeypatch.setattr(telegram_door, "LONGEST", 0.2)
    monkeypatch.setattr(telegram_post, "SERVER_ERROR", 0.1)
    monkeypatch.setattr(telegram_post, "NO_CONNECTION", 0.1)
    monkeypatch.setattr(wechat_post, "_UNREACHED_SECONDS", 0.1)
    monkeypatch.setattr(wechat_post_outcome, "_BUSY_SECONDS", 0.1)
    monkeypatch.setattr(wechat_post_outcome, "_OURS_SECONDS", 0.1)


async def write(person: TelegramPerson, said: str, known: set[str]) -> None:
    """Say something in Telegram, or press what is offered once only; wait for an answer that is not known yet."""
    if said in PRESSED and said in person.labels:
        person.press(said)
    else:
        person.say(said)

    def answered() -> bool:
        texts = [each.text.removeprefix(AGAIN) for each in person.fresh]
        return not known.issuperset(texts)

    with contextlib.suppress(TimeoutError):  # the receipt is what counts; its test says what is missing
        async with asyncio.timeout(LONGEST):
            while not answered():
                await person.chat.change()
    known.update(each.text.removeprefix(AGAIN) for each in person.messages)


async def post(person: WeChatPerson, said: str, known: set[str]) -> None:
    """The same in WeChat."""
    await person.say(said)
    with contextlib.suppress(Silence):  # the receipt is what counts; its test says what is missing
        await person.heard(lambda one: one.text.removeprefix(AGAIN) not in known, timeout=LONGEST)
    known.update(text.removeprefix(AGAIN) for text in person.texts)


async def fill_in_telegram(place: Town, number: int, code: str) -> TelegramPerson:
    """One entry, from the invitation to the receipt."""
    person, known = place.telegram.person(number), set[str]()
    person.start(code)
    await person.heard("怎么称呼", seconds=LONGEST)
    known.update(each.text.removeprefix(AGAIN) for each in person.messages)
    for said in LINES:
        await write(person, said, known)
    return person


async def fill_in_wechat(place: Town, openid: str, code: str) -> WeChatPerson:
    """The same in WeChat."""
    person, known = place.wechat.person(openid, following=False), set[str]()
    await person.follow(code)
    await person.heard(lambda one: "怎么称呼" in one.text, timeout=LONGEST)
    known.update(text.removeprefix(AGAIN) for text in person.texts)
    for said in LINES:
        await post(person, said, known)
    return person


async def announce(place: Town) -> None:
    """An admin writes to everybody."""
    admin, known = place.telegram.person(99), set[str]()
    admin.start(await place.invite(Role.ADMIN))
    await admin.heard("怎么称呼", seconds=LONGEST)
    known.update(each.text.removeprefix(AGAIN) for each in admin.messages)
    for said in ("陈主任", "群发", "全部联络员", NEWS, "发送"):
        await write(admin, said, known)


@contextlib.asynccontextmanager
async def passing(*clocks: FakeClock) -> AsyncIterator[None]:
    """Time passes quickly until the block ends."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(TICK)
            for clock in clocks:
                clock.advance(timedelta(seconds=SPEED * TICK))

    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)


@contextlib.asynccontextmanager
async def opened(data: Path, telegram: FakeTelegram, wechat: FakeWeChat) -> AsyncIterator[Town]:
    """A town, opened while no other is: two migrations at once in one process get in each other's way."""
    async with contextlib.AsyncExitStack() as stack:
        async with _OPENING:
            place = await stack.enter_async_context(town(data, telegram=telegram, wechat=wechat))
        yield place


async def run(data: Path, telegram_trouble: Trouble = CALM, wechat_trouble: Trouble = CALM, **rates: float) -> Told:
    """Three people in each messenger fill in an entry, then everybody is written to; gives what came of it."""
    clock = FakeClock(opening("2024-03-01 10:00", "Asia/Shanghai"))
    telegram = FakeTelegram(limits=False, clock=clock, trouble=telegram_trouble)
    mishaps = Mishaps(rates, seed=wechat_trouble.seed, most=60)  # type: ignore[arg-type]  # the names of mishaps
    wechat = FakeWeChat(clock=clock, trouble=wechat_trouble, mishaps=mishaps)
    async with opened(data, telegram, wechat) as place, passing(clock, place.clock):
        codes = {unit: await place.invite(Role.LIAISON, unit) for unit in (*ON_TELEGRAM, *ON_WECHAT)}
        filling = [fill_in_telegram(place, 20 + number, codes[unit]) for number, unit in enumerate(ON_TELEGRAM)]
        posting = [fill_in_wechat(place, f"o-trouble-{number}", codes[unit]) for number, unit in enumerate(ON_WECHAT)]
        writers, posters = await asyncio.gather(asyncio.gather(*filling), asyncio.gather(*posting))
        await announce(place)
        unsettled = await quiet(data)
        await wechat.settled()
    texts = {f"{one.user['id']}": [each.text for each in one.messages] for one in writers}
    texts |= {one.openid: one.texts for one in posters}
    return Told(
        {who: lines_of(text for text in said if NEWS not in text) for who, said in texts.items()},
        {who: sum(NEWS in text for text in said) for who, said in texts.items()},
        kept(data, "SELECT count(*) FROM entries WHERE state = 'submitted'"), unsettled,
        kept(data, "SELECT count(*) FROM incidents"),
        [*(str(each) for each in telegram.violations), *wechat.violations],
        telegram.mischief.counts.total() + wechat.mischief.counts.total() + mishaps.counts.total(),
    )  # fmt: skip


async def quiet(folder: Path) -> int:
    """Wait until every message has found its end; gives how many have not."""
    left = 1
    with contextlib.suppress(TimeoutError):  # what is left then is counted
        async with asyncio.timeout(LONGEST):
            while left:
                await asyncio.sleep(TICK)
                left = kept(
                    folder, "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'unknown') AND why != 'superseded'"
                ) + kept(folder, "SELECT count(*) FROM broadcasts WHERE state = 'running'")
    return left


def kept(folder: Path, statement: str) -> int:
    """A number from the database."""
    with contextlib.closing(sqlite3.connect(folder / "xinshi.db")) as connection:
        return int(connection.execute(statement).fetchone()[0])


async def troubled(folder: Path, seed: int) -> Told:
    """A run with everything that can go wrong but WeChat's daily quota, after which it would wait for midnight."""
    common = Trouble(
        seed=seed, delay=0.05, broken=0.04, garbage=0.04, cut_before=0.04, cut_after=0.06, repeat=0.1, reorder=0.05,
        malformed=0.05, longest=0.05, most=80,
    )  # fmt: skip
    return await run(
        folder, replace(common, too_many=0.005), common, together=0.1, forge=0.1, replay=0.1, cut=0.1, expire=0.2
    )


async def test_everybody_reaches_their_receipt_whatever_goes_wrong(tmp_path: Path) -> None:
    seeds = (1, 2)
    calm, *all_told = await asyncio.gather(
        run(tmp_path / "calm"), *(troubled(tmp_path / f"trouble-{seed}", seed) for seed in seeds)
    )
    assert (calm.entries, calm.unsettled, calm.incidents, calm.violations, calm.troubles) == (6, 0, 0, [], 0)
    assert set(calm.news.values()) == {1}
    for seed, told in zip(seeds, all_told, strict=True):
        assert (told.entries, told.unsettled, told.incidents, told.violations) == (6, 0, 0, []), f"seed {seed}"
        assert told.troubles > 40, f"seed {seed}"
        assert set(told.news.values()) <= {0, 1}, f"seed {seed}: what goes to many comes once at most"
        for who, (plain, marked) in told.lines.items():
            wanted = calm.lines[who][0]
            assert (dict(plain - wanted), dict(wanted - plain - marked)) == ({}, {}), f"seed {seed}, {who}"
