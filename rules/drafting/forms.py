"""The annexes as forms: labels to fields, and what the program must ask about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.drafting.cells import Slot, is_row_form, slots_of
from rules.drafting.clauses import Sentence
from rules.drafting.kinds import Kind
from rules.drafting.labels import Meaning, meaning
from rules.drafting.lengths import Length, length_of
from rules.drafting.paper import Annex, Paper
from rules.drafting.sheet import Table
from rules.drafting.text import NUMBER, bare, split_outside, whole

_FORM = re.compile(r"(表|名单|回执|承诺书|申请书|申报书|推荐书|登记卡)(（[^）]*）)?$")
_NO_FORM = re.compile(r"(分工|分配|任务|指标|评分|打分|计分|安排|日程|统计样|进度)[^，]{0,6}表|示例|范例")
_SECTION = re.compile(r"([一二三四五六]、[^（(。，；一二三四五六：:]{2,16})[：:]?\s*(?:[（(]([^）)]*)[)）])?")
_OPEN_LIST = re.compile(r"包括但不限于[：:]?(.+?)等*[。.]?$")
_SIGNED = re.compile(r"意见|盖章|签章|审核|审批|承诺|声明")


@dataclass(slots=True)
class Drafted:
    """A form as it was understood: its table in the file, its annex, the kinds of work it is for, its opinions."""

    key: str
    table: Table
    annex: Annex
    kinds: tuple[Kind, ...] = ()
    opinions: list[tuple[str, str]] = field(default_factory=list)
    content: Table | None = None
    rows: bool = False
    title: bool = False
    guessed: list[str] = field(default_factory=list)


def forms_of(paper: Paper, kinds: tuple[Kind, ...], root: Table, name: str) -> list[Drafted]:
    """Every annex that is a form, written into the file. A form for a kind of work is found by its title and labels."""
    drafted = []
    taken: set[str] = set()
    for annex in paper.annexes:
        slots = [each for each in slots_of(annex) if not _no_field(each)] if _is_form(annex) else []
        if len(slots) < 3:
            continue
        of = _kinds_of(annex, slots, kinds, len([a for a in paper.annexes if _is_form(a)]))
        stem = of[0].key if len(of) == 1 else "entry" if of else _key(annex)
        key = stem
        while key in taken:
            key += "_2"
        taken.add(key)
        drafted.append(_form(key, annex, slots, of, root, name, paper))
    return drafted


def _no_field(slot: Slot) -> bool:
    """Whether a label asks for nothing: a counter of rows, a heading of a part of the form."""
    return bare(slot.label) == "序号" or (
        slot.plain and re.match(r"[一二三四五六七八九十]+、|（[一二三四五六]）", slot.label) is not None
    )


def _is_form(annex: Annex) -> bool:
    return bool(_FORM.search(annex.title)) and not _NO_FORM.search(annex.title)


def _key(annex: Annex) -> str:
    words = {
        "联络": "liaison",
        "回执": "receipt",
        "汇总": "summary",
        "承诺": "pledge",
        "联系": "liaison",
        "报名": "entry",
    }
    return next((key for word, key in words.items() if word in annex.title), "form" + re.sub(r"\D", "", annex.label))


def _kinds_of(annex: Annex, slots: list[Slot], kinds: tuple[Kind, ...], forms: int) -> tuple[Kind, ...]:
    """The kinds a form is for. 案例视频申报表 is for films; a form that names none but asks for a title is for all."""
    if "汇总" in annex.title or (
        re.search(r"联络|联系|回执|承诺书|信息表", annex.title) and not re.search(r"作品|案例|视频", annex.title)
    ):
        return ()
    named = tuple(kind for kind in kinds if kind.spoken_of(annex.title))
    measured = any(meaning(slot.label).kind == "measured" for slot in slots)
    films = tuple(kind for kind in kinds if kind.is_film)
    if films and forms > 1 and (measured or re.search("视频(评选|申报|推荐)", annex.title)):
        return films
    if named:
        return named
    return kinds if any(meaning(slot.label).key == "title" for slot in slots) else ()


def _form(
    key: str, annex: Annex, slots: list[Slot], of: tuple[Kind, ...], root: Table, name: str, paper: Paper
) -> Drafted:
    table = root.table("form", many=True)
    made = Drafted(key, table, annex, of, rows=is_row_form(annex, slots))
    source = Sentence(annex.title, annex.label)
    table.put("key", key)
    table.put("title", annex.title, source)
    table.put("annex", annex.label)
    table.put("blank", f"templates/forms/{name}/{key}.docx", note="把通知所附的空白表（.docx）放到这个位置。")
    table.put("clause", annex.label)
    if made.rows:
        _rows(table, annex, paper)
    taken: set[str] = set()
    for slot in slots:
        _field(made, slot, taken, film=any(kind.is_film for kind in of))
    if made.guessed:
        table.remark(f"这些栏目没有认出类型，按一行文字处理：{'、'.join(made.guessed)}。对吗？", source)
    return made


def _rows(table: Table, annex: Annex, paper: Paper) -> None:
    rows = table.table("rows")
    name = re.sub(r"^.{0,20}?(联络|联系|汇总|信息|回执)", r"\1", annex.title)
    number = re.sub(r"\D", "", annex.label)
    for sentence in paper.sentences:
        named = (name and name in sentence.text) or (number and f"附件{number}" in sentence.text)
        hit = re.search(rf"({NUMBER})(?:[-—~至到]({NUMBER}))?[名人位](?!以上|次)", sentence.text) if named else None
        if hit:
            rows.put("least", whole(hit[1]), sentence)
            rows.put("most", whole(hit[2] or hit[1]))
            rows.put("clause", sentence.clause)
            return
    rows.put("least", 1)
    rows.put("most", 10, ask=f"{annex.title}最少、最多填几行？暂按 1 到 10 行。", clause=annex.label)
    rows.put("clause", "通知未写，暂定")


def _field(made: Drafted, slot: Slot, taken: set[str], *, film: bool) -> None:
    table = made.table.table("field", many=True)
    source = Sentence(f"{slot.label} {slot.text}".strip(), made.annex.label)
    if _is_opinion(slot):
        _opinion(made, table, slot, taken)
        return
    known = meaning(slot.label)
    if known.kind == "measured" and not film:
        known = Meaning("length", "line", "请填写时长。")
    key = _unique(known.key or f"field{len(made.table.tables)}", taken)
    limit = length_of(slot.label) or length_of(slot.text)
    sections = _SECTION.findall(slot.text)
    table.put("key", key)
    table.put("label", slot.label, source)
    kind = known.kind
    if slot.boxes or _OPEN_LIST.search(slot.text):
        kind = "boxes"
    elif len(sections) >= 2:
        kind = "sections"
    elif kind == "line" and limit and (limit.most or 0) > 60:
        kind = "text"
    table.put("kind", kind)
    if not known.sure and kind == "line":
        made.guessed.append(slot.label)
    if known.source != "ask":
        table.put("source", known.source)
    if not known.required:
        table.put("required", False, note="按惯例可以不填。")
    if kind in ("line", "text", "sections") and known.source == "ask":
        put_limit(table, slot.label, limit)
    if kind == "boxes":
        _choices(table, slot)
    if kind == "sections":
        table.put("headings", [bare(title) for title, _ in sections])
        table.put("guides", [bare(guide) or "请按这个小标题来写。" for _, guide in sections])
    if known.source == "ask":
        table.put("hint", known.hint or "请填写。")
    if known.key == "content" or kind == "sections":
        made.content = table
    made.title |= known.key == "title"


def put_limit(table: Table, label: str, limit: Length | None, source: Sentence | None = None) -> None:
    """The upper limit of a text, and the length below which it is called short."""
    if limit is None or table.get("limit") is not None:
        return
    if limit.most is None:
        table.lack("limit", f"“{label}”只写了不少于 {limit.least} 字，没有上限；要限制吗？", "2000", source)
        return
    ask = f"“{label}”的“{limit.most}字”没有写“以内”，是上限还是大致篇幅？暂按上限。" if limit.rough else ""
    table.put("limit", limit.most, source, ask=ask, clause=source.clause if source else "")
    if limit.least is not None and limit.least <= limit.most:
        table.put("near", limit.least, note="少于这个字数时提醒偏短，不拦。")


def _unique(key: str, taken: set[str]) -> str:
    number = 2
    stem = key
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    taken.add(key)
    return key


def _is_opinion(slot: Slot) -> bool:
    if slot.boxes:
        return False
    return (
        bool(slot.stamps and _SIGNED.search(slot.label))
        or bool(re.search(r"意见$|意见（", slot.label))
        or (bool(slot.stamps) and not meaning(slot.label).sure)
        or (bool(re.search("承诺|声明", slot.label)) and bool(slot.stamps or slot.printed))
    )


def _opinion(made: Drafted, table: Table, slot: Slot, taken: set[str]) -> None:
    signs = (
        re.sub(
            r"(审核|审批|推荐|评审)?意见.*$|(原创|作品)?(承诺|声明).*$|[（(]?(盖章|签章|"
            r"签字)[)）]?.*$",
            "",
            slot.label,
        )
        or "申报单位"
    )
    if signs in ("申报单位", "单位") and "签" in _beside(slot) and "盖章" not in _beside(slot):
        signs = "申报人"
    key = _unique("promise" if re.search("承诺|声明", slot.label) else "opinion", taken)
    table.put("key", key)
    table.put("label", slot.label, Sentence(f"{slot.label} {slot.text}".strip(), made.annex.label))
    table.put("kind", "opinion")
    table.put("source", "stamp")
    table.put("signs", signs)
    promised = [part for part in slot.printed if "承诺" in part or "保证" in part]
    if promised:
        table.put("printed", bare(re.split("[（(]盖章", promised[0])[0]))
    if any(re.search(r"年\s*月\s*日", stamp) for stamp in (*slot.stamps, *slot.printed)):
        table.put("dated", True)
    made.opinions.append((key, slot.label))


def _beside(slot: Slot) -> str:
    return " ".join((*slot.stamps, *slot.printed))


def _choices(table: Table, slot: Slot) -> None:
    listed = _OPEN_LIST.search(slot.text)
    if slot.boxes:
        options = [
            re.sub(r"[_＿\s]+$|[（(]\s*(请|可)?(注明|说明|填写)?[：:]?[\s_＿]*[)）]?$|[：:][\s_＿]*$", "", each).strip()
            for each in slot.boxes
        ]
    else:
        options = split_outside(listed[1], "、，") if listed else []
    options = [bare(each).removesuffix("等等").removesuffix("等") for each in options]
    options = list(dict.fromkeys(each for each in options if each))
    table.put("options", options)
    if others := [each for each in options if re.match(r"其[他它]", each)]:
        told = next((each for each in slot.boxes if re.match(r"其[他它]", each)), "")
        table.put("other", others[0])
        if re.search("注明|说明|填写|[_＿]{2}", told):
            table.put("other_required", True)
    if listed and not slot.boxes:
        table.put("open", True)
    if len(options) > 4:
        table.put("several", True, ask=f"“{slot.label}”可以多选吗？暂按可以，第一个为主。")
