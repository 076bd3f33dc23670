"""What units owe besides works, and meetings: a list of liaisons, an event with its people, a report, a hall."""

from __future__ import annotations

import re

from rules.drafting.clauses import Sentence
from rules.drafting.dates import Span, spans
from rules.drafting.deadlines import before_switch
from rules.drafting.entrants import Entrants, is_everybody, is_unit
from rules.drafting.forms import Drafted
from rules.drafting.paper import Paper
from rules.drafting.sheet import Switches, Table
from rules.drafting.stages import Calendar
from rules.drafting.text import NUMBER, bare, split_outside, whole

_THING = re.compile(
    r"联络[表员]|联系[表人](?:名单)?|回执|总结|信息表|登记表|名单|汇总表|图文资料|图片|"
    r"人数|活动情况|工作情况|情况报告|方案|报告"
)
_WORK = re.compile(r"作品|案例(?!征集)|视频|征文|论文")
_SENT = re.compile(r"报送|报至|上报|反馈|提交|发送|报区|报市|报省|报我|报县|填报|填写|报到|报(?=[^名])")
_WHAT = re.compile(
    r"(?:将|把)(?P<a>[^，。；]{2,36}?)(?:统一|一并|及时)?(?:报送|报至|上报|反馈|提交|发送|"
    r"报(?=[区市省县州乡镇我至到]))|(?:上报|报送|反馈|提交)(?P<b>[^，。；至到]{2,24})|"
    r"(?P<c>填写|填报)"
)
_EVENT = re.compile(
    rf"(?:开展|组织|举办|举行)[^。；]{{0,12}}?({NUMBER})\s*(?:场|"
    rf"次)(?:以上)?(?P<what>[^。；，]{{0,14}}活动)"
)
_PEOPLE = re.compile(
    rf"(?:人数|参与|参加|受众)[^，。；\d]{{0,8}}(?:不少于|不低于|至少|"
    rf"达到?)\s*({NUMBER})\s*人|不少于\s*({NUMBER})\s*人"
)
_MEETING = re.compile(
    r"(?:参加|召开|举行|举办)[^。；]{0,40}?(?P<what>[^，。；（）“”]{0,12}(?:启动会|培训会|"
    r"推进会|部署会|说明会|动员会|座谈会|会议|启动仪式|颁奖典礼))"
)
_PLACE = re.compile(r"(?:到|在|地点[：:为]?)(?P<place>[^，。；（）]{3,30}?)(?=参加|召开|举行|举办|集合|[，。；（]|$)")
_EARLY = re.compile(rf"提前\s*({NUMBER})\s*分钟")


def write_duties(
    paper: Paper, calendar: Calendar, drafted: list[Drafted], entrants: Entrants, root: Table, switches: Switches
) -> None:
    """Tasks and meetings, in the order of the notice."""
    taken: set[str] = set()
    for sentence in paper.sentences:
        if sentence.heading:
            continue
        found = spans(sentence.text, paper.issued, paper.year)
        if _meeting(sentence, found, root, taken):
            continue
        events = _event(sentence, paper, calendar, entrants, root, taken, switches)
        for span in found:
            if not events or sentence.text.find("报", span.end) >= 0:
                _task(sentence, span, drafted, entrants, root, taken, switches)


def _key(stem: str, taken: set[str]) -> str:
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    taken.add(key)
    return key


def _meeting(sentence: Sentence, found: tuple[Span, ...], root: Table, taken: set[str]) -> bool:
    hit = _MEETING.search(sentence.text)
    moment = next((span.closes for span in found if span.closes and span.closes.clock and not span.opens), None)
    if hit is None or moment is None:
        return False
    table = root.table("meeting", many=True)
    table.put("key", _key("meeting", taken))
    table.put("label", hit["what"], sentence)
    table.put("at", moment.text)
    place = _PLACE.search(sentence.text[sentence.text.find("日") :])
    if place:
        table.put("place", bare(place["place"]))
    else:
        table.lack("place", f"“{hit['what']}”在哪里开？", '"会议室"', sentence)
    if early := _EARLY.search(sentence.text):
        table.put("early", whole(early[1]))
    table.put("clause", sentence.clause)
    return True


def _event(
    sentence: Sentence,
    paper: Paper,
    calendar: Calendar,
    entrants: Entrants,
    root: Table,
    taken: set[str],
    switches: Switches,
) -> bool:
    hit = _EVENT.search(sentence.text)
    people = _PEOPLE.search(sentence.text)
    if hit is None or people is None:
        return False
    table = root.table("task", many=True)
    table.put("key", _key("event", taken))
    table.put("label", f"组织{bare(hit['what'])}", sentence)
    until = [span for span in spans(sentence.text, paper.issued, paper.year) if span.closes]
    around = next((each for each in calendar.stages if each.key == calendar.stage("activity", "quiz")), None)
    if until:
        _due(table, until[-1], sentence, switches, "event")
        if re.search("[上汇]?报", sentence.text[: until[-1].end + 12].split("活动")[-1]):
            table.remark("通知只写了上报的时间，活动本身要在什么时候以前办完？", sentence)
    elif around is not None and around.span.closes is not None:
        told = f"“活动期间”读作到{around.label}结束，对吗？"
        table.put("due", around.span.closes.closing, sentence, ask=told)
    else:
        table.lack("due", "这场活动要在什么时候以前办完？", '"2025-07-10 24:00"', sentence)
    table.put("times", whole(hit[1]))
    table.put("people", whole(people[1] or people[2]))
    if needs := re.search(r"要有([^。；，]{2,40})", sentence.text):
        table.put("needs", [bare(each) for each in split_outside(needs[1], "、和")])
    _classes(table, sentence.text[: hit.start()], entrants)
    table.put("clause", sentence.clause)
    return True


def _task(
    sentence: Sentence,
    span: Span,
    drafted: list[Drafted],
    entrants: Entrants,
    root: Table,
    taken: set[str],
    switches: Switches,
) -> None:
    if span.opens is not None or span.closes is None or not span.ends or span.rough:
        return
    before = re.split("[；。]", sentence.text[: span.start])[-1]
    part = re.split("[；。]", sentence.text[span.end :])[0]
    if not _SENT.search(part) or not _THING.search(before[-30:] + part) or _WORK.search(part.split("，")[0]):
        return
    form = _form(before + part, drafted)
    if form is not None and form.kinds:
        return
    hit = _WHAT.search(part)
    what = bare((hit["a"] or hit["b"] or "") if hit else "")
    what = re.sub(r"[（(]?附件\d*[)）]?", "", what) or (form.annex.title if form else "")
    if not what:
        return
    table = root.table("task", many=True)
    table.put("key", _key("report" if form is None else form.key, taken))
    table.put("label", f"报送{what}", sentence)
    if form is not None:
        table.put("form", form.key)
    _due(table, span, sentence, switches, "task")
    if form is None and re.search("人数|图|总结|情况", what):
        table.put("needs", [bare(each) for each in split_outside(what, "、和及")])
    _classes(table, before, entrants)
    table.put("clause", sentence.clause)


def _form(text: str, drafted: list[Drafted]) -> Drafted | None:
    for form in drafted:
        core = re.sub(r"^.{0,24}?(?=联络|联系|信息表|回执|登记|汇总)", "", form.annex.title)
        if form.annex.label in text.replace(" ", "") or (len(core) > 2 and core in text):
            return form
    return None


def _due(table: Table, span: Span, sentence: Sentence, switches: Switches, stem: str) -> None:
    point = span.closes
    assert point is not None
    if span.before:
        table.put(
            "due", before_switch(f"before_{stem}_{point.day.month}_{point.day.day}", span, sentence, switches), sentence
        )
        return
    ask = "“下班前”是几点？暂按 18:00（close_of_work）。" if point.clock == "下班前" else ""
    table.put("due", point.closing, sentence, ask=ask)


def _classes(table: Table, text: str, entrants: Entrants) -> None:
    """The classes that owe it, where the sentence names classes and nothing else."""
    told = re.sub("^请|^要求|^活动期间，?|安排.*$|要?组织.*$|[于须应要在]$", "", text.strip("，"))
    labels = [label for label in split_outside(told, "，、") if is_unit(label)]
    known = [entrants.known(label) for label in labels]
    if labels and None not in known and not any(is_everybody(label) for label in labels):
        keys = list(dict.fromkeys(key for key in known if key))
        if len(keys) < len(entrants.keys()):
            table.put("classes", keys)
