"""The quiz played in chat: the window, ten questions, a break, the packet, what was wrong, what organisers see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot.flows.quiz_pick import pick
from bot.talk.fields import Took
from bot.talk.messages import Incoming
from rules.deeds_quiz import FillPool
from rules.instants import micros, opening
from rules.notice import Notice
from rules.packets import Pool
from rules.quiz_paper import Asked
from storage.moments import Moment
from storage.registry import DEEDS
from storage.tables import log
from storage.tables_quiz import quiz_attempts
from tests.flows.conftest import ZONE, Opens, Play, Player

QUIZ = "hongze-quiz-2020"


def key_of(play: Play, shown: str) -> str:
    """The right option of the question that stands last in a message."""
    for question in play.app.house.banks[QUIZ].values():
        if f"{question.text}" in shown:
            return question.options[question.key]
    raise LookupError(shown)


async def answer(play: Play, player: Player, *, right: bool, seconds: float = 5) -> str:
    """Answer the open question, rightly or wrongly."""
    key = key_of(play, player.text)
    play.clock.advance(timedelta(seconds=seconds))
    return await player.say(next(label for label in player.choices if (label[3:] == key) == right))


async def attempt(play: Play, player: Player, right: int) -> str:
    """A whole attempt with so many right answers; gives the result card."""
    for place in range(10):
        await answer(play, player, right=place < right)
    return player.text


async def filled(play: Play, pool: Pool) -> None:
    async with play.app.database.write() as connection:
        moment = Moment(connection, micros(play.clock.now()), play.app.numbers)
        await DEEDS[FillPool](moment, FillPool(QUIZ, pool, micros(opening("2020-07-08 00:00", ZONE)), 0))


def changed(**more: Any) -> Any:
    """The notice with other settings of its quiz."""

    def variant(notice: Notice) -> Notice:
        assert notice.quiz is not None, "hongze has a quiz"
        return replace(notice, quiz=replace(notice.quiz, **more))

    return variant


async def test_before_the_opening_there_is_a_countdown_and_at_midnight_it_begins(play: Opens) -> None:
    async with play(QUIZ, "2020-07-07 23:59:58") as quiz:
        li = await quiz.liaison("区财政局")
        said = await li.say("答题")
        assert "7月8日（周三）00:00 开始答题，还有 2 秒" in said
        quiz.at("2020-07-08 00:00:00")
        assert "每次随机 10 道单选题，答对 5 题及以上" in await li.say("答题")
        assert li.choices == ["开始答题", "换一个单位", "先不答"]


async def test_ten_questions_a_break_and_the_packet(play: Opens) -> None:
    async with play(QUIZ, "2020-07-07 20:00") as quiz:
        await filled(quiz, Pool(376, 2))
        quiz.at("2020-07-08 08:00")
        li = await quiz.liaison("区财政局")
        assert "红包还有 2 个" in await li.say("答题")
        first = await li.say("开始答题")
        assert first.startswith("第 1/10 题")
        for place in range(4):
            await answer(quiz, li, right=True)
            assert f"第 {place + 2}/10 题" in li.text
        at_five = li.text
        await li.say("返回")
        assert li.text.endswith(at_five)
        await li.say("菜单")
        assert await li.say("答题") == at_five
        for place in range(6):
            await answer(quiz, li, right=place < 2)
        result, _, wrong = li.text.partition("答错的题：")
        assert "答对 6/10 题，合格" in result
        assert "获得红包" in result
        assert wrong.count("您选：") == 4
        await li.say("答题")
        assert "已完成 1 次，最好一次答对 6 题" in li.text
        await li.say("开始答题")
        assert "红包每人限领一个，您已经领过了" in await attempt(quiz, li, 10)


async def test_a_quiz_that_ends_with_its_packets_opens_no_attempt_any_more_and_finishes_those_begun(
    play: Opens,
) -> None:
    def ends(notice: Notice) -> Notice:
        assert notice.quiz is not None, "hongze has a quiz"
        return replace(notice, quiz=replace(notice.quiz, packets=replace(notice.quiz.packets, when_gone="close")))

    async with play(QUIZ, "2020-07-07 20:00", ends) as quiz:
        await filled(quiz, Pool(188, 1))
        quiz.at("2020-07-08 08:00")
        first, second = await quiz.liaison("区财政局"), await quiz.liaison("区税务局")
        await second.all("答题", "开始答题")
        await answer(quiz, second, right=True)
        await first.all("答题", "开始答题")
        assert "获得红包" in await attempt(quiz, first, 10)
        assert "的红包已经全部领完，按通知答题到此结束" in await first.say("答题")
        assert "您一共完成 1 次，最好一次答对 10 题，获得红包 1.88 元。" in first.text
        for _ in range(8):
            await answer(quiz, second, right=True)
        assert (await second.say("答题")).startswith("第 10/10 题")


async def test_a_stranger_plays_as_one_of_the_public_or_for_a_unit_found_by_a_part_of_its_name(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 08:00") as quiz:
        public, clerk = quiz.stranger("路人"), quiz.stranger("职工")
        assert "代表单位参加，还是以个人身份参加" in await public.say("答题")
        assert "您以个人身份参加" in await public.say("以个人身份")
        await public.say("开始答题")
        assert "还差 1 题合格" in await attempt(quiz, public, 4)
        await clerk.all("答题", "代表单位", "没有这家")
        assert "参加单位的名单里没有找到“没有这家”" in clerk.text and clerk.choices == ["以个人身份"]
        await clerk.all("区", "都不是，重新发", "洪泽供电")
        assert "“洪泽供电”可能是这几个，请选一个" in clerk.text
        await clerk.say("1")
        assert "您代表：" in clerk.text
        await clerk.say("开始答题")
        await attempt(quiz, clerk, 5)
        admin = await quiz.admin()
        said = await admin.say("答题情况")
        assert "2 人完成 2 次，合格 1 次。" in said
        assert "· 以个人身份：1 人，1 次" in said
        assert "1/" in said and "家有人参加，1 人，1 次" in said
        assert "没有建红包池" in said


async def test_who_ends_after_midnight_has_played_in_vain_and_hears_so(play: Opens) -> None:
    async with play(QUIZ, "2020-07-14 23:59:00") as quiz:
        li = await quiz.liaison("区财政局")
        await li.all("答题", "开始答题")
        for _ in range(9):
            await answer(quiz, li, right=True, seconds=1)
        quiz.at("2020-07-14 24:00")
        said = await answer(quiz, li, right=True, seconds=0)
        assert "本次无效" in said
        assert "已于 7月14日（周二）24:00 结束" in await li.say("答题")


async def test_time_for_each_question_and_explanations_after_each_by_setting(play: Opens) -> None:
    settings = changed(seconds=30, explain="each", daily=1)
    async with play(QUIZ, "2020-07-08 08:00", settings) as quiz:
        li = await quiz.liaison("区财政局")
        await li.all("答题", "开始答题")
        assert "第 1/10 题（30 秒）" in li.text
        assert "答对了。" in await answer(quiz, li, right=True, seconds=30)
        said = await answer(quiz, li, right=True, seconds=30.5)
        assert "上一题超过了 30 秒，按答错计。" in said
        assert "答错了，正确答案：" in said
        for _ in range(8):
            await answer(quiz, li, right=True)
        assert "答对 9/10 题，合格" in li.text
        await li.all("答题", "开始答题")
        assert "每人每天最多答 1 次，您今天已经答满了" in li.text


async def test_a_letter_is_an_answer_too(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 08:00") as quiz:
        li = await quiz.liaison("区财政局")
        await li.all("答题", "开始答题")
        letter = next(label[0] for label in li.choices if label[3:] == key_of(quiz, li.text))
        assert "第 2/10 题" in await li.say(letter.lower())
        async with quiz.app.database.read() as connection:
            kept = (await connection.execute(select(log.c.value).where(log.c.kind == "deed"))).scalars().all()
        assert any('"right":true' in value for value in kept)


async def test_a_question_that_the_mended_bank_lost_is_left_out_of_a_running_attempt(play: Opens) -> None:
    async with play(QUIZ, "2020-07-08 08:00") as quiz:
        li = await quiz.liaison("区财政局")
        await li.all("答题", "开始答题")
        async with quiz.app.database.read() as connection:
            codes = orjson.loads((await connection.execute(select(quiz_attempts.c.codes))).scalar_one())
        kept = {code: each for code, each in quiz.app.house.banks[QUIZ].items() if code != codes[9]}
        quiz.app.house.banks = {QUIZ: kept}
        await answer(quiz, li, right=True)
        assert li.text.startswith("第 2/9 题")
        for place in range(8):
            await answer(quiz, li, right=place < 3)
        assert "答对 4/9 题，合格" in li.text


def heard(options: tuple[str, ...], typed: str) -> object:
    """The option that is meant, or what is asked back."""
    asked = pick(Asked("q", "哪一个？", options, 0), 0, 10, seconds=None)
    outcome = asked.hear((), Incoming("web", "1", "1", opening("2020-07-08", ZONE), typed))
    return options[int(outcome.value)] if isinstance(outcome, Took) else outcome.lines[0].key


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1", "1"), ("9", "9"), ("５", "5"), ("A", "9"), ("d", "1"), ("C. 7", "7"), ("3", "7"), ("4", "1"),
     ("8", "play.pick"), ("E", "play.pick"), ("", "play.pick")],
)  # fmt: skip
def test_a_digit_that_is_an_option_means_the_option_and_any_other_its_place(typed: str, expected: str) -> None:
    assert heard(("9", "5", "7", "1"), typed) == expected


def test_a_letter_that_is_an_option_of_another_place_is_asked_about() -> None:
    letters = ("M", "I", "A", "H")
    typed = ("A", "1", "3", "B", "M", "A. M", "c", "选C", "第三个", "我选 d 项", "选A")
    assert [heard(letters, each) for each in typed] == [
        "play.twice", "M", "A", "I", "M", "M", "A", "A", "A", "H", "play.twice",
    ]  # fmt: skip
    assert heard(("A", "M"), "a") == "A"


@pytest.mark.parametrize("word", ["答题", "quiz"])
async def test_without_a_quiz_the_word_says_so(play: Opens, word: str) -> None:
    async with play("xian-2024", "2024-03-01 08:00") as xian:
        li = await xian.liaison("碑林区")
        assert "现在没有知识竞赛" in await li.say("答题" if word == "答题" else "/quiz")
