"""How many works each class owes or may send in, from sentences and from tables of tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rules.drafting.clauses import Sentence
from rules.drafting.entrants import Entrants, begins_with_everybody, is_everybody, is_unit
from rules.drafting.kinds import Kind, about
from rules.drafting.layout import Rows
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.text import NUMBER, bare, split_outside, whole

_FLOORS = r"不[得能可应]?(?:少于|低于)|至少|最少"
_CAPS = r"不[得能可应]?(?:超过|多于|超出)|最多|至多|限(?:报送?|推荐?|投|额)?|控制在|上限为?"
_PLAIN = r"上报|报送|推荐|选送|推选|提交|申报"
_COUNT = re.compile(
    rf"(?:(?P<floor>{_FLOORS})|(?P<cap>{_CAPS})|(?P<plain>{_PLAIN}))?(?P<mid>(?:(?!不|至少|"
    rf"最|限|超|{_PLAIN})[^，。；、\d（(]){{0,8}}?)(?:(?P<low>\d+)\s*(?:至|到|—|-|"
    rf"~)\s*)?(?P<n>{NUMBER})\s*(?P<m>个|篇|部|件|幅|"
    rf"条|份|项|则|支|组)"
    r"(?P<after>[（(]含[^）)]*[）)])?(?P<tail>以上|以内|以下|左右)?"
)
_VERB = re.compile(r"报送|推荐|上报|提交|选送|申报|投稿|参赛|创作|限报|限投|可向|可|至少|须|应|要|拟|按")
_NOT_A_COUNT = re.compile(
    r"^(?:申报表|推荐表|表格|一式|方面|部分|环节|层级|阶段|工作日|月|奖|类别|主题|联络员|"
    r"附件|微信|系统|步骤|红包|机会|题)"
)
_SOFT = re.compile(r"原则上|鼓励|建议|争取|一般")
_TASKS = re.compile(r"分配|任务|名额|指标|数量|计划")
_SKIP = re.compile(r"奖(?!项)|颁发|表彰|评出|评选出|抽取|答对|答题|红包|工作人员|场次|\d场")


@dataclass(slots=True)
class Limit:
    """Bounds of one class in one kind, each with the sentence it stands in."""

    floor: int | None = None
    cap: int | None = None
    soft: bool = False
    moves: bool = False
    sources: list[Sentence] = field(default_factory=list)
    ask: str = ""


Found = dict[str, dict[str, Limit]]


def quotas_of(paper: Paper, kinds: tuple[Kind, ...], entrants: Entrants) -> Found:
    """kind -> class key -> its bounds; "*" stands for every class."""
    found: Found = {kind.key: {} for kind in kinds}
    for sentence in paper.sentences:
        if not sentence.heading and not _SKIP.search(sentence.text):
            _from_sentence(sentence, kinds, entrants, found)
    for title, label, rows in _tables(paper):
        _from_table(title, label, rows, kinds, entrants, found)
    return found


def _from_sentence(sentence: Sentence, kinds: tuple[Kind, ...], entrants: Entrants, found: Found) -> None:
    soft = False
    for part in split_outside(sentence.text, "；;"):
        units: list[str] | None = None
        end, bound = 0, ""
        carried: tuple[Kind, ...] = ()
        soft = bool(_SOFT.search(part)) or soft
        for hit in _COUNT.finditer(part):
            between = part[end : hit.start()]
            bound = _bound(hit, between, bound, part)
            plain = bool(hit["plain"])
            if plain and re.search("名额|限额", sentence.context):
                bound, plain = "cap", False
            told = _units(between + _before(hit), kinds)
            units = told or units
            end = hit.end()
            other = _NOT_A_COUNT.match(part[hit.end() :]) or re.search("表|材料|总结|信息|名单|照片|图片", hit["mid"])
            if not bound or units is None or other or re.search("总数|总计|合计|累计", part[: hit.start()]):
                continue
            carried = _kinds(hit, between, part, kinds) or carried
            named = carried or about(sentence, kinds) or kinds
            for kind in named:
                if hit["low"]:
                    _set(found, kind, units, "floor", int(hit["low"]), sentence, entrants, soft=soft, part=part)
                    bound, plain = "cap", False
                _set(found, kind, units, bound, whole(hit["n"]), sentence, entrants, soft=soft, part=part, plain=plain)


def _before(hit: re.Match[str]) -> str:
    return hit["plain"] or hit["cap"] or hit["floor"] or ""


def _bound(hit: re.Match[str], between: str, before: str, part: str) -> str:
    """ "floor", "cap" or "" for a number that bounds nothing."""
    if hit["floor"] or hit["tail"] == "以上":
        return "floor"
    if hit["cap"] or hit["tail"] in ("以内", "以下"):
        return "cap"
    if hit["plain"]:
        return "cap" if re.search(r"可(?:以)?(?:向[^，。；]{1,12})?$", part[: hit.start()]) else "floor"
    return before if len(between) <= 10 and before else ""


def _units(text: str, kinds: tuple[Kind, ...]) -> list[str]:
    """The units named before a number: 各县市区、市直部门报送 -> both."""
    last = [piece for piece in split_outside(text, "，：:") if piece]
    words = [re.escape(word) for kind in kinds for word in kind.words]
    for piece in reversed(last):
        piece = re.sub(rf"^[、和]?(?:{'|'.join(words) or '〓'})(?=每|个人)", "", piece.strip())
        if everybody := begins_with_everybody(piece):
            return [everybody]
        cut = re.split(
            "|".join([_VERB.pattern, _FLOORS, _CAPS, *words, "信用|优秀|典型"]),
            re.sub(r"原则上|鼓励|其中|每类(?:作品)?", "", piece),
        )[0]
        cut = re.sub(r"(?<=.)每[校县市区家个].?$", "", cut.removesuffix("限"))
        labels = [label for label in split_outside(cut, "、和及") if is_everybody(label) or is_unit(label)]
        if labels and not re.search(r"作品|要求|内容|时间", cut):
            return labels
    return []


def _kinds(hit: re.Match[str], between: str, part: str, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    after = re.split("[，；、。]", part[hit.end() : hit.end() + 12])[0]
    for text in (hit["mid"], re.split("[，；]", between)[-1], after):
        if named := tuple(kind for kind in kinds if kind.spoken_of(text)):
            return named
    return ()


def _set(
    found: Found, kind: Kind, units: Sequence[str], bound: str, value: int, source: Sentence, entrants: Entrants,
    *, soft: bool, part: str, plain: bool = False,
) -> None:  # fmt: skip
    for label in units:
        person = re.fullmatch(r"每?[个名位]?(?:人|作者|选手|参赛者|用户|个人)", bare(label)) is not None
        key = entrants.take("个人", source) if person else "*" if is_everybody(label) else entrants.take(label, source)
        limit = found[kind.key].setdefault(key, Limit())
        old = getattr(limit, bound)
        if old is not None and old != value:
            limit.ask = f"{kind.noun}的数量有两种写法：{old} 与 {value}（{source.clause}）。以哪个为准？"
            continue
        setattr(limit, bound, value)
        limit.sources.append(source)
        if plain and bound == "floor":
            limit.ask = f"“{_near(part, value)}”是至少这么多，还是正好、至多？暂按至少。"
        limit.soft |= soft and bound == "floor"
        limit.moves |= bound == "cap" and bool(re.search(r"(同意|批准|适当)[^。；]{0,12}调整|适当增加", source.text))


def _near(part: str, value: int) -> str:
    """The few words around a number, for a question."""
    at = max(part.find(str(value)), 0)
    return part[max(0, at - 12) : at + 8].strip("，、")


def _tables(paper: Paper) -> Iterator[tuple[str, str, Rows]]:
    for annex in paper.annexes:
        if _TASKS.search(annex.title):
            yield from ((annex.title, annex.label, rows) for rows in annex.tables)
    yield from (("", clause, rows) for clause, rows in paper.tables)


def _from_table(title: str, label: str, rows: Rows, kinds: tuple[Kind, ...], entrants: Entrants, found: Found) -> None:
    """A table with a column of units and columns of numbers under the names of kinds."""
    source = Sentence(title or "表格", label)
    columns: dict[int, Kind] = {}
    unit = 0
    for row in rows:
        if not columns:
            columns = {at: kind for at, cell in enumerate(row) for kind in kinds if kind.spoken_of(cell)}
            unit = next((at for at, cell in enumerate(row) if re.search("单位|部门|类别|地区|县|名称", cell)), 0)
            continue
        name = row[unit] if unit < len(row) else ""
        if not is_unit(name) or re.match("合计|总计", bare(name)):
            continue
        key = entrants.take(name, source)
        for at, kind in columns.items():
            if at < len(row) and (hit := re.fullmatch(rf"[≥≤]?\s*({NUMBER})\s*\S?", bare(row[at]))):
                bound = "cap" if re.search("名额|上限|不超过", title + row[at]) or "≤" in row[at] else "floor"
                limit = found[kind.key].setdefault(key, Limit())
                setattr(limit, bound, whole(hit[1]))
                limit.sources.append(source)
                if bound == "floor":
                    limit.ask = f"“{title}”里的数是至少要报的，还是最多可报的？暂按至少。"


def write_quotas(track: Table, limits: dict[str, Limit], entrants: Entrants) -> None:
    """The quotas of a track: what holds for every class is added to what holds for one; equal ones stand together."""
    everybody = limits.get("*")
    keys = list(dict.fromkeys([*limits, *((entrants.units() or entrants.keys()) if everybody else [])]))
    groups: dict[_Quota, list[str]] = {}
    for key in keys:
        if key != "*":
            groups.setdefault(_quota(limits.get(key, Limit()), everybody or Limit()), []).append(key)
    for quota, classes in groups.items():
        if quota.floor is not None or quota.cap is not None:
            _write(track.table("quota", many=True), quota, classes)


@dataclass(frozen=True, slots=True)
class _Quota:
    """What is written for a group of classes."""

    floor: int | None
    cap: int | None
    soft: bool
    moves: bool
    sources: tuple[Sentence, ...]
    ask: str


def _quota(own: Limit, everybody: Limit) -> _Quota:
    cap = own.cap if own.cap is not None else everybody.cap
    floor = own.floor if own.floor is not None else everybody.floor
    ask = own.ask or everybody.ask
    if cap is not None and floor is not None and cap < floor:
        ask, cap = f"至少 {floor} 与至多 {cap} 互相矛盾，以哪个为准？", None
    sources = tuple(dict.fromkeys((*own.sources, *everybody.sources)))
    return _Quota(floor, cap, own.soft, own.moves or everybody.moves, sources, ask)


def _write(table: Table, quota: _Quota, classes: list[str]) -> None:
    table.put("classes", classes)
    ask = quota.ask
    for key, value, source in (("floor", quota.floor, quota.sources[0]), ("cap", quota.cap, quota.sources[-1])):
        if value is not None:
            table.put(key, value, source, ask=ask)
            ask = ""
    if quota.soft and quota.floor is not None:
        table.put("soft", True, note="“原则上”一类的说法：只提醒，不拦。")
    if quota.moves:
        table.put("moves", True)
    table.put("clause", "、".join(dict.fromkeys(each.clause for each in quota.sources)))
