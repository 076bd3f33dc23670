"""What of judging and prizes is still open: weights, the window of the vote, how many win, who decides a tie."""

from __future__ import annotations

from collections.abc import Iterator

from rules.ballot_plan import open_shares
from rules.hurts.hurt import UNCLEAR, Hurt, setting
from rules.judging import Awards, Judging
from rules.notice import Notice

#: Places that are told of by a rule of their own, and so not once more as an unclear clause.
_TOLD = frozenset(("judging.weights", "judging.normalise", "awards.exclusive", "awards.ties"))


def hurts(notice: Notice) -> Iterator[Hurt]:
    """What must be settled before judging or awarding can go on."""
    if notice.judging is not None:
        yield from _shares(notice, notice.judging)
        yield from _windows(notice.judging)
    if notice.awards is not None:
        yield from _prizes(notice, notice.awards)


def unclear(notice: Notice) -> Iterator[Hurt]:
    """Every clause that the notice leaves open, with the reading in force."""
    for switch in notice.switches:
        if switch.decides and set(switch.decides) <= _TOLD:
            continue
        reading = switch.chosen.label.replace("“", "‘").replace("”", "’")
        others = "；".join(each.label for each in switch.alternatives if each.key != switch.reading)
        yield Hurt(
            "watch", UNCLEAR, switch.clause,
            f"{switch.question}现在按“{reading}”办。", f"别的读法：{others}",
            "请主办方确认，最好写进通知；要换读法就改 reading。", f"switch.{switch.key}.reading",
        )  # fmt: skip


def _shares(notice: Notice, judging: Judging) -> Iterator[Hurt]:
    public = [each.label for each in judging.rounds if each.kind == "public"]
    if open_shares(judging):
        yield Hurt(
            "stop", "weights_unset", judging.clause,
            f"{'、'.join(public)}和专家评审各占多少没有定：不定下来，投票就开不了。",
            "weights = {}", "写明比例，例如 weights = { public = \"30 %\", expert = \"70 %\" }。",
            setting(notice, "judging.weights"),
        )  # fmt: skip
    if public and judging.normalise == "unset" and not open_shares(judging):
        yield Hurt(
            "hurt", "normalise_unset", judging.clause,
            "网络投票的票数怎样换算成分数没有定：等票数出来再定，谁都算得出哪种换法对谁有利。", "normalise = \"unset\"",
            "选一种：top100（最高票 100 分）、share（按得票比例）、percentile（按名次）。",
            setting(notice, "judging.normalise"),
        )  # fmt: skip


def _windows(judging: Judging) -> Iterator[Hurt]:
    for each in judging.rounds:
        if each.stage is not None or each.kind == "committee":
            continue
        public = each.kind == "public"
        yield Hurt(
            "stop" if public and each.vote is not None else "hurt", "window_unset", each.clause,
            f"“{each.label}”从哪天到哪天没有写，{'公众投不了票' if public else '没有人知道什么时候开始'}。",
            "没有 stage", "加一个阶段，并写在这一轮的 stage 里；也可以到时由管理员设定。",
            f"judging.round.{each.key}.stage",
        )  # fmt: skip


def _prizes(notice: Notice, awards: Awards) -> Iterator[Hurt]:
    if open_ := [each for each in awards.prizes if each.slots is None]:
        names = "、".join(each.label for each in open_)
        yield Hurt(
            "hurt", "slots_open", open_[0].clause,
            f"{names}评几名没有定：评完再定名额，容易被说成因人设奖。",
            f"{len(awards.prizes)} 个奖项里有 {len(open_)} 个没有名额", "评选开始前写明 slots。",
            f"awards.prize.{open_[0].key}.slots",
        )  # fmt: skip
    ranked = [each.label for each in awards.prizes if each.basis == "rank"]
    if awards.ties == "committee" and ranked:
        yield Hurt(
            "watch", "ties_committee", awards.clause,
            "名额最后一名同分时要由组委会决定：请先说好谁来定、什么时候碰头，否则名单出不来。",
            f"按名次的奖项：{'、'.join(ranked)}", "约好时间；或改为 ties = \"rule\"，按事先公布的规则比。",
            setting(notice, "awards.ties"),
        )  # fmt: skip
    if awards.exclusive == "unset":
        yield Hurt(
            "stop", "exclusive_unset", awards.clause,
            "能不能兼得没有定：不定下来，评奖做不下去。", "exclusive = \"unset\"",
            "写 yes（不能兼得）或 no（可以兼得）。", setting(notice, "awards.exclusive"),
        )  # fmt: skip
