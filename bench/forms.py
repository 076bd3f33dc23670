"""Annexes filled per second, beside docxtpl doing the same work: `python -m bench.forms [SECONDS]`.

Both fill the xian-2024 case annex with the same answers from the same blank: a content of 2000 字 in three sections,
other themes and another version code with its QR code in the footer for every annex. docxtpl gets that blank with its
own tags put in, and the same QR images. They take turns in slices of one process, so that a busy machine slows both.
"""

from __future__ import annotations

import io
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from documents.fill import Blank, fill
from documents.marks import EDGE
from documents.qr import PREFIX, qr_png
from rules.codes import content_code
from rules.forms import Form
from rules.notice import read_notice
from rules.words import count

ROOT = Path(__file__).resolve().parent.parent
SENTENCE = "推动信用监管与行业管理深度融合，归集许可处罚评价等数据一十二类，实现分级分类差异化监管，企业办事更加便捷。"
UNIT = {"unit": "某市市场监督管理局"}


def example_answers() -> dict[str, Any]:
    """Answers of the size that people send: three sections of 666 字 in five paragraphs each."""
    section = "\n".join([(SENTENCE * 3)[:133]] * 5)
    return {
        "contact": "张三",
        "phone": "029-12345678",
        "email": "credit@example.cn",
        "address": "某市某区某路1号",
        "title": "信用+餐饮“一码通管”",
        "theme": {"picked": ["行业信用监管", "其他"], "other": "基层治理"},
        "highlight": "一码归集、分级分类、结果公开，市民扫码即可查看商户信用等级并参与评价。",
        "content": [section] * 3,
        "remark": "无",
    }


def xian_case() -> Form:
    """The form of the case annex, from the campaign's own file."""
    path = ROOT / "campaigns" / "xian-2024.toml"
    return read_notice(path.read_text(encoding="utf-8"), name=path.name).form("case")


def codes() -> Iterator[str]:
    """A new version code for every annex, so that no QR code is drawn twice."""
    return (content_code("bench", str(number)) for number in itertools.count())


def themes(form: Form) -> Iterator[dict[str, Any]]:
    """Every pair of themes in turn, as `theme` of the answers."""
    pairs = itertools.combinations(form.field("theme").options, 2)
    return itertools.cycle([{"picked": list(pair), "other": "基层治理" if "其他" in pair else ""} for pair in pairs])


def ours(form: Form, answers: dict[str, Any], *, coded: bool = True) -> Callable[[], bytes]:
    """Filling by this program; `coded` with version code and QR code."""
    blank = Blank.open(ROOT / form.blank)
    fresh, theme = codes(), themes(form)

    def render() -> bytes:
        code = next(fresh) if coded else ""
        return fill(blank, form, {**answers, "theme": next(theme)}, code=code, registration=UNIT)

    return render


def theirs(form: Form, answers: dict[str, Any]) -> Callable[[], bytes]:
    """Filling by docxtpl, with version code and QR code."""
    template = tagged(form)
    fresh, theme = codes(), themes(form)

    def render() -> bytes:
        code = next(fresh)
        document = DocxTemplate(io.BytesIO(template))
        picture = InlineImage(document, io.BytesIO(qr_png(PREFIX + code)), width=Mm(EDGE))
        sections = zip(form.field("content").headings, answers["content"], strict=True)
        content = [line for heading, text in sections for line in (heading, *text.split("\n"))]
        chosen = next(theme)
        ticks = ["☑" if option in chosen["picked"] else "☐" for option in form.field("theme").options]
        facts = {"theme": chosen, "content": content, "ticks": ticks, "code": code, "qr": picture}
        document.render({**answers, **UNIT, **facts})
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return render


def tagged(form: Form) -> bytes:
    """The blank with docxtpl's tags in its cells and footer."""
    document = docx.Document(str(ROOT / form.blank))
    rows = {row.cells[0].text.replace("\n", ""): row.cells for row in document.tables[0].rows}
    for field in form.fields:
        if field.key in ("unit", "contact", "phone", "address", "title", "highlight", "remark"):
            rows[field.label][1].paragraphs[0].add_run(f"{{{{ {field.key} }}}}")
    rows["联系电话"][3].paragraphs[0].add_run("{{ email }}")
    boxes = itertools.count()
    for paragraph in rows["案例主题"][1].paragraphs:
        for run in paragraph.runs:
            if run.text == "☐":
                run.text = f"{{{{ ticks[{next(boxes)}] }}}}"
    paragraph.add_run(" {{ theme.other }} ").underline = True
    lines = rows["案例内容"][1].paragraphs
    for line, tag in zip(lines, ("{%p for line in content %}", "{{ line }}", "{%p endfor %}"), strict=False):
        line.text = tag
    for line in lines[3:]:
        line._element.getparent().remove(line._element)
    document.sections[0].footer.paragraphs[0].text = "版本码 {{ code }} {{ qr }}"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def measure(ways: dict[str, Callable[[], bytes]], seconds: float) -> dict[str, float]:
    """Annexes per second of each way; slices of a tenth of a second, in turns."""
    done, spent = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0.0)
    for way in ways.values():
        way()
    while min(spent.values()) < seconds:
        for name, way in ways.items():
            started = time.perf_counter()
            while time.perf_counter() - started < 0.1:
                way()
                done[name] += 1
            spent[name] += time.perf_counter() - started
    return {name: done[name] / spent[name] for name in ways}


def main(seconds: float = 3.0) -> None:
    """Measure and print."""
    form, answers = xian_case(), example_answers()
    plain = ours(form, answers, coded=False)
    rates = measure({"信使": ours(form, answers), "docxtpl": theirs(form, answers), "信使，无页脚": plain}, seconds)
    words = sum(count(text) for text in answers["content"])
    print(f"xian-2024 case annex, content of {words} 字, version code and QR code in the footer")
    for name, rate in rates.items():
        print(f"  {name:<8}\t{rate:8.0f} annexes/s  {1000 / rate:7.2f} ms each")
    print(f"  信使 / docxtpl = {rates['信使'] / rates['docxtpl']:.1f}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
