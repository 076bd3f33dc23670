"""All that a notice says, put together: `draft` reads a paper and gives the text of a first campaign file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.drafting.awards import write_awards
from rules.drafting.clauses import Sentence
from rules.drafting.duties import write_duties
from rules.drafting.entrants import entrants_of, write_classes
from rules.drafting.forms import Drafted, forms_of
from rules.drafting.judging import write_judging
from rules.drafting.kinds import Kind, has_quiz, kinds_of
from rules.drafting.layout import Block
from rules.drafting.paper import Paper, read_paper
from rules.drafting.post import contact_of, write_mail, write_outlets
from rules.drafting.promises import write_disclaimers
from rules.drafting.quizzes import write_quiz
from rules.drafting.quotas import quotas_of
from rules.drafting.sheet import Question, Switches, Table
from rules.drafting.stages import Calendar, calendar_of, write_stages
from rules.drafting.text import bare, split_outside
from rules.drafting.toml import questions, write
from rules.drafting.tracks import write_own_form, write_track

_ORDER = (
    "body",
    "class",
    "stage",
    "meeting",
    "form",
    "task",
    "track",
    "judging",
    "awards",
    "quiz",
    "disclaimer",
    "outlet",
    "mail",
    "retention",
    "switch",
)
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


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of the file, and every question that it leaves to a human."""

    text: str
    questions: tuple[Question, ...]


def draft(blocks: Sequence[Block], name: str, annexes: Sequence[Sequence[Block]] = ()) -> Draft:
    """A first campaign file for the notice in these blocks; `name` is the name of the file to be, without its end."""
    paper = read_paper(blocks, annexes)
    root = Table("")
    general: list[Question] = []
    _fill(paper, root, name, general)
    root.tables.sort(key=lambda table: _ORDER.index(table.name))
    return Draft(write(root, general, name), tuple(questions(root, general)))


def _fill(paper: Paper, root: Table, name: str, general: list[Question]) -> None:
    switches = Switches(root)
    kinds = kinds_of(paper)
    quiz = has_quiz(paper)
    calendar = calendar_of(paper, kinds)
    entrants = entrants_of(paper)
    quotas = quotas_of(paper, kinds, entrants)
    drafted = forms_of(paper, kinds, root, name)
    _top(paper, root, name, kinds, quiz=quiz)
    write_stages(calendar, kinds, paper, root, switches)
    for kind in kinds:
        if not any(kind in each.kinds for each in drafted):
            write_own_form(kind, root, name)
        write_track(kind, kinds, paper, calendar, drafted, quotas, entrants, root)
    if quiz:
        write_quiz(paper, calendar, root)
    write_duties(paper, calendar, drafted, entrants, root, switches)
    write_classes(entrants, root)
    if kinds:
        write_judging(paper, calendar, root)
        write_awards(paper, kinds, root)
        write_disclaimers(paper, root)
    write_outlets(paper, root)
    write_mail(paper, root)
    _retention(root)
    _general(paper, kinds, calendar, drafted, general, quiz=quiz)


def _top(paper: Paper, root: Table, name: str, kinds: tuple[Kind, ...], *, quiz: bool) -> None:
    title = campaign_title(paper)
    letters = re.sub(r"[^A-Z]", "", name.upper())[:4]
    root.put("code", letters or "XX", ask=f"编号前缀暂用 {letters or 'XX'}（1 到 6 个大写字母），要换吗？")
    if title:
        root.put("title", title, Sentence(paper.title or title, "标题"))
    else:
        root.lack("title", "活动的全称是什么？", '"…活动"')
    root.put("short_title", _short(title, kinds, quiz=quiz))
    host = _host(paper)
    contact, source = contact_of(paper, host)
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


def _retention(root: Table) -> None:
    table = root.table("retention")
    table.put("months", 24, ask="资料保存多久？通知没有写，暂按活动结束后 24 个月。")
    table.put("clause", "通知未写，按主办单位档案管理要求调整")


def _general(
    paper: Paper,
    kinds: tuple[Kind, ...],
    calendar: Calendar,
    drafted: Sequence[Drafted],
    general: list[Question],
    *,
    quiz: bool,
) -> None:
    """Questions that have no place of their own in the file."""
    if paper.cut:
        general.append(Question("原文太长，后面的部分没有读；请只放通知和附件表格。"))
    if not kinds and not quiz:
        general.append(Question("没有认出征集哪一类作品，也没有认出答题；请补写 [[track]] 或 [quiz]。"))
    if calendar.guessed and paper.year:
        told = f"发文日期（{paper.issued}）" if paper.issued else "标题或正文里的年份"
        general.append(Question(f"有的日期没有写年份，按{told}补为 {paper.year} 年（跨年的顺延），请核对。"))
    elif paper.year is None:
        general.append(Question("全文没有一个年份，日期都没有读；请补写时间。"))
    read = {each.annex.label for each in drafted}
    general += [
        Question(f"“{each.title or each.label}”没有作为要填的表处理，请看是否需要。", each.label)
        for each in paper.annexes
        if each.label not in read
    ]
    general += [
        Question(f"“{each.text[:40]}”是几类作品合起来的数，没有写进数量要求；怎样掌握？", each.clause)
        for each in paper.sentences
        if re.search("(总数|总计|合计|累计)[^，。；]{0,6}(不少于|不超过|至少|最多)", each.text)
    ]
    _categories(paper, drafted, general)


def _categories(paper: Paper, drafted: Sequence[Drafted], general: list[Question]) -> None:
    for sentence in paper.sentences:
        hit = re.search(
            r"(?:分为|分|类型[^，。；]{0,6}为|采用|"
            r"包括)((?:[\u4e00-\u9fff]{2,3}类?、){1,4}[\u4e00-\u9fff]{2,3}类?)等?[^，。；]{0,3}(?:类别|"
            r"[三四两]大?类|形式)",
            sentence.text,
        )
        if hit is None:
            continue
        options = " ".join(str(t.get("options") or "") for each in drafted for t in each.table.tables)
        if not all(name.rstrip("类") in options for name in re.sub("等$", "", hit[1]).split("、")):
            general.append(Question(f"作品分为{hit[1]}，申报表里没有这一栏；要问吗，写在哪一栏里？", sentence.clause))
            return
