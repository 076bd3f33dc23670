"""What entrants promise, what nobody can measure and people confirm, and the host's declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rules.drafting.clauses import Sentence
from rules.drafting.kinds import Kind
from rules.drafting.paper import Paper
from rules.drafting.sheet import Table

_PROMISE = re.compile(r"(?:作出|签署|提交)[^，。；]{0,10}承诺|承诺[^，。；]{2,}|负责")
_CHECKS = (
    ("original", "原创|抄袭|剽窃", True),
    ("healthy", "健康|积极向上|不得涉及|色情|法律、?法规", True),
    ("subtitles", "字幕", False),
    ("titles", "片头|片尾|主创人员", False),
    ("watermark", "水印|台标|角标|logo|LOGO", False),
    ("sources", "标示[^。]{0,8}来源|注明[^。]{0,6}(来源|出处)", False),
    ("advertising", "商业广告|广告类|营销|商业宣传|广告植入", True),
    ("published", "未公开发表|未发表|首次", True),
)
_DECLARED = re.compile(r"免责|版权声明|声明|法律责任|版权(?:说明|归属)|知识产权")
_RIGHTS = re.compile(r"使用权|著作权|版权|侵权|侵犯|肖像权|无偿使用|最终解释权|不退稿|纠纷|泄密|涉密")


def write_pledge(track: Table, kind: Kind, paper: Paper, printed: str) -> None:
    """What the entrant promises: the sentence of the notice, else what the form prints."""
    for sentence in paper.sentences:
        if "承诺" in sentence.text and not sentence.heading and not re.search("承诺书|守信承诺制", sentence.text):
            pledge = track.table("pledge")
            pledge.put("key", "promise")
            text = _wording(sentence.text)
            asked = "" if text.startswith("本单位") else "承诺的文字由通知改写而来，请核对。"
            pledge.put("text", text, sentence, ask=asked)
            pledge.put("clause", sentence.clause)
            pledge.put("printed", bool(printed))
            return
    if printed:
        pledge = track.table("pledge")
        pledge.put("key", "promise")
        pledge.put("text", printed)
        pledge.put("clause", "表内印有")
        pledge.put("printed", True)


def _wording(text: str) -> str:
    if hit := re.search(r"对([^，。；]{2,40}?)作出[^，。；]{0,6}承诺", text):
        return f"本单位承诺：对{hit[1]}负责。"
    told = re.sub(r"^.*?(?:须|应|要|需)?承诺(?:书)?[：:，]?", "", text)
    return f"本单位承诺：{told.rstrip('。')}。" if len(told) > 4 else f"本单位承诺：{text.rstrip('。')}。"


def write_checks(track: Table, kind: Kind, said: Sequence[Sentence], every: Sequence[Sentence]) -> None:
    """What the liaison confirms: one line for each matter, in the words of the notice."""
    taken: set[str] = set()
    for key, words, general in _CHECKS:
        if not general and not kind.is_film:
            continue
        for sentence in said if not general else [*said, *every]:
            plain = re.sub(r"（[^）]*）", "", sentence.text)
            if not sentence.heading and (text := _statement(plain, words)) not in ("。", *taken):
                taken.add(text)
                check = track.table("check", many=True)
                check.put("key", key)
                check.put("text", text, sentence)
                check.put("clause", sentence.clause)
                break


def _statement(text: str, words: str) -> str:
    """The clauses of a sentence that speak of the matter, as one statement."""
    parts = [part.strip() for part in re.split("[，；]", text)]
    kept = [part for part in parts if re.search(words, part)]
    kept = kept[:1] if "原创" in words else kept
    return "，".join(kept)[:120].strip("，。") + "。"


def write_disclaimers(paper: Paper, root: Table) -> None:
    """The host's declarations, one for each clause: those under such a heading, else sentences on rights."""
    for number, (clause, text) in enumerate(_declared(paper), 1):
        table = root.table("disclaimer", many=True)
        table.put("key", f"d{number}")
        table.put("text", text, Sentence(text, clause))
        table.put("clause", clause)


def _declared(paper: Paper) -> Iterator[tuple[str, str]]:
    under = [s for s in paper.sentences if not s.heading and any(_DECLARED.search(head) for head in s.heads)]
    said = under or [s for s in paper.sentences if not s.heading and _RIGHTS.search(s.text) and "承诺" not in s.text]
    clauses: dict[str, list[str]] = {}
    for sentence in said:
        clauses.setdefault(sentence.clause, []).append(sentence.text)
    return ((clause, "。".join(texts) + "。") for clause, texts in clauses.items())
