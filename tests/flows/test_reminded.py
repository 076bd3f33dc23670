"""What stands below a reminder: going on with the draft, peace for today, a colleague, a task that is done."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import outbox
from tests.flows.conftest import Opens, Play, Player
from tests.flows.variants import form_only


async def reminded(play: Play, player: Player) -> None:
    """Let the program do what is due, and show it to somebody."""
    await play.app.reminding.act()
    await player.news()


async def test_a_reminder_its_buttons_and_what_they_do(play: Opens) -> None:
    async with play("xian-2024", "2024-03-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "信用案例", "张三")
        await liaison.say("暂停")
        xian.forget()
        xian.at("2024-04-17 08:00")
        await reminded(xian, liaison)
        await liaison.press("接着填")
        xian.stage("截止前一天")
        xian.at("2024-04-23 08:00")
        await reminded(xian, liaison)
        await liaison.press("今天不再提醒")
        xian.stage("截止前两小时，今天说过不再提醒")
        xian.at("2024-04-23 20:50")
        await xian.app.reminding.act()
        await liaison.press("换人负责")
        await liaison.press("给同事发邀请码")
        await liaison.all("换人负责", "1")
        await liaison.all("换人负责", "先不用")
        xian.matches("reminded")


async def test_typed_words_do_the_same_where_there_are_no_buttons(play: Opens) -> None:
    async with play("xian-2024", "2024-04-22 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("填报", "信用案例", "张三", "暂停")
        assert "联系电话" in await liaison.say("接着填")
        assert await liaison.say("今天不再提醒") == (
            "“信用案例（未命名）”已替您存为草稿（停在“联系电话”），随时发“继续”接着填。\n"
            "好的，今天不再提醒您。明天 08:00 以后如果还有没完成的，再告诉您。"
        )


async def test_the_invited_colleague_speaks_for_the_same_unit(play: Opens) -> None:
    async with play("xian-2024", "2024-04-01 10:00", form_only) as xian:
        liaison = await xian.liaison("碑林区")
        await liaison.all("换人负责", "1")
        code = next(word for word in liaison.text.split() if len(word) == 11 and word[5] == "-")
        colleague = xian.stranger("赵老师")
        assert "碑林区" in await colleague.say(f"/start {code}")
        await colleague.say("赵老师")
        xian.at("2024-04-17 08:00")
        await xian.app.reminding.act()
        assert "贵单位还差：案例 3 个（要求不少于 3 个，已报 0 个）。" in await colleague.news()


async def test_who_asked_for_peace_is_left_in_peace_and_the_others_are_not(play: Opens) -> None:
    async with play("xian-2024", "2024-04-17 07:00", form_only) as xian:
        liaison, other = await xian.liaison("碑林区"), await xian.liaison("碑林区", "赵老师")
        await liaison.say("今天不再提醒")
        xian.at("2024-04-17 08:00")
        await xian.app.reminding.act()
        assert await reminded_so_far(xian) == [f"fake:{other.address}"]


async def reminded_so_far(play: Play) -> list[str]:
    """The addresses of all reminders written so far."""
    async with play.app.database.read() as connection:
        found = select(outbox.c.address).where(outbox.c.kind == "reminder").order_by(outbox.c.id)
        return list((await connection.execute(found)).scalars())


async def test_a_task_is_said_to_be_done_and_nobody_hears_of_it_again(play: Opens) -> None:
    async with play("hongze-quiz-2020", "2020-07-02 10:00") as quiz:
        liaison = await quiz.liaison("各镇（街道）")
        quiz.forget()
        quiz.at("2020-07-03 18:00")
        await reminded(quiz, liaison)
        await liaison.press("已经办好")
        await liaison.say("1")
        await liaison.all("已经办好", "都还没有")
        quiz.at("2020-07-06 08:00")
        await quiz.app.reminding.act()
        assert len(await reminded_so_far(quiz)) == 1
        quiz.matches("reminded_task")


async def test_an_admin_has_no_such_words(play: Opens) -> None:
    async with play("xian-2024", "2024-04-17 07:00", form_only) as xian:
        admin = await xian.admin()
        for word in ("/mute", "/handover", "/done"):
            assert "联络员" in await admin.say(word)
