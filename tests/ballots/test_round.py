"""A secret round from preparation to 核对, through chat and pages: one expert recused, one silent, one interrupted."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from rules.deeds_ballot import BallotRound
from rules.people import Role
from rules.recount import recount
from storage.audit import Audit
from tests.ballots.hall import Hall, hall, put_in

UNITS = ["碑林区", "西安市教育局", "西安市公安局", "未央区", "西安市司法局", "西安市民政局"]
SCRUTINEERS = ("专家1", "专家2", "管理员")


def filled(page: str, seed: int) -> dict[str, str]:
    """A level for every row of a paper."""
    dice = random.Random(seed)
    return {name: str(dice.randint(1, 10)) for name in dict.fromkeys(re.findall(r'name="(m\d+\.\d+)"', page))}


SCORES = ("评分（1–10 分）（通知的办法）", "全部计入")


async def prepared(
    here: Hall, experts: int = 11, *, kind: tuple[str, ...] = SCORES, phones: int = 0, track: str = "case"
) -> tuple[BallotRound, dict[str, str]]:
    """A round that is open: works, experts (the third declared one), scrutineers with their shares on paper.

    `phones` more experts have a Telegram account each, with numbers from 501 on. Films come from individuals.
    """
    entries = await put_in(here, UNITS if track == "case" else [""] * len(UNITS), track)
    assert len(entries) == len(UNITS)
    admin = await here.person("管理员", Role.ADMIN)
    for number in range(1, experts + 1):
        await here.person(f"专家{number}", Role.EXPERT)
    for number in range(1, phones + 1):
        await here.phone(f"手机{number}", Role.EXPERT, 500 + number)
    await here.people["专家3"].say("回避")
    await here.people["专家3"].say(f"T-{track[0].upper()}0001")
    assert "您将回避 1 项" in here.people["专家3"].text
    await here.tell(admin, "评审", "没审完的也一起评")
    await here.tell(admin, *kind, "2024-05-20 17:00", "过半数")
    for name in SCRUTINEERS:
        label = next(each for each in admin.choices if each.startswith(f"{name}（"))
        await admin.press(label)
    assert ("专家 70 %，网络投票 30 %" if track == "case" else "只按专家投票") in admin.text.replace("**", "")
    await admin.press("准备这一轮")
    shares = await here.shares((await here.newest()).key, SCRUTINEERS)
    await here.tell(admin, "评审", "开始投票", "开始投票")
    return await here.newest(), shares


async def vote(here: Hall, name: str, seed: int) -> str:
    """Fill in a paper, look it over, cast it; gives the receipt."""
    path = f"{here.page(name)}/{(await here.newest()).key}"
    fields = filled(await here.get(path), seed)
    assert await here.post(path, {**fields, "action": "review"}) == f"{path}?review"
    assert "确认投出" in await here.get(f"{path}?review")
    assert await here.post(path, {"action": "cast"}) == path
    receipt = re.search(r'class="big">([^<]+)<', await here.get(path))
    assert receipt is not None
    return receipt[1]


async def test_a_round_from_preparation_to_the_destruction_of_the_key(tmp_path: Path) -> None:
    async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
        opened, shares = await prepared(here)
        assert (opened.state, opened.experts, opened.cast) == ("open", 11, 0)
        assert opened.opening is not None
        assert [len(away) for away in opened.opening.roll.values()] == [0, 0, 1, *[0] * 8]
        for number in range(1, 10):
            await vote(here, f"专家{number}", number)
        path = f"{here.page('专家10')}/{opened.key}"
        half = dict(list(filled(await here.get(path), 10).items())[:3])
        assert await here.post(path, {**half, "action": "keep"}) == f"{path}?saved"
        people, page = here.people, path
    async with hall(tmp_path, "xian-2024", "2024-05-12 09:00", roster=False) as here:
        for name, person in people.items():
            person._desk, person._clock, here.people[name] = here.app.desk, here.clock, person
        kept = await here.get(page)
        assert "已评 3/6" in kept
        assert "还有 3 项没有评" in await here.get(f"{page}?review")
        await vote(here, "专家10", 10)
        admin = people["管理员"]
        await here.tell(admin, "评审")
        assert "11 位专家里有 10 位已投" in admin.text.replace("\x02", "").replace("\x03", "")
        here.at("2024-05-20 17:00:01")
        await here.tell(admin, "先这样", "评审", "请监票人开票")
        for name, wanted in (("专家1", "还差 1 份"), ("管理员", "已经开票")):
            share = {"share": shares[name]}
            assert wanted in await here.post(f"{here.page(name)}/{opened.key}/share", share, status=200)
        votes = "\n".join(f"T-C{place:04d} {place * 10}" for place in range(1, 7))
        await here.tell(admin, "评审", votes)
        assert "10 位投票" in admin.text
        await admin.press("公布")
        bundle = json.loads(await here.get(f"/rounds/{opened.key}.json"))
        assert (recount(bundle), len(bundle["cast"]), len(bundle["board"])) == ((), 10, 10 * 6 - 1)
        assert "T-C0006" in await here.get(f"/rounds/{opened.key}")
        own = await here.get(f"{here.page('专家2')}/{opened.key}/check")
        assert len(set(re.findall(r'code-text">([0-9A-Z]{13})<', own)) & {row[1] for row in bundle["board"]}) == 6
        here.at("2024-05-22 17:00:01")
        assert await here.app.ballots.office.expire(here.clock.now()) == 1
        assert "已经销毁" in await here.get(f"{here.page('专家2')}/{opened.key}/check", status=410)
        steps = [act.what.get("step") for act in await Audit(here.app.database).acts(command="ballot")]
        assert steps == ["destroy", "publish", "destroy", "destroy", "call", "open", "prepare"]
