"""How works are judged: the rounds, their weights, what experts score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.drafting.clauses import Sentence
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.stages import Calendar
from rules.drafting.text import NUMBER, bare, split_outside, whole

_ROUNDS = (
    ("screening", "screening", "pass", r"资格(?:初|预)?审|初审|初筛|初步(?:筛选|遴选|审核)|形式审查|初评|筛选"),
    (
        "public",
        "public",
        "vote",
        r"(?:网[络上]|微信|公众|大众|线上|群众|社会)[^，。；]{0,6}(?:投票|点赞|评选|票选|"
        r"人气)|点赞数?|投票环节",
    ),
    (
        "expert",
        "expert",
        "scores",
        r"专家[^，。；]{0,10}(?:评|打分|审)|评审(?:委员会|小组|专家|团)|"
        r"评委[^，。；]{0,6}(?:打分|评|会)",
    ),
    (
        "committee",
        "committee",
        "decide",
        r"(?:组委会|领导小组|主办单位|活动办公室|评委会)[^，。；]{0,16}(?:审定|终审|审批|"
        r"研究确定|最终确定|集体研究)",
    ),
)
_LABELS = {"screening": "初审", "public": "网络投票", "expert": "专家评审", "committee": "组委会审定"}
_STAGES = {
    "screening": ("screen",),
    "public": ("vote", "judge"),
    "expert": ("judge",),
    "committee": ("judge", "objections"),
}
_SHARE = re.compile(
    rf"(?P<pre>[^，。；、%]{{0,26}}?)(?:(?P<n>\d+(?:\.\d+)?)\s*%|百分之(?P<c>{NUMBER})|"
    rf"(?P<t>[一二三四五六七八九])成)"
)
_CRITERIA = re.compile(
    r"(?:从|按照?|根据|围绕|依据|"
    r"以)(?P<list>[^。；]{4,80}?)(?:等)?(?:[一二三四五六七八九\d]+个)?(?:评[选审](?:标准|"
    r"指标|要素)|方面|维度|标准|指标|进行(?:打分|评分|评审))"
)
_POINTS = re.compile(rf"[（(]?(?:占)?({NUMBER})\s*(?:分|%)[)）]?$")


@dataclass(frozen=True, slots=True)
class Found:
    """One round with the sentence that speaks of it first."""

    key: str
    kind: str
    method: str
    source: Sentence
    secret: bool = False


def write_judging(paper: Paper, calendar: Calendar, root: Table) -> Table | None:
    """The table of the selection, None where the notice speaks of none."""
    rounds = _rounds(paper)
    if not rounds:
        return None
    table = root.table("judging")
    table.put("clause", "、".join(dict.fromkeys(each.source.clause for each in rounds)))
    _weights(paper, rounds, table)
    if any(each.key == "public" for each in rounds):
        table.put(
            "normalise",
            "unset",
            ask="网络投票的票数怎样换算成分数？投票开始前由管理员定（top100、share、percentile）。",
        )
    criteria = _criteria(paper)
    if criteria:
        _write_criteria(table, *criteria)
    for each in rounds:
        _write(each, rounds, calendar, table)
    return table


def _rounds(paper: Paper) -> list[Found]:
    found: dict[str, Found] = {}
    for key, kind, method, pattern in _ROUNDS:
        said = [s for s in paper.sentences if re.search(pattern, s.text) and not re.search("不设|不组织|取消", s.text)]
        if not said:
            continue
        source = next((s for s in said if not s.heading and len(s.text) > 8), said[0])
        secret = any("无记名" in s.text for s in said)
        found[key] = Found(key, kind, "approve" if key == "expert" and secret else method, source, secret)
    return list(found.values())


def _weights(paper: Paper, rounds: Sequence[Found], table: Table) -> None:
    counted = [each.key for each in rounds if each.key in ("public", "expert")]
    for sentence in paper.sentences:
        shares = _shares(sentence.text) or _in_points(sentence.text)
        if len(shares) == 1 and len(counted) == 2 and re.search("权重|占|综合|总[成得]", sentence.text):
            (key, share), *_ = shares.items()
            other = next(each for each in counted if each != key) if key in counted else ""
            if other and 0 < share < 100:
                put = {key: f"{share} %", other: f"{100 - share} %"}
                table.put(
                    "weights", put, sentence, ask=f"通知只写了一项占 {share}%，另一项按余下的 {100 - share}% 计，对吗？"
                )
                return
        if len(shares) > 1 and set(shares) <= {each.key for each in rounds}:
            ask = "" if sum(shares.values()) == 100 else f"各项权重之和是 {sum(shares.values())}%，不是 100%。"
            if ask:
                table.put("weights", {}, sentence, ask=ask + "请改正后填写。")
            else:
                table.put("weights", {key: f"{share} %" for key, share in shares.items()}, sentence)
            return
    if counted == ["expert"]:
        table.put("weights", {"expert": "100 %"}, note="只有专家评审计分。")
    elif len(counted) == 2:
        table.put("weights", {}, ask="专家评审与网络投票各占多少？通知没有写，投票开始前由管理员定。")


def _shares(text: str) -> dict[str, int]:
    """Round -> percent, as one sentence gives them."""
    shares: dict[str, int] = {}
    for hit in _SHARE.finditer(text):
        share = whole(hit["n"] or hit["c"]) if hit["n"] or hit["c"] else 10 * whole(hit["t"])
        words = hit["pre"]
        expert, public = (
            words.rfind("专家"),
            max(words.rfind(each) for each in ("投票", "点赞", "网络", "公众", "人气", "大众")),
        )
        expert = max(expert, words.rfind("评委"), words.rfind("评审"))
        if max(expert, public) >= 0:
            shares.setdefault("expert" if expert > public else "public", share)
    return shares


def _in_points(text: str) -> dict[str, int]:
    """专家评分（60分）+网络投票（40分), where both together make 100."""
    expert = re.search(rf"(?:专家|评委)[^，。；+\d]{{0,8}}[（(]?(?:占|满分)?({NUMBER})\s*分", text)
    public = re.search(rf"(?:投票|点赞|人气|网络)[^，。；+\d]{{0,8}}[（(]?(?:占|满分)?({NUMBER})\s*分", text)
    shares = {"expert": whole(expert[1]), "public": whole(public[1])} if expert and public else {}
    return shares if sum(shares.values()) == 100 else _in_ratio(text)


def _in_ratio(text: str) -> dict[str, int]:
    """专家评审得分与网络投票得分按8:2的比例."""
    hit = re.search(
        r"(?P<first>专家|评委|网络|投票|"
        r"点赞)[^，。；]{0,12}[与和、及](?P<rest>[^，。；]{2,16}?)(?:分别)?按照?(?P<a>\d+)[:：比](?P<b>\d+)",
        text,
    )
    if hit is None or not re.search("专家|评委|网络|投票|点赞", hit["rest"]):
        return {}
    parts = int(hit["a"]), int(hit["b"])
    if not sum(parts) or 100 * parts[0] % sum(parts):
        return {}
    first = 100 * parts[0] // sum(parts)
    expert_first = hit["first"] in ("专家", "评委")
    return {"expert": first if expert_first else 100 - first, "public": 100 - first if expert_first else first}


def _criteria(paper: Paper) -> tuple[list[str], list[int], Sentence] | None:
    for sentence in paper.sentences:
        if not re.search("评[选审分]|打分|评定|标准", sentence.context):
            continue
        for hit in _CRITERIA.finditer(sentence.text):
            names, points = [], []
            for item in split_outside(hit["list"].strip("“”的"), "、，"):
                told = _POINTS.search(item)
                names.append(bare(_POINTS.sub("", item)).strip("和及等（("))
                points += [whole(told[1])] if told else []
            short = [name for name in names if 2 <= len(name) <= 8]
            speaking = len(points) == len(names) or all(re.search("[性力度果值意新]$", each) for each in names[:2])
            if len(short) >= 3 and len(short) == len(names) and speaking:
                return names, points, sentence
        scored = re.findall(r"([\u4e00-\u9fff]{2,8}?)[（(]?(?:占|为|满分)?(\d+)\s*[分%]", sentence.text)
        names, points = (
            [re.sub("^(?:其中|包括|和)", "", name) for name, _ in scored],
            [whole(each) for _, each in scored],
        )
        if len(names) > 2 and sum(points) == 100 and not re.search("专家|投票|网络", sentence.text):
            return names, points, sentence
    return None


def _write_criteria(table: Table, names: list[str], points: list[int], source: Sentence) -> None:
    keys = [f"c{index}" for index in range(1, len(names) + 1)]
    if len(points) == len(names) and sum(points) == 100:
        table.put("criteria_weights", {key: f"{share} %" for key, share in zip(keys, points, strict=True)}, source)
    elif points:
        table.remark(f"评分标准的分值之和是 {sum(points)}，不是 100；请核对，暂按各项相等。", source)
    for key, name in zip(keys, names, strict=True):
        criterion = table.table("criterion", many=True)
        criterion.put("key", key)
        criterion.put("label", name, source)


def _write(found: Found, rounds: Sequence[Found], calendar: Calendar, table: Table) -> None:
    each = table.table("round", many=True)
    each.put("key", found.key)
    each.put("label", _LABELS[found.key])
    each.put("kind", found.kind, found.source)
    each.put("method", found.method)
    if found.secret:
        each.put("secret", True)
    if stage := calendar.stage(*_STAGES[found.key]):
        each.put("stage", stage)
    if found.key in ("public", "expert") and rounds[0].key == "screening":
        each.put("of", "screening")
    each.put("clause", found.source.clause)
    if found.kind == "public":
        each.remark("公众在哪里投票？没有写 [judging.round.vote] 就是在别的平台投，再把票数导入。", found.source)
