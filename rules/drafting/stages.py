"""The calendar: what each range of dates is for, the deadline of each kind of work, and dates that contradict."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from rules.drafting.clauses import Sentence
from rules.drafting.dates import Span, spans
from rules.drafting.deadlines import EXTENDED, Deadline, settled
from rules.drafting.kinds import Kind, about
from rules.drafting.paper import Paper
from rules.drafting.sheet import Switches, Table
from rules.drafting.text import bare

_PURPOSES = (
    ("activity", r"^活动(总体|起止)?时间|总体时间|活动周期"),
    ("quiz", r"答题|竞答|竞赛(?!作品|报名)"),
    ("screen", r"初审|初筛|初评|资格审|筛选|审核阶段"),
    ("vote", r"投票|点赞|票选|网评"),
    ("recommend", r"(?<!征集)(?<!申报)推荐(?!表)|逐级|遴选上报|择优上报"),
    ("collect", r"征集|申报|报送|投稿|征稿|提交|选送|参赛|征选|报名|作品收集|上传|收稿"),
    ("judge", r"评审|评选|评定|评议|复评|终评|打分|专家"),
    ("objections", r"公示"),
    ("publish", r"发布|公布|颁奖|表彰|展播|展示|揭晓|总结"),
    ("start", r"启动|动员|部署|发动|筹备"),
    ("publicity", r"宣传|推广"),
)
_SEND = re.compile(r"报送|提交|发送|发至|征集|投稿|申报|截止|寄|上传|推荐|报至|报区|报市|上报|报名|参赛|报送至")
_TASK = re.compile(r"联络[表员]|联系表|回执|总结|信息表|名单|图文资料|图片|人数|活动情况|工作情况|自查|参会|会议")
_CAL_HEAD = re.compile(r"时间|安排|步骤|流程|阶段|日程|进度")


@dataclass(slots=True)
class Stage:
    """One period that the notice names."""

    key: str
    label: str
    span: Span
    source: Sentence
    kinds: tuple[Kind, ...] = ()


@dataclass(slots=True)
class Calendar:
    """All that was found: periods in order, deadlines of works; `collect` maps each kind to the key of its stage."""

    stages: list[Stage] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    collect: dict[str, str] = field(default_factory=dict)
    guessed: bool = False

    def stage(self, *purposes: str) -> str | None:
        """The key of the first stage with one of these purposes."""
        for purpose in purposes:
            for stage in self.stages:
                if stage.key.rstrip("_0123456789") == purpose:
                    return stage.key
        return None


def calendar_of(paper: Paper, kinds: tuple[Kind, ...]) -> Calendar:
    """The periods and deadlines of a notice."""
    calendar = Calendar()
    for sentence in paper.sentences:
        for span in spans(sentence.text, paper.issued, paper.year):
            _take(sentence, span, kinds, calendar, paper.issued)
    calendar.stages = [_with_clock(stage, paper) for stage in calendar.stages]
    return calendar


def _with_clock(stage: Stage, paper: Paper) -> Stage:
    """The stage with the hour that a sentence of its clause gives for its last day."""
    last = stage.span.closes
    if last is None or last.clock or stage.span.rough:
        return stage
    for sentence in paper.sentences:
        if sentence.clause == stage.source.clause:
            for span in spans(sentence.text, paper.issued, paper.year):
                if span.closes and span.closes.day == last.day and span.closes.clock:
                    return replace(stage, span=replace(stage.span, closes=span.closes))
    return stage


def _take(sentence: Sentence, span: Span, kinds: tuple[Kind, ...], calendar: Calendar, issued: date | None) -> None:
    calendar.guessed |= bool((span.opens and span.opens.guessed) or (span.closes and span.closes.guessed))
    label, purpose = _purpose(sentence, span)
    ranged = span.opens is not None or span.from_now
    if ranged and purpose == "collect":
        calendar.deadlines.append(Deadline(about(sentence, kinds) or kinds, span, sentence))
    if ranged and purpose:
        same = [each for each in calendar.stages if each.span.period == span.period]
        if not any(_stem(each.key) == purpose for each in same) and not (purpose == "activity" and same):
            calendar.stages.append(Stage(_key(purpose, calendar), label, span, sentence, about(sentence, kinds)))
    elif not ranged and _is_deadline(sentence, span, purpose):
        recommends = purpose == "recommend" or bool(re.search("审核推荐|择优推荐|逐级推荐", sentence.text))
        calendar.deadlines.append(Deadline(about(sentence, kinds) or kinds, span, sentence, recommends))


def _stem(key: str) -> str:
    return key.rstrip("_0123456789")


def _key(purpose: str, calendar: Calendar) -> str:
    taken = [each.key for each in calendar.stages if _stem(each.key) == purpose]
    return f"{purpose}_{len(taken) + 1}" if taken else purpose


def _purpose(sentence: Sentence, span: Span) -> tuple[str, str]:
    """What people call the period, and what it is for; "" for a range that is no stage."""
    before = sentence.text[: span.start]
    own = re.split("[，。；]", before)[-1]
    own = re.sub(r"[（(]?\s*$|(?:的)?(?:时间|日期)?\s*(?:为|是|定于|：|:|从|自|在|于)?\s*[（(]?$", "", own).strip()
    head = re.sub(r"[（(][^）)]*\d[^）)]*[）)]", "", sentence.head).strip()
    if re.fullmatch(r"[\u4e00-\u9fff“”、]{2,20}", own) and (purpose := _purpose_in(own)):
        return own, purpose
    if purpose := _purpose_in(head):
        return head, purpose
    after = re.split("[。；]", sentence.text[span.end :])[0][:30]
    if any(_CAL_HEAD.search(each) for each in sentence.heads) or re.search("时间|为期", before[-8:]):
        if purpose := _purpose_in(after) or _purpose_in(" ".join(sentence.heads)):
            return head if 2 <= len(head) <= 14 and not _CAL_HEAD.search(head) else _NAMES[purpose], purpose
        if len(sentence.heads) == 1 and re.search("活动|总体", sentence.heads[0] + before):
            return "活动时间", "activity"
    return "", ""


_NAMES = {
    "activity": "活动时间",
    "quiz": "答题",
    "screen": "初审",
    "vote": "网络投票",
    "recommend": "推荐",
    "collect": "作品征集",
    "judge": "评审",
    "objections": "公示",
    "publish": "发布",
    "start": "启动",
    "publicity": "宣传",
}


def _purpose_in(text: str) -> str:
    return next((purpose for purpose, words in _PURPOSES if re.search(words, text)), "")


def _is_deadline(sentence: Sentence, span: Span, purpose: str) -> bool:
    if span.rough or purpose in ("vote", "judge", "objections", "publish", "quiz", "start", "publicity", "screen"):
        return False
    before = sentence.text[: span.start]
    part = re.split("[；。]", before)[-1] + span.text + re.split("[。；]", sentence.text[span.end :])[0]
    marked = span.ends or bool(re.search(r"截止[^，。；\d]{0,8}$", before[-12:])) or "截止" in sentence.head
    if not marked and not EXTENDED.search(before[-12:] + sentence.text[span.end : span.end + 4]):
        return False
    if _TASK.search(part) and not re.search("作品|案例|视频|征文|论文", part):
        return False
    return bool(_SEND.search(part) or "截止" in sentence.head or EXTENDED.search(part))


def write_stages(calendar: Calendar, kinds: tuple[Kind, ...], paper: Paper, root: Table, switches: Switches) -> None:
    """The stages as tables; each kind's stage of collection ends when its own deadline says."""
    for kind in kinds:
        _collection(kind, kinds, calendar, paper, root, switches)
    for stage in sorted((each for each in calendar.stages if _stem(each.key) != "collect"), key=_begins):
        _write(stage, paper, root)


def _begins(stage: Stage) -> date:
    point = stage.span.opens or stage.span.closes
    return point.day if point else date.min


def _write(stage: Stage, paper: Paper, root: Table) -> None:
    table = root.table("stage", many=True)
    table.put("key", stage.key)
    table.put("label", stage.label)
    rough = f"“{stage.span.text}”没有写到日，暂按整段时间，请定准。" if stage.span.rough else ""
    _opening(table, stage.span, paper, stage.source, rough)
    if stage.span.closes:
        table.put("closes", stage.span.closes.closing, stage.source)
    table.put("clause", stage.source.clause)


def _opening(table: Table, span: Span | None, paper: Paper, source: Sentence, ask: str = "") -> None:
    if span is not None and span.opens is not None:
        table.put("opens", span.opens.text, source, ask=ask)
    elif paper.issued is not None and (span is None or span.closes is None or span.closes.day >= paper.issued):
        told = f"“{span.text}”" if span is not None and span.from_now else "没有写开始时间"
        table.put("opens", str(paper.issued), source, ask=f"{told}，暂按发文日期 {paper.issued} 开始，对吗？")
    else:
        table.lack("opens", "征集从哪一天开始？", '"2025-01-01"', source)


def _collection(
    kind: Kind, kinds: tuple[Kind, ...], calendar: Calendar, paper: Paper, root: Table, switches: Switches
) -> None:
    own = [each for each in calendar.deadlines if kind in each.kinds and each.span.closes]
    passed_on = [each for each in own if each.recommends]
    own = [each for each in own if not each.recommends] or own
    lent = not own
    own = own or [each for each in calendar.deadlines if each.span.closes]
    shared = next(
        (calendar.collect[k.key] for k in kinds if k.key in calendar.collect and _same(k, kind, calendar)), None
    )
    if shared is not None:
        calendar.collect[kind.key] = shared
        return
    key = "collect" if not calendar.collect else f"collect_{kind.key}"
    calendar.collect[kind.key] = key
    ranged = next((each for each in own if each.span.opens or each.span.from_now), None)
    alone = all(_same(kind, other, calendar) for other in kinds)
    table = root.table("stage", many=True)
    table.put("key", key)
    table.put("label", "作品征集" if alone else f"{kind.noun}征集")
    activity = next((each for each in calendar.stages if each.key == "activity"), None)
    source = (
        ranged.source if ranged else own[0].source if own else activity.source if activity else Sentence("", "通知未写")
    )
    begins = ranged.span if ranged else activity.span if activity else own[0].span if own else None
    _opening(table, begins, paper, source)
    if not own:
        table.lack("closes", f"{kind.noun}报送到什么时候截止？通知里没有找到。", '"2025-06-30 24:00"')
        table.put("clause", source.clause or "通知未写")
        return
    value, told, ask = settled(kind, own, switches)
    if lent:
        table.remark(f"通知没有单独写{kind.noun}的截止时间，暂与别的作品相同，对吗？", told)
    table.put("closes", value, told, ask=ask)
    if passed_on and passed_on[0] not in own:
        later = f"“{bare(passed_on[0].span.text)}”读作推荐单位报送的截止，不是作品报送的截止，对吗？"
        table.remark(later, passed_on[0].source)
    table.put("clause", "、".join(dict.fromkeys(each.source.clause for each in own)))


def _same(one: Kind, other: Kind, calendar: Calendar) -> bool:
    def listed(kind: Kind) -> set[str]:
        return {each.span.closes.closing for each in calendar.deadlines if kind in each.kinds and each.span.closes}

    return listed(one) == listed(other)
