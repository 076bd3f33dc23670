"""The prizes: names, how many of each, for which kinds, and what is handed out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.drafting.clauses import Sentence
from rules.drafting.kinds import Kind, about
from rules.drafting.layout import Rows
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table
from rules.drafting.text import NUMBER, bare, split_outside, whole

_NAME = (
    r"(?:特等奖|[一二三四]等奖|[金银铜]奖|优秀(?:作品|组织|案例|创作|指导|传播)?奖|优胜奖|"
    r"入围奖|入选奖|提名奖|鼓励奖|参与奖|纪念奖|"
    r"(?:最佳|最具)[^，。；、“”\d]{1,8}?奖|特别[^，。；、“”\d]{1,4}奖|"
    r"(?:最佳)?(?:网络)?人气奖|组织奖|创[意新]奖|“[^“”]{2,10}奖”|“[^“”]{0,6}(?:十佳|优秀|"
    r"最佳)[^“”]{1,12}”|"
    r"十佳[^，。；、“”\d]{2,6}|(?:优秀|先进)组织(?:单位|者|奖|学校|集体)|优秀指导(?:教师|老师))"
)
_PRIZE = re.compile(
    rf"(?P<name>{_NAME})(?:作品)?(?:[^，。；、\d一二三四五六七八九十两若不奖“”]{{0,6}}?(?:(?P<n>{NUMBER})\s*(?P<m>名|"
    rf"个|件|篇|部|项|家|幅|组|份|条|支|位|人|所)|若干))?"
)
_GIFT = re.compile(rf"(?:价值|奖励|奖金|各奖|奖)(?:人民币|现金|奖金)?(?:各|每[名人件个部篇])?\s*({NUMBER})\s*元")
_COMMITTEE = re.compile(r"组织|贡献奖|指导")
_GRADES = (
    "特等奖",
    "一等奖",
    "金奖",
    "二等奖",
    "银奖",
    "三等奖",
    "铜奖",
    "四等奖",
    "优秀奖",
    "优胜奖",
    "入围奖",
    "提名奖",
    "鼓励奖",
)
_KEYS = {
    "特等奖": "special",
    "一等奖": "first",
    "二等奖": "second",
    "三等奖": "third",
    "四等奖": "fourth",
    "金奖": "gold",
    "银奖": "silver",
    "铜奖": "bronze",
    "优秀奖": "merit",
    "优秀组织奖": "organising",
    "组织奖": "organising",
    "入围奖": "shortlist",
}


@dataclass(frozen=True, slots=True)
class Prize:
    """One prize as the notice names it; `slots` None: 若干 or not said. `kinds` empty: once in all."""

    name: str
    slots: int | None
    kinds: tuple[Kind, ...]
    gift: int
    source: Sentence
    each_theme: bool = False
    several: bool = False


_GIFTS = re.compile(rf"(?:分别|依次)[^，。；\d]{{0,8}}((?:{NUMBER}\s*元[、和]?){{2,}})")


def write_awards(paper: Paper, kinds: tuple[Kind, ...], root: Table) -> None:
    """The table of prizes; nothing where the notice names none."""
    prizes = _merged(_prizes(paper, kinds))
    prizes = _with_gifts(prizes, paper)
    prizes += [each for each in _titles(paper, kinds) if not any(set(each.kinds) & set(p.kinds) for p in prizes)]
    if not prizes:
        return
    table = root.table("awards")
    text = " ".join(s.text for s in paper.sentences)
    table.put("clause", "、".join(dict.fromkeys(each.source.clause for each in prizes)))
    if any(re.search(rf"{_NAME}等(?!奖|级|次)", each.source.text) for each in prizes):
        table.put("open_list", True)
    if len(prizes) > 1 and any(each.kinds for each in prizes):
        table.put("exclusive", "unset", ask="同一件作品能否得两个奖？通知没有写，颁奖前定。")
    if len(kinds) > 1:
        prizes.sort(key=lambda each: (_order(each), kinds.index(each.kinds[0]) if each.kinds else len(kinds)))
    else:
        prizes.sort(key=_order)
    taken: set[str] = set()
    for prize in prizes:
        _write(prize, kinds, table, taken, certificate=bool(re.search("证书", text)))


def _with_gifts(prizes: list[Prize], paper: Paper) -> list[Prize]:
    """Prizes with the sums that a sentence of its own lists for the grades in order (分别给予3000元、2000元)."""
    grades = list(dict.fromkeys(each.name for each in prizes if each.name in _GRADES))
    for sentence in paper.sentences:
        listed = _GIFTS.search(sentence.text)
        if listed and not re.search(_NAME.replace("人气奖", "〓"), sentence.text[: listed.start()]):
            sums = [whole(each) for each in re.findall(rf"({NUMBER})\s*元", listed[1])]
            told = dict(zip(grades, sums, strict=False))
            prizes = [replace(each, gift=each.gift or told.get(each.name, 0)) for each in prizes]
    return prizes


def _order(prize: Prize) -> int:
    core = prize.name.strip("“”")
    return _GRADES.index(core) if core in _GRADES else 50 + bool(_COMMITTEE.search(core))


def _prizes(paper: Paper, kinds: tuple[Kind, ...]) -> Iterator[Prize]:
    for sentence in _awarding(paper):
        carried: tuple[Kind, ...] = ()
        listed = _GIFTS.search(sentence.text)
        gifts = [whole(each) for each in re.findall(rf"({NUMBER})\s*元", listed[1])] if listed else []
        for part in split_outside(_spread(sentence.text), "；;，"):
            hits = list(_PRIZE.finditer(part))
            named = _named(part[: hits[0].start()] if hits else "", kinds)
            carried = named or carried
            gift = _GIFT.search(part)
            for hit in hits:
                name = hit["name"].strip("“”")
                slots = whole(hit["n"]) if hit["n"] else None
                counts = _COMMITTEE.search(name) is not None
                own = tuple(kind for kind in kinds if kind.spoken_of(name))
                of = () if counts else own or carried or about(sentence, kinds) or _measured(hit["m"], kinds) or kinds
                amount = gifts.pop(0) if gifts else whole(gift[1]) if gift and not listed else 0
                yield Prize(name, slots, of, amount, sentence, "每个主题" in part, counts)
            if gift and not hits and not listed:
                yield Prize("", None, (), whole(gift[1]), sentence)


def _spread(text: str) -> str:
    """一、二、三等奖各3部、6部、10部 as 一等奖3部、二等奖6部、三等奖10部."""

    def spelt(hit: re.Match[str]) -> str:
        grades = re.findall("[一二三四]", hit["grades"])
        counts = re.findall(rf"{NUMBER}\s*[名个件篇部项家幅条]", hit["counts"])
        counts = counts if len(counts) == len(grades) else counts[:1] * len(grades)
        return "、".join(f"{grade}等奖{count}" for grade, count in zip(grades, counts, strict=True))

    counted = rf"(?:{NUMBER}\s*[名个件篇部项家幅条][、和]?)+"
    return re.sub(
        rf"(?P<grades>(?:[一二三四][、和]){{1,3}}[一二三四])等奖(?:各|分别)?(?:设|"
        rf"为)?(?P<counts>{counted})",
        spelt,
        text,
    )


def _titles(paper: Paper, kinds: tuple[Kind, ...]) -> Iterator[Prize]:
    """What works are chosen as, where no prize has a name: 评选出典型案例与优秀短视频."""
    for sentence in paper.sentences:
        if hit := re.search(r"评[选定]出(?P<what>[^，。；]{2,40})", sentence.text):
            for part in split_outside(hit["what"], "、和与及"):
                words = [word for kind in kinds for word in kind.words if part.endswith(word)]
                named = tuple(kind for kind in kinds if any(word in kind.words for word in words))
                if named:
                    core = re.search(
                        r"(?:优秀|典型|示范|十佳|最佳)?[\u4e00-\u9fff]{0,2}?" + max(words, key=len) + "$", part
                    )
                    yield Prize(core[0] if core else part, None, named, 0, sentence)
            return


def _measured(measure: str | None, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kinds that are counted so: 部 speaks of films, 篇 of texts."""
    if measure not in ("部", "篇", "幅"):
        return ()
    return tuple(kind for kind in kinds if (kind.is_film if measure == "部" else kind.measure in (measure, "个")))


def _named(text: str, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    named = tuple(kind for kind in kinds if kind.spoken_of(text))
    if "文字" in text and not named:
        named = tuple(kind for kind in kinds if not kind.is_film)
    if "文字" in text and len(named) == 1 and named[0].is_film:
        named = kinds
    return named


def _awarding(paper: Paper) -> Iterator[Sentence]:
    """Sentences that set prizes up, and cells of tables that do."""
    for sentence in paper.sentences:
        if sentence.heading or re.search("获得者|取消|撤销|召回|违规", sentence.text):
            continue
        if re.search("设|评[选出]|授予|颁|奖励|奖项", sentence.context) and re.search(_NAME, sentence.text):
            yield sentence
    for clause, rows in paper.tables:
        yield from _cells(clause, rows)


def _cells(clause: str, rows: Rows) -> Iterator[Sentence]:
    """Cells that name prizes; a cell that only names a group of them (综合奖) heads the next."""
    group = ""
    for cell in (cell for row in rows for cell in row if cell):
        if re.fullmatch(r"[\u4e00-\u9fff]{2}奖项?", bare(cell)) and bare(cell) not in _GRADES:
            group = bare(cell)
        elif re.search(_NAME, cell):
            yield Sentence(cell, clause, (group,) if group else ())


def _merged(found: Iterator[Prize]) -> list[Prize]:
    """Each prize once for each group of kinds; one with a number outweighs a mention without; a bare sum of money
    belongs to the prize before it.
    """
    kept: list[Prize] = []
    for prize in found:
        if not prize.name:
            if kept and not kept[-1].gift:
                last = kept[-1]
                kept[-1] = Prize(
                    last.name, last.slots, last.kinds, prize.gift, last.source, last.each_theme, last.several
                )
            continue
        same = next(
            (
                e
                for e in kept
                if bare(e.name) == bare(prize.name) and (e.kinds == prize.kinds or not (e.slots and prize.slots))
            ),
            None,
        )
        if same is None:
            kept.append(prize)
        elif same.slots is None and prize.slots is not None:
            kept[kept.index(same)] = prize
    return kept


def _write(prize: Prize, kinds: tuple[Kind, ...], table: Table, taken: set[str], *, certificate: bool) -> None:
    one = prize.kinds and len(prize.kinds) < len(kinds)
    stem = _KEYS.get(prize.name, "prize")
    stem = f"{prize.kinds[0].key}_{stem}" if one else stem
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    taken.add(key)
    each = table.table("prize", many=True)
    each.put("key", key)
    each.put("label", prize.name, prize.source)
    share = re.search(rf"{re.escape(prize.name)}[^，。；\d]{{0,6}}(\d+)\s*%", prize.source.text)
    told = f"按参评作品的 {share[1]}% 计，收齐后才能定" if share else "通知没有写定，颁奖前定"
    ask = "" if prize.slots else f"“{prize.name}”的名额{told}。"
    each.put(
        "slots",
        prize.slots or ("若干" if f"{prize.name}若干" in prize.source.text.replace("”", "") else "未定"),
        ask=ask,
    )
    each.put("each", "all" if prize.several or not prize.kinds else "theme" if prize.each_theme else "track")
    if prize.kinds:
        each.put("tracks", [kind.key for kind in prize.kinds])
    each.put("basis", "counts" if prize.several else "rank")
    if prize.gift:
        each.put("gift", prize.gift)
    if certificate:
        each.put("certificate", True)
    each.put("clause", prize.source.clause)
