"""Several rounds: a long list, a tie at the cut, a run-off that leaves it, a public draw, and the final round."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from rules.draws import recount_draw
from rules.judging import Round
from rules.notice import Notice
from rules.recount import recount
from rules.standings import drawn
from storage.audit import Audit
from tests.ballots.hall import Hall, hall, put_in
from tests.ballots.staging import Fills, opened, peopled, tallied, vote
from tests.ballots.transcribing import matches
from tests.commands.program import call
from tests.flows.variants import opened_as

UNITS = ["碑林区", "未央区", "莲湖区", "雁塔区"]
YES, NO = "2", "1"
ALONG = "没审完的也一起评"


def two_rounds(notice: Notice) -> Notice:
    """The same campaign, with a long list and a final round of experts, and no public vote."""
    assert notice.judging is not None
    long = Round("long", "初评", "expert", "approve", "三（二）", secret=True)
    final = Round("final", "终评", "expert", "scores", "三（二）", secret=True, of="long")
    return replace(notice, judging=replace(notice.judging, rounds=(long, final), weights=()))


def chosen(*levels: str) -> Fills:
    return lambda fields: {field: level for field, level in zip(fields, levels, strict=True) if level == YES}


async def held(here: Hall, closes: str, fills: list[Fills], *said: str, label: str = "初评") -> str:
    """A round from its planning to its publication; gives its key."""
    round_, shares = await opened(here, *said, label=label)
    for number, fill in enumerate(fills, 1):
        await vote(here, f"专家{number}", round_.key, fill)
    await tallied(here, round_.key, shares, closes, label=label)
    await here.tell(here.people["管理员"], "评审", label, "公布")
    return round_.key


async def test_a_long_list_is_cut_where_a_run_off_and_a_draw_parted_the_tied(tmp_path: Path) -> None:
    with opened_as(two_rounds):
        async with hall(tmp_path, "xian-2024", "2024-05-10 09:00") as here:
            works = await put_in(here, UNITS)
            await peopled(here, 6)
            admin = here.people["管理员"]
            begun = len(admin.exchanges)
            assert "现在还没有定下来" in await here.tell(admin, "评审", "终评")
            # Six experts: the first work is everybody's, the second and the third have three votes each.
            fills = [chosen(YES, YES, NO, NO)] * 3 + [chosen(YES, NO, YES, NO)] * 3
            plan = ("评审", "初评", ALONG, "同意若干项（通知的办法）", "不限", "2024-05-12 17:00", "过半数")
            long = await held(here, "2024-05-12 17:00:01", fills, *plan)
            bundle = json.loads(await here.get(f"/rounds/{long}.json"))
            assert [row[1] for row in bundle["places"]["case"]] == [1, 2, 2, 4]
            await here.tell(admin, "评审", "初评", "定入围名单", "每类前几名", "2")
            assert "有 2 项并列" in admin.text
            again = ("取消", "评审", "初评", "并列加投", "逐项同意或不同意", "2024-05-14 17:00", "过半数")
            runoff = await held(here, "2024-05-14 17:00:01", [both] * 6, *again)
            small = json.loads(await here.get(f"/rounds/{runoff}.json"))
            assert (recount(small), small["opening"]["rule"]["after"]) == ((), long)
            assert sorted(small["opening"]["paper"]["entries"]) == works[1:3]
            assert "读不成两个以上的数" in await here.tell(admin, "评审", "初评", "公开抽签", "17")
            await here.tell(admin, f"17，{calling(here, long, works[1:3])}", "抽签")
            draw = json.loads(await here.get(f"/rounds/{long}.draw.json"))
            assert (recount_draw(draw, bundle), draw["order"]) == ((), works[1:3])
            page = await here.get(f"/rounds/{long}")
            assert (draw["seed"] in page, page.index("<li>T-C0002") < page.index("<li>T-C0003")) == (True, True)
            await here.tell(admin, "评审", "初评", "定入围名单", "每类前几名", "2")
            assert [f"T-C000{number}" in admin.text for number in (1, 2, 3, 4)] == [True, True, False, False]
            await here.tell(admin, "定下名单")
            finals = ("评审", "终评", "评分（1–10 分）（通知的办法）", "全部计入", "2024-05-16 17:00", "过半数")
            final, _ = await opened(here, *finals, label="终评")
            assert final.opening is not None
            assert final.opening.paper.entries == tuple(works[:2])
            changed = ("评审", "初评", "定入围名单", "每类前几名", "1", "定下名单")
            assert "已经按原来的名单开始了" in await here.tell(admin, *changed)
            steps = [act.what["step"] for act in await Audit(here.app.database).acts(command="ballot")]
            assert steps.count("shortlist") == 2
            matches(admin, "several_rounds", begun)
    written(tmp_path, long, bundle, draw)


def calling(here: Hall, key: str, wanted: list[int]) -> int:
    """A number with which the first of these comes first, found with the seed that nobody else can look at."""
    seed = here.app.ballots.office._drawer.seed(key)
    return next(said for said in range(100) if drawn(seed, f"17 {said}", wanted) == tuple(wanted))


def both(fields: list[str]) -> dict[str, str]:
    return dict.fromkeys(fields, YES)


def written(folder: Path, key: str, bundle: dict[str, object], draw: dict[str, object]) -> None:
    """The command agrees with the files as they were published, and finds an order that was turned around."""
    (folder / "bundle.json").write_text(json.dumps(bundle), "utf-8")
    (folder / "draw.json").write_text(json.dumps(draw), "utf-8")
    honest = call("recount", folder / "bundle.json", "--draw", folder / "draw.json")
    assert (honest.exit_code, "抽签一致" in honest.stdout) == (0, True)
    order = list(draw["order"])  # type: ignore[call-overload]
    (folder / "draw.json").write_text(json.dumps({**draw, "order": order[::-1]}), "utf-8")
    turned = call("recount", folder / "bundle.json", "--draw", folder / "draw.json")
    assert (turned.exit_code, "draw: order" in turned.stdout, key in json.dumps(draw)) == (1, True, True)
