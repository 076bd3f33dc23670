"""Who takes part: the classes of entrants, from the addressees and from whom quotas and headings name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rules.drafting.clauses import Sentence
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.text import bare, split_outside

_LEAD = re.compile(r"^(?:但|请|由|要求|全[省市州区县国]|其中|另|原则上|鼓励|以下|上述)*(?:各|每个|每家|每)?")
_TAIL = re.compile(
    r"(?:信用办|信用主管部门|主管部门|有关部门|人民政府|政府|党委|管委会|总工会|"
    r"住房城乡建设局|发展改革委|发改局|文明办|党组|[\u4e00-\u9fff]{2,8}局|局)$"
)
_EVERYBODY = re.compile(
    r"^(?:各|每个?|每家)?(?:有关|参赛|参选|参评|报送|申报|申请|参与|参加)?(?:单位|部门|人|位|"
    r"主体|家|作者|参赛者|选手|个人|团队|用户|参选主体|参赛主体)$|^每[校县市区镇乡院]$"
)
_BEGINS = re.compile(
    r"(?:但|且|其中)?((?:每[个家名位]?|各)(?:有关|参赛|参选|参评|报送|申报|参与|参加)?"
    r"(?:单位|主体|人|作者|参赛者|选手|团队)|每[校县市区镇乡院])(?![\u4e00-\u9fff]{0,2}[、和及]|[（(])"
)
_UNIT = re.compile(
    r"[省市县区州盟旗局厅委镇乡村]|机关|组织|街道|部门|单位|企业|公司|校|协会|商会|学会|园区|产业园|开发区|"
    r"工会|机构|团体|银行|医院|小学|中学|大学|幼儿园|中心|成员|科室|分局|支部|个人"
)
#: Words of a clause, which no name of a class holds.
_SAID = re.compile(
    r"\d|明确|填写|安排|组织(?:开展|实施|参加|申报|报送|推荐|发动)|开展|参会|上述|根据|"
    r"按照|应当|必须|负责|要求|围绕|以上|进行|通过"
)
_PERSON = re.compile(r"个人|市民|公民|群众|职工|师生|学生|网民|公众|爱好者|居民|作者|人员|青年")
_KEYS = (
    ("province", "省"),
    ("zone", "开发区|园区|高新区|景区"),
    ("town", "镇|街道|乡"),
    ("department", "部门|直属|直各|市直|省直|区直|委办局"),
    ("member", "成员单位"),
    ("association", "协会|商会|学会|社团"),
    ("company", "企业|公司|集团"),
    ("school", "学校|院校|高校|大学"),
    ("hospital", "医院|卫生"),
    ("bank", "银行|金融"),
    ("union", "工会"),
    ("district", "县|区"),
    ("city", "市|州"),
    ("person", _PERSON.pattern),
)


@dataclass(slots=True)
class Entrants:
    """The classes in order of appearance: label -> its key and its source."""

    found: dict[str, tuple[str, Sentence]] = field(default_factory=dict)

    def take(self, label: str, source: Sentence) -> str:
        """The key of the class of this name; one already known under a longer or shorter name counts as the same."""
        core = _core(label)
        if known := self.known(label):
            return known
        key = _key_of(core, {key for key, _ in self.found.values()})
        self.found[core] = key, source
        return key

    def known(self, label: str) -> str | None:
        """The key of the class of this name, None for one that was not named before."""
        core = _core(label)
        return next((key for name, (key, _) in self.found.items() if same_class(core, name)), None)

    def keys(self) -> list[str]:
        return [key for key, _ in self.found.values()]

    def units(self) -> list[str]:
        """The keys of classes that are no single persons."""
        return [key for label, (key, _) in self.found.items() if not is_person(label)]


def entrants_of(paper: Paper) -> Entrants:
    """The classes that the addressees and the paragraph on who may enter name."""
    entrants = Entrants()
    if paper.addressees and len(paper.addressees) < 160:
        line = Sentence(paper.addressees, "主送单位")
        for label in split_outside(paper.addressees.replace("：", ""), "，、"):
            if is_unit(label):
                entrants.take(label, line)
    for sentence in paper.sentences:
        if (
            re.search(r"(征集|参赛|参选|征选|参评|参加|申报|活动)(对象|范围|主体)", sentence.head)
            and not sentence.heading
        ):
            told = re.sub(r"^面向|等$|[（(][^）)]*[）)]$", "", sentence.text.replace("以及", "、"))
            for label in split_outside(told, "，、和及"):
                if is_unit(label) and len(bare(label)) < 16 and not re.match("以|须|应|不", label):
                    entrants.take(label, sentence)
    return entrants


def is_everybody(label: str) -> bool:
    """Whether the words mean every entrant: 每个单位, 每人."""
    return bool(_EVERYBODY.match(re.sub("^(?:但|且|其中|原则上|请)", "", bare(label))))


def begins_with_everybody(text: str) -> str:
    """The words at the beginning that mean every entrant (每个申报主体限报), "" for none."""
    hit = _BEGINS.match(bare(text))
    return hit[1] if hit else ""


def is_person(label: str) -> bool:
    """Whether the class is one of single persons, who sign and do not stamp."""
    return bool(_PERSON.search(label)) and not re.search("单位|部门", label)


def is_unit(label: str) -> bool:
    """Whether the words name a class of units or persons, and are no clause of a sentence."""
    name = bare(label)
    vague = re.fullmatch(
        r"(?:各|有关|相关)*(?:单位|部门|企业|人员|地区|地方)", name
    ) is not None and not name.startswith("各")
    return bool(_UNIT.search(name)) and 1 < len(name) <= 30 and not vague and not _SAID.search(name)


def _core(label: str) -> str:
    text = re.sub(r"(?<=.{2})[要须于将在]$", "", _LEAD.sub("", bare(label), count=1).strip("，、：: "))
    text = re.sub(r"(?<=[省市县区])各(?:有关)?|^有关", lambda hit: "各" if hit[0] == "各" else "", text)
    return text or bare(label)


def same_class(one: str, other: str) -> bool:
    """Whether two names mean one class: equal but for 各, 有关, 级, brackets and the office that is written to."""
    left, right = _stripped(one), _stripped(other)
    return left == right or (min(len(left), len(right)) >= 2 and (left.startswith(right) or right.startswith(left)))


def _stripped(label: str) -> str:
    text = re.sub(r"各|有关|相关|级|直属|属|[（）()]", "", label)
    return _TAIL.sub("", text) or text


def _key_of(core: str, taken: set[str]) -> str:
    stem = next((key for key, words in _KEYS if re.search(words, core)), "unit")
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def write_classes(entrants: Entrants, root: Table) -> None:
    """The classes as tables; without any, one for all, with a question."""
    for label, (key, source) in entrants.found.items():
        table = root.table("class", many=True)
        table.put("key", key)
        table.put("label", label, source)
        table.put("clause", source.clause)
        if is_person(label):
            table.put("seals", False, note="个人签名，不盖章。")
    if not entrants.found:
        table = root.table("class", many=True)
        table.put("key", "unit")
        table.put("label", "参加单位", ask="通知没有说清面向哪些单位；请写出单位的类别，并备好单位名单。")
        table.put("clause", "通知未写")
