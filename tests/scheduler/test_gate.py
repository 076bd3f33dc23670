"""The last gate: what the notice forbids for now goes out by no channel, is recorded once, and admins hear of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot import campaigns
from bot.reply import worded
from bot.talk.messages import Attachment, Outgoing
from bot.wording import house_wording
from rules.embargo import Embargo
from rules.instants import from_micros
from scheduler.gate import Gate
from scheduler.planned import PlannedBroadcasts
from storage.audit import Audit
from storage.letters import outgoing_of
from storage.tables import outbox, seats
from storage.tables_post import broadcasts
from tests.scheduler.conftest import Post
from tests.storage.world import DAY, NOW

CAMPAIGN = "hongze-quiz-2020"
RULE = Embargo("quiz", "答题链接", from_micros(NOW + DAY), "八4", links=("quiz.example.org",))
NOTICES = {
    CAMPAIGN: replace(campaigns.load(Path(__file__).parents[2] / "campaigns", CAMPAIGN), embargoes=(RULE,)),
}


@pytest.fixture
def gate(office: Post) -> Gate:
    return Gate(office.world.database, NOTICES, office.world.numbers, office.clock)


@pytest.mark.parametrize(
    ("outgoing", "campaign", "stays"),
    [
        (Outgoing("答题：quiz.example.org/1"), CAMPAIGN, True),
        (Outgoing("海报", attachment=Attachment("file", "ab", "quiz.example.org.png")), CAMPAIGN, True),
        (Outgoing("请做好宣传"), CAMPAIGN, False),
        (Outgoing("答题：quiz.example.org/1"), "", False),
        (Outgoing("答题：quiz.example.org/1"), "xian-2024", False),
    ],
)
async def test_it_holds_what_gives_it_away(gate: Gate, outgoing: Outgoing, campaign: str, *, stays: bool) -> None:
    assert await gate.holds(outgoing, campaign) is stays


async def test_from_the_instant_on_it_holds_nothing(gate: Gate, office: Post) -> None:
    office.clock.move(from_micros(NOW + DAY))
    assert not await gate.holds(Outgoing("quiz.example.org"), CAMPAIGN)


async def test_the_same_to_many_is_recorded_and_told_once(gate: Gate, office: Post) -> None:
    admin = await office.somebody("telegram:9")
    async with office.world.database.write() as connection:
        await connection.execute(insert(seats).values(id=1, person=admin, campaign=CAMPAIGN, role="admin"))
    assert [await gate.holds(Outgoing("quiz.example.org"), CAMPAIGN) for _ in range(3)] == [True] * 3
    acts = await Audit(office.world.database).acts()
    assert [(act.command, act.what["during"]) for act in acts] == [("embargo", "outbox")]
    async with office.world.database.read() as connection:
        bodies = list((await connection.execute(select(outbox.c.body))).scalars())
    [notice] = [worded(outgoing_of(body), house_wording(), "telegram").text for body in bodies]
    assert notice.startswith("有一条待发的消息含有“答题链接”")


async def test_what_could_not_be_recorded_is_recorded_and_told_at_the_next_try(
    gate: Gate, office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr("scheduler.gate.tell_admins", away)
        with pytest.raises(ConnectionError):
            await gate.holds(Outgoing("quiz.example.org"), CAMPAIGN)
    assert await Audit(office.world.database).acts() == []
    assert [await gate.holds(Outgoing("quiz.example.org"), CAMPAIGN) for _ in range(2)] == [True] * 2
    assert len(await Audit(office.world.database).acts()) == 1


async def test_a_message_that_is_held_is_dead_with_its_reason_and_no_sender_sees_it(gate: Gate, office: Post) -> None:
    person = await office.somebody("telegram:1")
    said = ("quiz.example.org", "请做好宣传")
    await office.put("telegram:1", *said, kind="notice", person=person, campaign=CAMPAIGN)
    await office.settled(office.open(gate=gate))
    assert office.telegram.texts == ["请做好宣传"]
    assert await office.rows("state", "why") == [("dead", "embargo.in_outbox"), ("sent", "")]


@pytest.mark.parametrize(
    ("text", "enclosed", "state"),
    [
        ("quiz.example.org", "[]", "cancelled"),
        ("请看", '["海报.png","ab",["quiz"]]', "cancelled"),
        ("请看", '["海报.png","ab",[]]', "running"),
        ("请看", "[]", "running"),
    ],
)
async def test_a_planned_message_is_judged_again_at_its_instant(
    office: Post, text: str, enclosed: str, state: str
) -> None:
    author = await office.somebody("telegram:9")
    audience = '{"role":"admin","classes":[],"units":[],"state":"","track":""}'
    plan = f'{{"title":"t","people":[{author}],"audience":{audience},"enclosed":{enclosed}}}'
    async with office.world.database.write() as connection:
        await connection.execute(insert(seats).values(id=1, person=author, campaign=CAMPAIGN, role="admin"))
        row = {"id": 5, "campaign": CAMPAIGN, "by": author, "text": text, "state": "planned", "due": NOW, "plan": plan}
        await connection.execute(insert(broadcasts).values(row))
    await PlannedBroadcasts(office.world.database, NOTICES, office.world.numbers, office.clock).tick()
    assert await office.world.rows(broadcasts, "state") == [(state,)]
    kinds = [row[0] for row in await office.world.rows(outbox, "kind")]
    assert kinds == (["notice"] if state == "cancelled" else ["broadcast"])
