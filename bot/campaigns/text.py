"""A notice as plain text for a human who wants to see at a glance what the program makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.campaigns.text_encoding import encoding
from rules.film import FilmRule
from rules.forms import Field, Form
from rules.instants import Closing, spoken, spoken_span
from rules.judging import Awards, Judging
from rules.notice import Notice, Switch, Track
from rules.quiz import Quiz
from rules.quota import Quota
from rules.reminding import Reminding

_KINDS = {
    "line": "短文字", "text": "长文字", "phone": "电话", "email": "邮箱", "date": "日期", "number": "数字",
    "sections": "分段长文字", "boxes": "勾选", "person_phone": "姓名和电话", "measured": "由程序测量",
    "opinion": "盖章意见",
}  # fmt: skip
_SOURCES = {"ask": "", "film": "从视频测得", "registration": "取自单位登记", "stamp": "线下盖章"}
_PAID = {"treasury": "由财务付款", "wechat": "微信支付红包", "voucher": "兑换码"}
_VERDICTS = {"pass": "通过", "note": "备注", "warn": "提醒", "hold": "待主办方决定", "refuse": "退回"}


def describe(notice: Notice) -> str:
    """The whole notice, about two screens of plain text."""
    parts = [
        _heading(notice), _calendar(notice), _units(notice), *(_track(notice, track) for track in notice.tracks),
        *(_form(form) for form in notice.forms), _quiz(notice.quiz), _judging(notice.judging), _awards(notice.awards),
        _publication(notice), _reminders(notice.reminders), _switches(notice.switches),
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for each in parts if (part := list(each))) + "\n"


def _clause(clause: str) -> str:
    return f"〔{clause}〕"


def _heading(notice: Notice) -> Iterator[str]:
    yield notice.title
    yield f"活动 {notice.id} · 编号前缀 {notice.code} · 时区 {notice.zone}"
    if notice.reference or notice.issued:
        yield " · ".join(each for each in (notice.reference, notice.issued) if each)
    yield f"联系：{notice.contact}"
    for body in notice.bodies:
        yield f"  {body.label}：{body.role} {_clause(body.clause)}"


def _calendar(notice: Notice) -> Iterator[str]:
    yield "时间"
    for stage in notice.stages:
        yield f"  {stage.label}：{_instant(stage.opens)} 起，{_instant(stage.ends)} 止 {_clause(stage.clause)}"
    for meeting in notice.meetings:
        early = f"，提前 {meeting.early} 分钟签到" if meeting.early else ""
        yield f"  {meeting.label}：{_instant(meeting.at)}，{meeting.place}{early} {_clause(meeting.clause)}"
    for task in notice.tasks:
        people = f"，不少于 {task.people} 人" if task.people else ""
        times = f"，{task.times} 次" if task.times > 1 else ""
        yield f"  {task.label}：截止 {_instant(task.due)}{times}{people} {_clause(task.clause)}"


def _instant(moment: datetime | Closing) -> str:
    year = moment.day.year if isinstance(moment, Closing) else moment.year
    return f"{year}年{spoken(moment)}"


def _units(notice: Notice) -> Iterator[str]:
    yield "单位类别"
    for each in notice.classes:
        remarks = [*([] if each.seals else ["不盖章"]), *([] if each.enters else ["不报送作品"])]
        yield f"  {each.label}{'（' + '、'.join(remarks) + '）' if remarks else ''} {_clause(each.clause)}"


def _track(notice: Notice, track: Track) -> Iterator[str]:
    yield f"征集：{track.label} {_clause(track.clause)}"
    yield f"  截止 {track.closes_text}" + (f"；填{track.form.annex}" if track.form else "")
    for quota in track.quotas:
        names = "、".join(notice.unit_class(key).label for key in quota.classes)
        yield f"  {names}：{_quota(quota, track)} {_clause(quota.clause)}"
    if not track.quotas:
        yield "  数量不限"
    yield from _film(track.film)
    for check in track.checks:
        yield f"  请确认：{check.text} {_clause(check.clause)}"
    if track.pledge:
        where = "印在表上" if track.pledge.printed else "表上没有，报送时确认"
        yield f"  承诺（{where}）：{track.pledge.text} {_clause(track.pledge.clause)}"
    if track.chain:
        yield "  意见：" + " → ".join(f"{level.label} {_clause(level.clause)}" for level in track.chain)
    for rule in (track.one_theme, track.straight, track.excluded):
        if rule:
            yield f"  {rule.text} {_clause(rule.clause)}"
    yield "  报送材料：" + "；".join(
        f"{item.label}（{'、'.join(item.formats)}）{'' if item.required else '，可选'}" for item in track.package
    )


def _quota(quota: Quota, track: Track) -> str:
    told = [f"不少于 {quota.floor} {track.measure}"] if quota.floor else []
    told += [f"不超过 {quota.cap} {track.measure}"] if quota.cap is not None else []
    remark = ["只提醒，不限制"] if quota.soft else []
    remark += ["经同意可调整"] if quota.moves else []
    return "，".join(told) + (f"（{'；'.join(remark)}）" if remark else "")


def _film(film: FilmRule | None) -> Iterator[str]:
    if film is None:
        return
    for each in film.durations:
        names = f"{'、'.join(each.categories)}：" if each.categories else ""
        yield f"  时长：{names}{_span(int(each.shortest))} 至 {_span(int(each.longest))} {_clause(each.clause)}"
    if film.shape:
        yield f"  画面比例：{' 或 '.join(map(str, film.shape.aspects))} {_clause(film.shape.clause)}"
    if picture := film.picture:
        sizes = " 或 ".join(map(str, picture.sizes))
        told = sizes or (f"不小于 {picture.at_least}" if picture.at_least else f"短边不小于 {picture.short_side}")
        larger = f"；更大的{_VERDICTS[picture.larger]}" if picture.sizes else ""
        turned = f"；竖屏{_VERDICTS[picture.turned]}" if picture.at_least else ""
        yield f"  画面尺寸：{told}{larger}{turned} {_clause(picture.clause)}"
    if film.containers:
        told = f"{'、'.join(film.containers.formats)}；其他格式{_VERDICTS[film.containers.others]}"
        yield f"  文件格式：{told} {_clause(film.containers.clause)}"
    yield from encoding(film)


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes} 分钟" if minutes else "") + (f"{rest} 秒" if rest or not minutes else "")


def _form(form: Form) -> Iterator[str]:
    yield f"{form.annex}：{form.title}{'（暂用表）' if form.provisional else ''} {_clause(form.clause)}"
    if form.rows:
        yield f"  每单位 {form.rows.least} 至 {form.rows.most} 行 {_clause(form.rows.clause)}"
    for number, field in enumerate(form.fields, 1):
        yield f"  {number:>2} {field.label}：{_field(field, form)}"
        if field.options:
            yield f"       {'、'.join(field.options)}"
        if field.headings:
            yield f"       {' / '.join(field.headings)}"


def _field(field: Field, form: Form) -> str:
    told = [_KINDS[field.kind]]
    told += [_SOURCES[field.source]] if field.source in ("registration", "stamp") else []
    told += [f"由{field.signs}签章"] if field.signs else []
    told += [f"不超过 {field.limit} 字"] if field.limit else []
    told += ["可多选"] if field.several else []
    told += ["可自己写"] if field.open else []
    told += [f"“{field.other}”{'须' if field.other_required else '可'}写明"] if field.other else []
    told += ["要有数据"] if field.figures else []
    told += [f"写入“{form.field(field.into).label}”一格"] if field.into else []
    told += [] if field.required else ["可不填"]
    return "，".join(told)


def _quiz(quiz: Quiz | None) -> Iterator[str]:
    if quiz is None:
        return
    yield f"答题 {_clause(quiz.clause)}"
    attempts = f"每人最多 {quiz.attempts} 次" if quiz.attempts else "次数不限"
    yield f"  每次随机 {quiz.draw} 题，答对 {quiz.correct} 题及以上可领红包，{attempts}"
    yield f"  每人最多领 {quiz.packets.per_person} 个红包 {_clause(quiz.packets.clause)}"
    yield f"  发放：{_PAID[quiz.packets.payout]}{_others(quiz)}"
    referral = "可以由管理员确认后开启" if quiz.referral.on else "不开启"
    yield f"  邀请好友加机会：{referral} {_clause(quiz.referral.clause)}"
    yield f"  {_instant(quiz.embargo.until)} 以前不得公布：{quiz.embargo.what} {_clause(quiz.embargo.clause)}"


def _others(quiz: Quiz) -> str:
    """How those are paid whom WeChat does not reach, and from when."""
    packets = quiz.packets
    others = (
        "，发不到的" + ("发兑换码" if packets.otherwise == "voucher" else "由财务发")
        if packets.payout == "wechat"
        else ""
    )
    return others + ("，到 stay_until 以后才发" if packets.pays == "after_stay" else "")


def _judging(judging: Judging | None) -> Iterator[str]:
    if judging is None:
        return
    yield f"评选 {_clause(judging.clause)}"
    for each in judging.rounds:
        weight = judging.weight(each.key)
        share = f"，占 {weight.numerator}/{weight.denominator}" if weight else ""
        yield f"  {each.label}{'（无记名）' if each.secret else ''}{share} {_clause(each.clause)}"
    if not judging.weights:
        yield "  权重未定：投票开始前必须由管理员设定"
    if judging.criteria:
        shares = (f"{each.label} {judging.criterion_weight(each.key)}" for each in judging.criteria)
        yield f"  标准：{'、'.join(shares)}"


def _awards(awards: Awards | None) -> Iterator[str]:
    if awards is None:
        return
    yield f"奖项 {_clause(awards.clause)}"
    for prize in awards.prizes:
        told = [f"{prize.slots} 名" if prize.slots else "名额未定"]
        told += [{"track": "各类作品分别设", "theme": "每个主题设", "category": "按类别设", "all": ""}[prize.each]]
        told += [f"礼品 {prize.gift} 元" if prize.gift else "", "奖杯" if prize.trophy else ""]
        told += ["证书" if prize.certificate else ""]
        group = f"{prize.group} · " if prize.group else ""
        yield f"  {group}{prize.label}：{'，'.join(each for each in told if each)} {_clause(prize.clause)}"
    if awards.totals:
        yield f"  合计 {awards.totals.winners} 名，礼品 {awards.totals.cost} 元"
    if awards.exclusive == "unset":
        yield "  能否兼得未定：评奖前必须由管理员确定"


def _publication(notice: Notice) -> Iterator[str]:
    yield "发布与报送"
    for outlet in notice.outlets:
        yield f"  {outlet.label} {_clause(outlet.clause)}"
    for pledge in notice.disclaimers:
        yield f"  逐条确认：{pledge.text} {_clause(pledge.clause)}"
    if mail := notice.mail:
        yield f"  邮箱 {mail.to} {_clause(mail.clause)}"
        yield f"  邮件主题 {mail.subject}；作品命名 {mail.work} {_clause(mail.naming_clause)}"
    yield f"  资料保存 {notice.retention.months} 个月 {_clause(notice.retention.clause)}"


def _reminders(rule: Reminding) -> Iterator[str]:
    yield f"提醒 {_clause(rule.clause)}"
    own = [_instant(at) for at in rule.at]
    before = [f"截止前 {spoken_span(span)}" for span in rule.before]
    yield f"  {'、'.join([*before, *own]) or '截止前不提醒'}"
    if rule.idle:
        yield f"  草稿、扫描件和退回搁置满 {spoken_span(rule.idle)}，当天 {rule.daily} 提醒一次"
    quiet = f"免打扰 {rule.quiet}" if rule.quiet else "不设免打扰时段"
    days = "只在工作日" if rule.workdays else "不分工作日"
    yield f"  {quiet}，{days}，每人每天最多 {rule.most} 条"
    if rule.off:
        yield f"  关着的规则：{'、'.join(rule.off)}"


def _switches(switches: tuple[Switch, ...]) -> Iterator[str]:
    if not switches:
        return
    yield "不明确的条款（● 是现在的读法；改文件里的 reading 即可换一种）"
    for switch in switches:
        yield f"  {switch.key} {_clause(switch.clause)} {switch.question}"
        for each in switch.alternatives:
            yield f"    {'●' if each.key == switch.reading else '○'} {each.label}（{each.key}）"
        yield f"    理由：{switch.why}"
