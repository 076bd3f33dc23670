"""Each kind of work as a track: its form, film rule, quotas, opinions, package, and the rules in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rules.drafting.clauses import Sentence
from rules.drafting.entrants import Entrants
from rules.drafting.films import film_of, formats_of
from rules.drafting.forms import Drafted, put_limit
from rules.drafting.kinds import Kind, about
from rules.drafting.lengths import Length, length_of
from rules.drafting.paper import Paper
from rules.drafting.promises import write_checks, write_pledge
from rules.drafting.quotas import Found, write_quotas
from rules.drafting.sheet import Table
from rules.drafting.stages import Calendar
from rules.drafting.text import bare

_PICTURES = re.compile(r"(?<![a-z])(jpe?g|png|tiff?|bmp|psd)(?![a-z])", re.IGNORECASE)
_RULES = (
    (
        "one_theme",
        r"同一[^，。；]{0,8}(?:不[可得能]|只能|仅限)[^，。；]{0,10}(?:重复|主题|类别|多)|"
        r"不[可得](?:多主题)?重复(?:投稿|申报|报送)",
    ),
    ("straight", r"直接纳入|直接推荐|直接入围"),
    ("excluded", r"(?:广告|营销|商业)[^。；]{0,30}(?:不予|不得|不能)(?:参加)?(?:评选|受理|参评)?"),
)
_LEVELS = (
    ("lead", r"牵头|主管"),
    ("host", r"组委会|主办|评审|评委|活动办|领导小组"),
    ("recommender", r"^推荐|推荐单位|推荐"),
    ("lead", r"牵头|主管|上级|省.*(部门|单位|总工会)|市.*总工会|审核"),
    ("unit", r"."),
)


def write_track(
    kind: Kind,
    kinds: tuple[Kind, ...],
    paper: Paper,
    calendar: Calendar,
    drafted: Sequence[Drafted],
    quotas: Found,
    entrants: Entrants,
    root: Table,
) -> None:
    """One track with everything that the notice says of it."""
    said = [s for s in paper.sentences if kind in about(s, kinds)]
    general = [s for s in paper.sentences if not about(s, kinds)]
    own = next((s for s in said if s.heading and kind.spoken_of(s.text)), None)
    own = own or next(
        (s for s in said if re.search(r"\d|[一二两三]", s.text) and s.clause != "正文"),
        said[0] if said else Sentence("", "通知未写"),
    )
    form = next((each for each in drafted if kind in each.kinds), None)
    track = root.table("track", many=True)
    track.put("key", kind.key)
    track.put("label", own.text if own.heading and 2 < len(own.text) <= 9 else kind.noun, own)
    track.put("noun", kind.noun)
    track.put("measure", kind.measure)
    track.put("stage", calendar.collect[kind.key])
    track.put("form", form.key if form else f"{kind.key}_form")
    track.put("clause", own.clause)
    if kind.is_film:
        film = film_of(
            [*said, *(s for s in general if re.search("时长|分辨率|格式|画面|横屏|竖屏", s.text))], track, own.clause
        )
    printed = _promise(form)
    write_pledge(track, kind, paper, printed)
    write_quotas(track, quotas.get(kind.key, {}), entrants)
    if form is not None:
        _chain(track, form)
        _length(kind, said, general, form, kinds)
    write_checks(track, kind, said, general)
    _package(track, kind, paper, form, formats_of(film) if kind.is_film else [], said)
    _rules(track, said, general)


def _promise(form: Drafted | None) -> str:
    for table in form.table.tables if form else ():
        if told := table.get("printed"):
            return str(told)
    return ""


def _chain(track: Table, form: Drafted) -> None:
    for key, label in form.opinions:
        if key.startswith("promise"):
            continue
        by = next(name for name, words in _LEVELS if re.search(words, label))
        table = track.table("chain", many=True)
        table.put("key", key)
        table.put("label", label)
        table.put(
            "by",
            by,
            Sentence(label, form.annex.label),
            ask=""
            if by != "unit" or re.search("单位意见|所在|申报|本单位", label)
            else f"“{label}”由谁出具（unit、recommender、lead、host）？",
        )
        table.put("field", key)
        if by == "recommender":
            table.put("self_recommends", True, ask="单位自己申报、没有上级推荐时，由它自己在推荐单位一栏盖章，对吗？")
        table.put("clause", form.annex.label)


def _length(
    kind: Kind, said: Sequence[Sentence], general: Sequence[Sentence], form: Drafted, kinds: tuple[Kind, ...]
) -> None:
    """字数 of the notice's text, put to the field that holds the text where the form prints none."""
    if kind.is_film or kind.measure == "幅":
        return
    found = [(s, length) for s in said if (length := length_of(s.text)) and not re.search("简介|摘要", s.text)]
    found = found or (
        [(s, n) for s in general if (n := length_of(s.text)) and "简介" not in s.text] if len(kinds) == 1 else []
    )
    if not found:
        return
    source, length = found[0]
    field = form.content
    if field is None:
        _own_text(kind, source, length, form)
    elif field.get("limit") is None:
        put_limit(field, str(field.get("label")), length, source)
    elif field.get("limit") != length.most and length.most is not None:
        told = (
            f"“{field.get('label')}”在表里是 {field.get('limit')} 字，"
            f"{source.clause}写的是 {length.most} 字，以哪个为准？"
        )
        field.remark(told, source)


def _own_text(kind: Kind, source: Sentence, length: Length, form: Drafted) -> None:
    """A field for the text itself, printed in the cell of another one, since the form has none for it."""
    host = next(
        (t for t in reversed(form.table.tables) if t.get("kind") in ("text", "line") and t.get("source") is None), None
    )
    if host is None or len(form.kinds) > 1:
        form.table.remark(f"{kind.noun}正文（{source.text[:40]}）在表里没有一栏，写在哪里、怎样收？", source)
        return
    table = form.table.table("field", many=True)
    table.put("key", "content")
    table.put("label", f"{kind.noun}正文")
    table.put("kind", "text")
    put_limit(table, f"{kind.noun}正文", length, source)
    table.put("into", host.get("key"), ask=f"表里没有填写{kind.noun}正文的一栏，暂写入“{host.get('label')}”，对吗？")
    table.put("hint", "请写全文。")


def _package(
    track: Table, kind: Kind, paper: Paper, form: Drafted | None, films: list[str], said: Sequence[Sentence]
) -> None:
    text = " ".join(s.text for s in paper.sentences)
    source = next((s for s in paper.sentences if re.search("扫描件?|盖章|电子版|纸质", s.text)), None)
    clause = source.clause if source else "通知未写"
    excel = bool(re.search("excel|xls", text, re.IGNORECASE))
    word = table = track.table("package", many=True)
    word.put("key", "form")
    word.put("label", "申报表 Word 版")
    word.put("formats", ["docx", "doc", *(["xlsx", "xls"] if excel else [])], source)
    word.put("clause", clause)
    if re.search("扫描|盖章|公章|PDF", text) or (form and form.opinions):
        table = track.table("package", many=True)
        table.put("key", "scan")
        table.put("label", "盖章扫描件")
        only = bool(
            re.search(r"PDF[^，。；]{0,8}扫描|盖章[^，。；]{0,8}PDF|扫描[^，。；]{0,6}PDF", text, re.IGNORECASE)
        )
        table.put("formats", ["pdf"] if only else ["pdf", "jpg", "png"], source)
        table.put("clause", clause)
    if kind.is_film:
        table = track.table("package", many=True)
        table.put("key", "film")
        table.put("label", f"{kind.noun}文件")
        table.put("formats", films)
        table.put("clause", str(track.get("clause")))
    elif kind.measure == "幅" or re.search(
        "[配附][备有上]?[^，。；]{0,6}(?:图|照)|图片", " ".join(s.text for s in said)
    ):
        table = track.table("package", many=True)
        table.put("key", "pictures")
        table.put("label", "图片")
        named = _PICTURES.findall(" ".join(s.text for s in said))
        table.put(
            "formats", list(dict.fromkeys(each.lower().replace("jpeg", "jpg") for each in named)) or ["jpg", "png"]
        )
        table.put("required", kind.measure == "幅")
        table.put("clause", clause)


def _rules(track: Table, said: Sequence[Sentence], general: Sequence[Sentence]) -> None:
    for key, words in _RULES:
        found = next((s for s in (*said, *general) if re.search(words, s.text) and not s.heading), None)
        if found:
            part = next((p for p in re.split("；", found.text) if re.search(words, p)), found.text)
            rule = track.table(key)
            rule.put("text", bare(part) + "。", found)
            rule.put("clause", found.clause)


def write_own_form(kind: Kind, root: Table, name: str) -> None:
    """A provisional form where the notice prints none."""
    table = root.table("form", many=True)
    table.put("key", f"{kind.key}_form")
    table.put(
        "title",
        f"{kind.noun}申报表",
        ask=f"通知没有附{kind.noun}的申报表（或没有一并给出），暂拟一张；有正式的请换上。",
    )
    table.put("annex", "暂拟")
    table.put("blank", f"templates/forms/{name}/{kind.key}_form.docx")
    table.put("clause", "通知未附表，此为暂拟")
    table.put("provisional", True)
    table.put("note", "通知没有附这张表，这是暂用的表，正式的表发布以后请以正式的为准。")
    fields: tuple[tuple[str, str, str, str], ...] = (
        ("title", f"{kind.noun}名称", "line", "请写全称，和作品上的一致。"),
        ("unit", "申报单位", "line", ""),
        ("contact", "联系人", "line", "请写随时能联系上的一位同志的姓名。"),
        ("phone", "联系电话", "phone", "手机号，或带区号的座机号。"),
        *((("length", "时长", "measured", ""),) if kind.is_film else (("content", "正文", "text", "请写全文。"),)),
        ("introduction", "作品简介", "text", "请简要介绍。"),
    )
    for key, label, what, hint in fields:
        field = table.table("field", many=True)
        field.put("key", key)
        field.put("label", label)
        field.put("kind", what)
        if not hint:
            field.put("source", "film" if what == "measured" else "registration")
        else:
            field.put("hint", hint)
