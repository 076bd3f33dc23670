"""Tests of the stream of new messages: what it sends, where it resumes, and when it ends."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx

from bot.talk.messages import Outgoing
from tests.web.fakes import settings
from tests.web.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a browser sees it."""

    kind: str
    data: dict[str, Any]
    id: str = ""


def events(body: str) -> list[Event]:
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "event" in fields:
            found.append(Event(fields["event"], json.loads(fields["data"]), fields.get("id", "")))
    return found


async def entered(**changes: Any) -> Visitor:
    """Somebody in a chat whose streams end after a moment, so that a test can read them to the end."""
    visitor = Visitor(config=settings(**{"stream_life": 0.15, "heartbeat": 0.05} | changes))
    await visitor.enter()
    return visitor


def ids(answer: httpx.Response) -> list[str]:
    return [event.id for event in events(answer.text) if event.kind == "message"]


async def test_a_stream_begins_after_the_message_the_page_ends_with() -> None:
    visitor = await entered()
    pushed = [visitor.world.push(visitor.address, Outgoing(f"第{number}条")) for number in range(3)]
    answer = await visitor.get("/chat/events", params={"after": str(pushed[0].id)})
    assert ids(answer) == [str(pushed[1].id), str(pushed[2].id)]
    first = events(answer.text)[0]
    assert first.data["id"] == str(pushed[1].id)
    assert "<p>第1条</p>" in first.data["html"]


async def test_a_stream_taken_up_again_goes_by_the_last_event_it_saw() -> None:
    visitor = await entered()
    pushed = [visitor.world.push(visitor.address, Outgoing(f"第{number}条")) for number in range(3)]
    answer = await visitor.get("/chat/events?after=0", headers={"last-event-id": str(pushed[1].id)})
    assert ids(answer) == [str(pushed[2].id)]


async def test_nonsense_for_an_id_means_from_the_beginning() -> None:
    visitor = await entered()
    for nonsense in ("-1", "x", "٣", "1" * 30, ""):
        answer = await visitor.get(
            "/chat/events", params={"after": nonsense}, headers={"last-event-id": nonsense.encode()}
        )
        assert len(ids(answer)) == 2


async def test_news_come_while_the_stream_is_open_and_are_told_once() -> None:
    visitor = await entered(heartbeat=5.0, stream_life=0.2)
    reading = asyncio.ensure_future(visitor.http.get("/chat/events", params={"after": str(2**62)}))
    await asyncio.sleep(0.02)
    assert not reading.done()
    reading.cancel()
    after = visitor.world.talks[visitor.address][-1].id
    reading = asyncio.ensure_future(visitor.http.get("/chat/events", params={"after": str(after)}))
    for number in range(2):
        await asyncio.sleep(0.05)
        visitor.world.push(visitor.address, Outgoing(f"第{number}条"))
    await asyncio.sleep(0.15)
    visitor.world.push(visitor.address, Outgoing("最后一条"))
    found = events((await asyncio.wait_for(reading, 2)).text)
    assert [event.kind for event in found] == ["message", "state"] * 3
    assert [len(event.id) for event in found] == [16, 0] * 3


async def test_the_state_names_the_open_question() -> None:
    visitor = await entered()
    answer = await visitor.get("/chat/events?after=0")
    state = next(event for event in events(answer.text) if event.kind == "state")
    assert state.data == {"open": [str(visitor.world.talks[visitor.address][-1].id)], "now": "3月1日（周五）10:00"}


async def test_silence_is_filled_with_the_time() -> None:
    visitor = await entered()
    answer = await visitor.get("/chat/events", params={"after": str(2**62)})
    found = events(answer.text)
    assert {event.kind for event in found} == {"tick"}
    assert found[0].data == {"now": "3月1日（周五）10:00"}
    assert 2 <= len(found) <= 4


async def test_proxies_are_told_not_to_hold_it_back() -> None:
    visitor = await entered()
    headers = (await visitor.get("/chat/events")).headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (headers["x-accel-buffering"], headers["cache-control"]) == ("no", "no-store")


async def test_nobody_hears_what_is_said_to_another() -> None:
    visitor = await entered()
    other = Visitor(visitor.world, app=visitor.app)
    await other.enter("OTHER23456")
    visitor.world.push(visitor.address_of(0), Outgoing("只给第一位"))
    assert "只给第一位" not in (await other.get("/chat/events?after=0")).text
    assert "只给第一位" in (await visitor.get("/chat/events?after=0")).text


async def test_too_many_streams_end_the_oldest() -> None:
    visitor = await entered(streams_per_guest=2, stream_life=30.0)
    readings = []
    for _ in range(3):
        readings.append(asyncio.ensure_future(visitor.http.get("/chat/events")))
        await asyncio.sleep(0.01)
    done, waiting = await asyncio.wait(readings, timeout=0.3)
    assert (done, len(waiting)) == ({readings[0]}, 2)
    for reading in waiting:
        reading.cancel()
    await asyncio.wait(waiting)
