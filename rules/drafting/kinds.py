"""What kinds of works a notice collects, and which of them a sentence speaks of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from rules.drafting.clauses import Sentence
from rules.drafting.paper import Annex, Paper

#: What films are called; key -> (words, measure word) of every kind that is known by its name.
_VIDEO = (
    "微视频",
    "短视频",
    "微电影",
    "微短剧",
    "视频",
    "宣传片",
    "短片",
    "公益广告片",
    "影片",
    "专题片",
    "微动漫",
    "动画作品",
)
_WORDS: dict[str, tuple[tuple[str, ...], str]] = {
    "video": (_VIDEO, "部"),
    "case": (("典型案例", "示范案例", "优秀案例", "信用案例", "文字案例", "案例", "文字成果"), "个"),
    "essay": (("征文", "文稿", "散文", "随笔", "网文", "网络文章"), "篇"),
    "paper": (("论文", "调研报告", "研究报告", "理论文章"), "篇"),
    "story": (("故事文稿", "故事作品", "文字故事", "事迹材料", "先进事迹", "事迹"), "篇"),
    "speech": (("演讲稿", "演讲作品"), "篇"),
    "photo": (("摄影作品", "摄影", "照片作品"), "幅"),
    "poster": (
        ("海报作品", "宣传海报", "平面作品", "平面广告", "漫画作品", "漫画", "书画作品", "书画", "绘画作品"),
        "幅",
    ),
    "script": (("剧本", "脚本"), "篇"),
    "slogan": (("宣传语", "宣传标语", "口号", "标语"), "条"),
    "project": (("项目成果", "创新成果", "创新项目", "参赛项目"), "个"),
}
_QUIZ = re.compile(r"知识竞[赛答]|有奖竞[赛答]|网[上络].{0,4}(?:竞答|答题)|竞答|答题(?:活动|竞赛|页面)")
_COLLECTS = re.compile(r"征集|征选|征文|报送|上报|投稿|申报|推荐|参赛|参选|参评|评选|大赛|比赛|提交|展播")
_KINDS_HEAD = re.compile(
    r"(?:作品|参赛|征集|参评|比赛|赛项).{0,6}(?:类别|类型|内容|要求|范围|项目|形式|标准|"
    r"规格)|类别(?:与|及|和)要求|赛项设置"
)
#: Headings at such a place that speak of all works and name no kind.
_NO_KIND = re.compile(
    r"要求|主题|内容|时间|数量|方式|版权|格式|报送|其他|规格|技术|对象|导向|原创|思想|"
    r"提交|说明|(?:报送|申报|提交)材料|形式|选题|范围|命名|创作|评|标准|署名|安全|体裁"
)
_FIGURES = re.compile(r"字|时长|分辨率|不少于|不超过|不多于|格式|限报|最多|[篇部件幅]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. `noun` is what this notice calls it most."""

    key: str
    noun: str
    measure: str
    words: tuple[str, ...]
    is_film: bool = False

    def spoken_of(self, text: str) -> bool:
        plain = _without_containers(text)
        return any(word in plain for word in self.words)


def _without_containers(text: str) -> str:
    """Words that hold a kind's name and mean another thing: 微信视频号, 案例视频 speaks of films."""
    text = re.sub(r"案例(?=微?短?视频)|视频号|央视频|视频会议|视频网站|短视频平台|征文通知", "", text)
    return re.sub(r"(文字|案例)脚本", "", text)


def kinds_of(paper: Paper) -> tuple[Kind, ...]:
    """The kinds that are collected: named in the title or a form, or in headings and sentences that set limits."""
    found = []
    for key, (words, measure) in _WORDS.items():
        if _weight(paper, words) >= 3:
            found.append(Kind(key, _noun(paper, words), measure, words, key == "video"))
    if any(kind.key == "case" for kind in found):
        found = [kind for kind in found if kind.key not in ("script", "project")]
    found = _with_headed(paper, found)
    found.sort(key=lambda kind: kind.is_film)
    return tuple(found)


def _with_headed(paper: Paper, found: list[Kind]) -> list[Kind]:
    """The kinds, with those that a list of kinds has as headings of their own: 公益歌曲, and films of two sorts."""
    headed = [(head, text) for head, text in _headed(paper) if _FIGURES.search(text)]
    films = list(dict.fromkeys(head for head, _ in headed if any(word in head for word in _VIDEO)))
    if len(films) > 1:
        found = [kind for kind in found if kind.key != "video"]
        keys = ["video", *(f"video_{at}" for at in range(2, len(films) + 1))]
        found += [Kind(key, head, "部", (head,), True) for key, head in zip(keys, films, strict=True)]
    number = 0
    for head, text in headed:
        if not any(kind.spoken_of(head) or head in kind.words for kind in found):
            number += 1
            film = bool(re.search("时长|片长|分辨率", text)) and bool(re.search("视频|画面|拍摄|影像|mp4|MP4", text))
            found.append(Kind(f"work_{number}", head, "部" if film else "件", (head,), film))
    return found


def _headed(paper: Paper) -> list[tuple[str, str]]:
    """Short headings below 作品类别 or the like, each with the text under it."""
    listed: list[tuple[str, str]] = []
    for at, sentence in enumerate(paper.sentences):
        above = sentence.heads[-2] if len(sentence.heads) > 1 else ""
        if not (sentence.heading and _KINDS_HEAD.search(above)):
            continue
        head = re.sub(r"^优秀|(?:类)?(?:作品)?(?:类|组|要求|征集)?$|[（(].*$", "", sentence.text)
        if not 2 <= len(head) <= 7 or _NO_KIND.search(head):
            continue
        below = (s for s in paper.sentences[at + 1 :] if s.clause.startswith(sentence.clause) and not s.heading)
        listed.append((head, " ".join(s.text for s in below)))
    return listed


def _weight(paper: Paper, words: tuple[str, ...]) -> int:
    """How surely works of these words are collected, 3 or more: surely enough."""

    def told(text: str) -> bool:
        return any(word in _without_containers(text) for word in words)

    weight = 3 * (told(paper.title) and not _in_passing(paper.title, words))
    weight += 3 * any(told(annex.title) for annex in paper.annexes if is_work_form(annex))
    weight += 3 * any(told(option) for annex in paper.annexes for option in _ticked(annex))
    weight += 3 * any(told(head) and _FIGURES.search(text) is not None for head, text in _headed(paper))
    for sentence in paper.sentences:
        if sentence.heading and told(sentence.text) and len(sentence.text) < 16:
            weight += 2 if _COLLECTS.search(" ".join(sentence.heads)) else 1
        elif told(sentence.text) and _COLLECTS.search(sentence.context) and _FIGURES.search(sentence.text):
            weight += 1
    return weight


def _ticked(annex: Annex) -> list[str]:
    """Short options with boxes in an annex, where kinds of works may be among them."""
    cells = [cell for block in annex.blocks for cell in ([block] if isinstance(block, str) else sum(block, ()))]
    return [each for cell in cells for each in re.findall(r"[□☐○]\s*([\u4e00-\u9fff]{2,8})", cell)]


def _in_passing(title: str, words: tuple[str, ...]) -> bool:
    """Whether a title only names a thing that is handed out or part of another name (宣传海报发放)."""
    return bool(re.search(rf"(?:发放|张贴|播放)({'|'.join(words)})", title))


def is_work_form(annex: Annex) -> bool:
    """Whether an annex is filled in for works, by its title."""
    return bool(re.search(r"(申报|报名|推荐|登记|参赛|参选|参评|投稿|征集|信息|作品|申请).{0,12}(表|书)$", annex.title))


def _noun(paper: Paper, words: tuple[str, ...]) -> str:
    """The word of the title, else the one most used, a longer one only counted as itself."""
    for word in sorted(words, key=len, reverse=True):
        if word in _without_containers(paper.title):
            return word
    text = " ".join([paper.title, *(sentence.text for sentence in paper.sentences), *(a.title for a in paper.annexes)])
    text = _without_containers(text)
    counts: Counter[str] = Counter()
    for word in sorted(words, key=len, reverse=True):
        counts[word] = text.count(word)
        text = text.replace(word, "〓")
    return counts.most_common(1)[0][0]


def about(sentence: Sentence, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kinds that a sentence speaks of: its own words, else those of the nearest heading that names any."""
    for text in (sentence.text, *reversed(sentence.heads)):
        if named := tuple(kind for kind in kinds if kind.spoken_of(text)):
            return named
    return ()


def has_quiz(paper: Paper) -> bool:
    """Whether the public answers questions."""
    text = " ".join((paper.title, *(sentence.text for sentence in paper.sentences)))
    return bool(_QUIZ.search(text)) and bool(re.search(r"(答对|抽取|题库|每次答|道题|\d题)", text))
