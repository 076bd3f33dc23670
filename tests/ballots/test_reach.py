"""An admin hears which experts and scrutineers their messenger has not given the notice to, so that somebody phones."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from bot.fakes import Person, bare
from storage.tables import outbox
from tests.ballots.hall import Hall, hall, put_in
from tests.ballots.staging import peopled
from tests.ballots.test_round import SCORES, SCRUTINEERS

CLOSES = "2024-05-20 17:00"


async def hold(here: Hall, *people: Person) -> None:
    """What was said to these people last waits for them, as after 48 hours without a word in WeChat."""
    mine = outbox.c.address.in_([f"{each.channel}:{each.address}" for each in people])
    async with here.app.database.write() as connection:
        await connection.execute(update(outbox).where(mine, outbox.c.kind == "notice").values(state="held"))


async def test_whoever_was_not_reached_is_named_until_they_are(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        await put_in(here, ["碑林区", "未央区"])
        await peopled(here, 5)
        admin, people = here.people["管理员"], here.people
        await here.tell(admin, "评审", "没审完的也一起评", *SCORES, CLOSES, "过半数")
        for name in SCRUTINEERS:
            await admin.press(next(each for each in admin.choices if each.startswith(f"{name}（")))
        await admin.press("准备这一轮")
        await hold(here, people["专家2"])
        assert "通知还没有送到：专家2。请打电话" in bare(await here.tell(admin, "评审"))
        await here.shares((await here.newest()).key, SCRUTINEERS)
        await here.tell(admin, "评审", "开始投票", "开始投票")
        assert "没有送到" not in await here.tell(admin, "评审"), "they know by now that they hold shares"
        await hold(here, people["专家3"], people["专家5"])
        assert "开始投票的通知还没有送到：专家3、专家5。" in bare(await here.tell(admin, "评审"))
        await here.tell(admin, "提醒还没投的")
        assert "正在提醒还没投票的 5 位专家" in admin.text
        here.at(f"{CLOSES}:01")
        assert "没有送到" not in await here.tell(admin, "评审")
