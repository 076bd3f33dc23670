"""The top of the file: what the campaign is called, who runs it, whom people may ask."""

from __future__ import annotations

import re

from rules.drafting.clauses import Sentence
from rules.drafting.kinds import Kind
from rules.drafting.paper import Paper
from rules.drafting.post import contact_of
from rules.drafting.sheet import Table
from rules.drafting.text import bare, split_outside

_TITLED = re.compile(
    r"关于(?:印发|转发)?(?:(?:联合)?(?:组织开展|组织参加|组织|开展|举办|征集|做好|启动|参加))?(?P<t>.+?)"
    r"(?:的(?:通知|函|公告|启事|通告|方案)|(?:实施|活动|工作)?方案(?:的通知)?)?(（[^）]*）)?$"
)
_ROLES = re.compile(
    r"^(?P<role>指导|主办|承办|协办|支持|合作|技术支[持撑]|赞助)(?:单位|媒体|"
    r"机构)?[：:]\s*(?P<who>.+)$"
)
_ROLE_HEAD = re.compile(r"^(指导|主办|承办|协办|支持|技术支[持撑])(?:单位|机构)?[：:]?$")
_INLINE = re.compile(
    r"由(?P<who>[^，。；由]{3,40}?)(?:共同|联合)?(?P<role>主办|承办|协办)|"
    r"(?P<who2>[^，。；]{3,40}?)(?P<role2>主办|(?:具体)?承办|协办|独家赞助)(?=，|$)"
)
_BODY_KEYS = {
    "指导": "guide",
    "主办": "host",
    "承办": "organiser",
    "协办": "helper",
    "支持": "supporter",
    "合作": "partner",
    "赞助": "sponsor",
}


def write_head(paper: Paper, root: Table, name: str, kinds: tuple[Kind, ...], *, quiz: bool) -> None:
    """The single values at the top of the file, and the public bodies."""
    title = campaign_title(paper)
    letters = re.sub(r"[^A-Z]", "", name.upper())[:4]
    root.put("code", letters or "XX", ask=f"编号前缀暂用 {letters or 'XX'}（1 到 6 个大写字母），要换吗？")
    if title:
        root.put("title", title, Sentence(paper.title or title, "标题"))
    else:
        root.lack("title", "活动的全称是什么？", '"…活动"')
    root.put("short_title", _short(title, kinds, quiz=quiz))
    host = _host(paper)
    contact, source = contact_of(paper, next(iter(paper.signed), host))
    root.put("contact", contact, source, ask="" if host else "联系单位没有认出来，请填写单位全称（不写个人姓名）。")
    if paper.reference:
        root.put("reference", paper.reference)
    if paper.issued:
        root.put("issued", str(paper.issued))
    root.put("zone", "Asia/Shanghai")
    _bodies(paper, root, host)


def campaign_title(paper: Paper) -> str:
    """The name of the campaign in the title: without the issuing body, 关于开展 and 的通知."""
    if not paper.title:
        return _title_in_text(paper)
    found = _TITLED.search(paper.title)
    if found is None:
        told = re.sub(r"(?:实施|工作)?(方案|通知|公告|启事|办法)$", "", paper.title)
    else:
        told = found["t"] + ("征集" if "征集" + found["t"] in paper.title else "")
    told = re.sub(r"(?:实施|工作)?方案$", "", told).removesuffix("的通知").strip()
    if told.startswith("《") and told.count("《") == 1:
        told = told.strip("《》").removesuffix("实施方案")
    return re.sub(r"(?<![0-9A-Za-z]) +(?![0-9A-Za-z])", " ", told)


def _title_in_text(paper: Paper) -> str:
    """What the first sentences call the campaign, where no title stands above them."""
    first = "。".join((paper.addressees, *(s.text for s in paper.sentences[:3])))
    if hit := re.search(r"(第?[^，。：；]{4,50}?(?:征集|评选|竞赛|大赛|主题)[^，。：；]{0,6}活动)", first):
        return hit[1].strip()
    told = re.search(
        r"(?:决定|现|拟)[^，。；]{0,16}?(?:开展|举办|组织)(?P<a>[^，。；]{4,50})|征集(?P<b>[^，。；]{4,40})", first
    )
    return (told["a"] or told["b"] + "征集").strip() if told else ""


def _short(title: str, kinds: tuple[Kind, ...], *, quiz: bool) -> str:
    core = re.sub(r"^\d{4}年度?|活动$", "", bare(title))
    if 0 < len(core) <= 18:
        return core
    quoted = re.search(r"“[^”]{2,12}”", core)
    nouns = "知识竞赛" if quiz and not kinds else "和".join(kind.noun for kind in kinds) + "征集"
    return (quoted[0] if quoted else "") + nouns


def _host(paper: Paper) -> str:
    for _, role, who in _named_bodies(paper):
        if role.startswith("主办"):
            return bare(split_outside(who, "、，")[0])
    return next(iter(_issuers(paper)), "")


def _issuers(paper: Paper) -> tuple[str, ...]:
    """Who issued the notice: those who signed it, the letterhead, or those named before 关于 in its title."""
    above = paper.title.partition("关于")[0] if "关于" in paper.title else ""
    named = tuple(bare(each) for each in re.split(r"\s+|、", above) if len(bare(each)) > 3)
    return paper.signed or ((paper.letterhead,) if paper.letterhead else named)


def _named_bodies(paper: Paper) -> list[tuple[Sentence, str, str]]:
    found = []
    for sentence in paper.sentences:
        if hit := _ROLES.match(sentence.text):
            found.append((sentence, hit["role"], hit["who"]))
        elif not sentence.heading and (head := _ROLE_HEAD.match(sentence.head)):
            found.append((sentence, head[1], sentence.text))
        elif re.search("组织(单位|机构|架构|领导)|主办", sentence.head) and not sentence.heading:
            found += [
                (sentence, (h["role"] or h["role2"])[-2:], (h["who"] or h["who2"]).split("由")[-1])
                for h in _INLINE.finditer(sentence.text)
            ]
    return found


def _bodies(paper: Paper, root: Table, host: str) -> None:
    named = _named_bodies(paper)
    taken: set[str] = set()
    for sentence, role, who in named:
        table = root.table("body", many=True)
        stem = key = _BODY_KEYS.get(role[:2], "body")
        while key in taken:
            key = f"{stem}_{len(taken) + 1}"
        taken.add(key)
        table.put("key", key)
        table.put("label", bare(who).rstrip("等"), sentence)
        table.put("role", role)
        table.put("clause", sentence.clause)
    if not named and host:
        table = root.table("body", many=True)
        table.put("key", "host")
        table.put(
            "label",
            "、".join(_issuers(paper)),
            ask="通知没有写主办单位，暂以落款单位为主办，对吗？",
            clause="落款",
        )
        table.put("role", "主办")
        table.put("clause", "落款")
