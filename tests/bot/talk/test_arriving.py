"""Files and results: to the question that asks, to the conversation of their page, or to whoever decides about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.talk.fields import Wait
from bot.talk.flow import Filled, Flow, Handed
from bot.talk.handing import HandIn
from bot.talk.lines import Line, line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Resume, Scene
from bot.talk.session import State
from tests.bot.talk.room import Post, Room, asked


def _film(name: str) -> bool:
    return name.endswith(".mp4")


async def entry(talk: Talk) -> Ending:
    """A title, a film, its check; one that is bad is asked for again."""
    talk.title = await talk.ask("title", asked("title"))
    question = HandIn(text=line("film"), label="视频", hint=line("hint"), wanted=lambda file: _film(file.name))
    handed = await talk.ask("film", question)
    name = handed["files"][0]["name"]
    await talk.do(f"work/{name}", Post(name))
    facts = await talk.ask(f"check/{name}", Wait(text=line("checking"), topic="film"))
    if facts["bad"]:
        talk.say("bad", name=name)
        return Again(spent=("film", f"work/{name}", f"check/{name}"))
    await talk.ask("last", asked("last"))
    return None


def offered(scene: Scene, log: Log, file: File) -> Handed:
    """A film is taken at any time, anything else is put aside."""
    if not _film(file.name):
        return Handed(None, (line("aside", name=file.name),))
    handed = {"film": {"files": [{"name": file.name, "size": 1, "sha256": "00"}], "for": ""}}
    return Handed(Post(file.name), (line("early"),), handed, key=f"work/{file.name}")


def checked(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """The result of a check."""
    told = {"bad": facts["bad"]}
    return Filled({f"check/{facts['name']}": told}, (line("told", **told),), card=line("over"))


def progress(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Line | None:
    """How far it is."""
    return line("far", share=facts["share"]) if facts["share"] else None


MORE = {"on_file": offered, "on_inside": {"film": checked}, "on_progress": {"film": progress}}


async def letter(talk: Talk) -> Ending:
    """A file sent outside: it goes to the conversation whose number the flow was told."""
    files = tuple(File(each["name"], each["size"], each["sha256"]) for each in talk.facts["files"])
    return Resume(int(await talk.ask("which", asked("which"))), files)


def room(*texts: str) -> Room:
    made = Room(entry, more=MORE)
    for text in ("开始", *texts):
        made.say(text)
    return made


def test_a_file_the_question_takes_is_its_answer() -> None:
    place = room("题目")
    place.send("片.mp4", "说明.txt")
    assert (place.said, place.done) == (["engine.files_left", "checking"], [Post("片.mp4")])


def test_a_file_the_question_does_not_take_is_the_flows_to_decide() -> None:
    place = room("题目")
    place.send("说明.txt", "又一份.txt")
    assert place.said == ["engine.one_file", "aside", "film"]


def test_a_file_that_comes_early_is_an_answer_and_its_work_is_begun_once() -> None:
    place = room()
    place.send("片.mp4")
    assert (place.said, place.done) == (["early", "ask.title"], [Post("片.mp4")])
    place.say("题目")
    assert (place.said, place.done) == (["checking"], [Post("片.mp4")])


def test_a_result_the_flow_waits_for_is_told_by_the_flow_alone() -> None:
    place = room("题目")
    place.send("片.mp4")
    place.inside(place.session.id, "film", name="片.mp4", bad=False)
    assert place.said == ["ask.last"]
    assert place.reply.card == (line("over"), f"{place.messages}")


def test_a_result_that_comes_elsewhere_is_told_by_its_door() -> None:
    place = room()
    place.send("片.mp4")
    place.inside(place.session.id, "film", name="片.mp4", bad=False)
    assert place.said == ["told", "ask.title"]
    number = place.session.id
    place.say("暂停")
    place.inside(number, "film", name="另一部.mp4", bad=True)
    assert (place.said, place.reply.offers) == (["told"], ("继续", "菜单"))


def test_what_is_spent_is_asked_anew_without_its_old_answer_and_its_work_is_done_again() -> None:
    place = room("题目")
    for _ in range(2):
        place.send("片.mp4")
        place.inside(place.session.id, "film", name="片.mp4", bad=True)
        assert (place.said, place.labels, place.reply.quiet) == (["bad"], [], True)
    assert place.done == [Post("片.mp4")] * 2


def test_progress_is_no_answer_and_shows_on_a_card_of_its_own() -> None:
    place = room("题目")
    place.send("片.mp4")
    rows = place.session.log.seq
    for share, card in ((0, None), (40, line("far", share=40))):
        place.inside(place.session.id, "film", progress=True, share=share)
        shown = place.reply.card
        assert ((shown and shown[0]), place.reply.prompt, place.reply.lines) == (card, None, [])
    assert place.session.log.seq == rows


def test_progress_for_a_conversation_that_is_over_is_not_told() -> None:
    place = room("题目")
    place.send("片.mp4")
    number = place.session.id
    place.say("取消")
    place.press("yes")
    place.inside(number, "film", progress=True, share=40)
    assert (place.reply.card, place.reply.lines) == (None, [])
    place.inside(number, "film", name="片.mp4", bad=False)
    assert place.said == ["engine.left_behind"]


@pytest.mark.parametrize("away", [("暂停",), ("暂停", "菜单"), ("开始", "别的题目")])
def test_files_of_a_page_go_to_their_conversation_wherever_the_person_is(away: tuple[str, ...]) -> None:
    place = room("题目")
    page, number = f"{place.session.id}/film", place.session.id
    for text in away:
        place.say(text)
    place.hear(files=(File("片.mp4", 1, "00"),), bound=page, origin="page")
    aside = ["engine.parked_aside"] if away[0] == "开始" else []
    assert place.said == [*aside, "engine.back_to", "checking"]
    assert (place.session.id, place.done) == (number, [Post("片.mp4")])
    assert [each.state for each in place.stored.values()].count(State.ACTIVE) == 1


def test_files_of_a_page_whose_step_is_past_are_the_flows_to_decide() -> None:
    place = room("题目")
    page = f"{place.session.id}/film"
    place.send("片.mp4")
    place.inside(place.session.id, "film", name="片.mp4", bad=False)
    place.hear(files=(File("说明.txt", 1, "00"),), bound=page, origin="page")
    assert place.said == ["aside", "ask.last"]


def test_files_of_another_questions_page_do_not_answer_the_open_one() -> None:
    place = room("题目")
    place.hear(files=(File("片.mp4", 1, "00"),), bound=f"{place.session.id}/pictures", origin="page")
    assert place.said == ["early", "checking"]


@pytest.mark.parametrize("page", ["x/film", "/film", "²/film", "99999999999999999999/film", "12345/film"])
def test_files_of_a_page_that_is_nobodys_change_nothing(page: str) -> None:
    place = room("题目")
    place.hear(files=(File("片.mp4", 1, "00"),), bound=page, origin="page")
    assert (place.said, place.done) == (["engine.question_gone", "film"], [])


def test_a_file_sent_outside_is_handed_on_to_the_conversation_it_is_for() -> None:
    place = Room(entry, more=MORE, others=(Flow("letter", letter),))
    for text in ("开始", "题目"):
        place.say(text)
    number = place.session.id
    place.say("暂停")
    place.send("片.mp4")
    place.say(f"{number}")
    assert (place.said, place.done, place.session.id) == (["checking"], [Post("片.mp4")], number)
