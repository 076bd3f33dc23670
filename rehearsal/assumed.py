"""What a play does that the notice does not say, in words for the report; and what it leaves out.

Every date, number and decision that is not the notice's stands here, each with the place of the file that would say it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from rehearsal.course import is_screened, public_round, round_of, stage_of
from rehearsal.quizzing import pool_of
from rehearsal.record import Assumed
from rehearsal.rosters import Listed, head_class
from rehearsal.scripts import Script
from rehearsal.size import Size
from rehearsal.voters import SHARE
from rules.award_list import publicity
from rules.certificates import bears_none
from rules.hurts.course import issue_day
from rules.hurts.hurt import setting
from rules.instants import closing, opening, spoken
from rules.judging import Round
from rules.notice import Notice
from rules.screening import chains_of

#: Units and prizes that are named.
_NAMED = 6


def left_out(notice: Notice) -> tuple[str, ...]:
    """What the notice does not have, and what of it is not played; for the time-line."""
    rounds = notice.judging.rounds if notice.judging is not None else ()
    several = [
        (label, [each for each in rounds if each.kind == kind]) for kind, label in (
            ("expert", "专家评审"), ("public", "网络投票"))
    ]  # fmt: skip
    works = bool(notice.entered)
    lacking = [
        name for name, there in (
            ("填表报送的作品", works), ("视频", any(track.film is not None for track in notice.entered)),
            ("审核", is_screened(notice)), ("网络投票", public_round(notice) is not None),
            ("专家评审", round_of(notice, "expert") is not None), ("奖项", notice.awards is not None),
            ("证书", notice.awards is not None and not bears_none(notice)),
            ("各单位的任务", bool(notice.tasks)), ("答题", notice.quiz is not None),
        ) if not there
    ]  # fmt: skip
    found = [f"通知里没有这些，不演：{'、'.join(lacking)}"] if lacking else []
    off = [track.label for track in notice.tracks if track.form is None]
    found += [f"没有申报表，不演：{'、'.join(off)}"] if off else []
    if notice.awards is not None and round_of(notice, "expert") is None:
        found.append("没有专家评审，程序里就没有排名：评奖、公示、发布不演")
    found += [f"通知有 {len(mine)} 轮{label}，只演“{mine[0].label}”" for label, mine in several if len(mine) > 1]
    return tuple(found)


def who_plays(notice: Notice, listed: Listed) -> tuple[Assumed, ...]:
    """The units that take part."""
    names, place = [unit.name for unit in listed.units], f"campaigns/{notice.id}.roster.csv"
    heads = head_class(notice)
    if listed.invented == listed.whole:
        above = f"，暂按“{heads.label}”是其他单位的上级" if heads is not None else ""
        return (Assumed(f"还没有名单，{len(names)} 家单位是虚构的{above}：{_listed(names)}。", place),)
    if listed.invented:
        return (Assumed(f"名单之外另加了 {listed.invented} 家虚构的单位，{len(names)} 家参加。", place),)
    if len(names) < listed.whole:
        return (Assumed(f"名单里 {listed.whole} 家单位，只演 {len(names)} 家。", "--units"),)
    return ()


def assumed(notice: Notice, script: Script, size: Size) -> tuple[Assumed, ...]:
    """Everything else."""
    return tuple(chain(
        _issue(notice), _collecting(notice), _screening(notice, script), _public(notice, script, size),
        _experts(notice, script), _prizes(notice, script), _quiz(notice, size),
    ))  # fmt: skip


def _issue(notice: Notice) -> Iterator[Assumed]:
    if issue_day(notice) is None:
        yield Assumed("印发日期没有写明，从第一个阶段开始的那天演起。", "issued")


def _collecting(notice: Notice) -> Iterator[Assumed]:
    if notice.entered:
        yield Assumed(
            "单位有早报的、拖到最后一晚的、不报的；主办方群发两次、退回几件补正、暂停两个半小时、催一次、准许一家延期一天。"
        )
    elif notice.tasks:
        yield Assumed("单位有按时办任务的、晚上才办的、提醒了才办的、不办的。")


def _said(notice: Notice, text: str) -> str:
    at = opening(text, notice.zone)
    return spoken(at)


def _dated(notice: Notice, round_: Round | None, at: datetime) -> bool:
    """Whether the notice itself has the round at this instant."""
    stage = stage_of(notice, round_)
    return stage is not None and stage.is_open(at)


def _screening(notice: Notice, script: Script) -> Iterator[Assumed]:
    if script.heads:
        times = "、".join(_said(notice, each) for each in script.heads)
        straight = f"；{script.straight}有一件以评选结果直接纳入" if script.straight else ""
        yield Assumed(f"上级单位在{times}审核下级报送的作品，一件不退{straight}。")
    if not script.screens:
        return
    round_ = round_of(notice, "screening")
    if not _dated(notice, round_, opening(script.screens, notice.zone)):
        place = f"judging.round.{round_.key}.stage" if round_ is not None else "[[judging.round]]"
        yield Assumed(f"主办方从{_said(notice, script.screens)}起审核：征集结束后的工作日。", place)
    whose = "" if chains_of(notice).asks("host") else "主办方只审核没有上级推荐的作品；"
    yield Assumed(f"{whose}审核时退回两件补正，一件以“{script.clause}”不通过，其余都通过，不够就少退。")


def _public(notice: Notice, script: Script, size: Size) -> Iterator[Assumed]:
    round_ = public_round(notice)
    if round_ is None or not script.public:
        return
    place = f"judging.round.{round_.key}.stage"
    if round_.vote is None:
        yield Assumed(
            f"网络投票在别的平台，票数是假的，{_said(notice, script.public[1])}导入。",
            f"judging.round.{round_.key}.vote",
        )  # fmt: skip
    else:
        if script.window:
            opens, closes = script.window
            until = spoken(closing(closes, notice.zone))
            yield Assumed(f"网络投票定为{_said(notice, opens)}至{until}。", place)
        yield Assumed(f"{size.public} 人在网页上、3 人在聊天里投票，另有 21 票是一分钟里从同一网络刷的。", "--players")
    if notice.judging is not None and not notice.judging.weights:
        yield Assumed(f"网络投票占 {SHARE} %。", setting(notice, "judging.weights"))
    if notice.judging is not None and notice.judging.normalise == "unset":
        yield Assumed("票数最高的得 100 分，其余按比例。", setting(notice, "judging.normalise"))


def _experts(notice: Notice, script: Script) -> Iterator[Assumed]:
    round_ = round_of(notice, "expert")
    if round_ is None or not script.opens:
        return
    opens, closes = _said(notice, script.opens), spoken(closing(script.closes, notice.zone))
    told = f"“{round_.label}”{opens}至{closes}" + (
        "" if _dated(notice, round_, opening(script.opens, notice.zone)) else "，通知没有写明或时间已过"
    )
    yield Assumed(f"{told}；中途停一次程序。", f"judging.round.{round_.key}.stage")
    way = "最多同意一半的作品" if round_.method == "approve" else "全部分数计入，不去掉最高最低"
    yield Assumed(f"十一位专家，一位回避一件，一位始终不投；过半数有效，{way}；三人监票，两人的密钥开票。")


def _prizes(notice: Notice, script: Script) -> Iterator[Assumed]:
    if notice.awards is None or round_of(notice, "expert") is None:
        return
    prizes = notice.awards.prizes
    open_ = {
        each.key: f"{each.label} {count} 名" for each in prizes
        if each.slots is None and each.basis in ("rank", "fit")
        and (count := next((n for begins, n in script.slots.items() if each.label.startswith(begins)), 0))
    }  # fmt: skip
    if open_:
        yield Assumed(
            f"没有写名额的：{_listed(list(open_.values()))}，作品不够就少评。",
            f"awards.prize.{next(iter(open_))}.slots",
        )
    judged = [each for each in prizes if each.basis in ("counts", "committee")]
    if judged:
        number = f"，没有写名额的给 {script.organisers} 家" if any(each.slots is None for each in judged) else ""
        yield Assumed(f"由人定的（{_listed([each.label for each in judged])}）取排在最前的{number}。")
    if notice.awards.exclusive == "unset":
        yield Assumed("各类奖项可以兼得。", setting(notice, "awards.exclusive"))
    shown = publicity(notice)
    ends = closing(script.ends, notice.zone)
    if shown is None or (not shown.is_open(opening(script.awards, notice.zone)) and shown.ends.day != ends.day):
        yield Assumed(f"{_said(notice, script.awards)}评奖，公示到{spoken(ends)}。", "stage（名称里写“公示”）")
    outcome = "成立，撤销后按名次递补" if script.upheld else "不成立"
    yield Assumed(f"公示中有一家提异议，{outcome}；结果发布两天后有一件因音乐没有授权撤销，名额空出。")


def _quiz(notice: Notice, size: Size) -> Iterator[Assumed]:
    if notice.quiz is None:
        return
    pool = pool_of(size)
    yield Assumed(
        f"{size.players} 人答题，另有一个班在一间屋里答、六个账号用程序答；"
        f"备红包 {pool.count} 个，共 {pool.total / 100:g} 元。",
        "--players",
    )  # fmt: skip


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f" 等 {len(names)} 个" if len(names) > _NAMED else "")
