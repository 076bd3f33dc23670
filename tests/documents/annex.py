"""附件1 and 附件2 of xian-2024 as people fill them in, and the forms of all campaigns, for tests of the reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from documents.read import Reading, read
from rules.forms import Form
from rules.notice import Notice, read_notice
from tests.documents.paper import cell, docx, row, table

ROOT = Path(__file__).parents[2]
NAMES = ("xinhua-2021", "xian-2024", "weifang-2023", "industry-2024", "hongze-quiz-2020")


@cache
def notice(name: str) -> Notice:
    path = ROOT / f"campaigns/{name}.toml"
    return read_notice(path.read_text(encoding="utf-8"), name=path.name)


def form(name: str = "xian-2024", key: str = "case") -> Form:
    return notice(name).form(key)


def blank(name: str = "xian-2024", key: str = "case") -> bytes:
    return (ROOT / form(name, key).blank).read_bytes()


#: The cells of 附件1 as a liaison would fill them: label cell -> value cell.
CELLS: dict[str, Any] = {
    "申报单位": "某区市场监督管理局",
    "联系人": "张三",
    "联系电话": "029-12345678",
    "邮箱": "zhang@example.org",
    "单位地址": "某路1号",
    "案例题目": "信用+餐饮",
    "案例主题": "□信用基础设施建设 ☑行业信用监管 □政务诚信 □其他",
    "案例特色或亮点": "一码通管",
    "案例内容": ["一、要解决的问题", "多头检查。", "二、创新举措", "一码通管。", "三、工作成效及意义", "检查减少30%。"],
    "推荐单位意见": ["同意推荐。", "（盖章）"],
    "备注": "",
}
ANSWERS = {
    "unit": "某区市场监督管理局",
    "contact": "张三",
    "phone": "029-12345678",
    "email": "zhang@example.org",
    "address": "某路1号",
    "title": "信用+餐饮",
    "theme": {"picked": ["行业信用监管"], "other": ""},
    "highlight": "一码通管",
    "content": ["多头检查。", "一码通管。", "检查减少30%。"],
    "opinion": "同意推荐。",
}


def case(
    changed: dict[str, Any] | None = None, *, drop: tuple[str, ...] = (), labels: dict[str, str] | None = None
) -> bytes:
    """附件1 with some cells changed, dropped or labelled otherwise; a value may be a whole cell's XML."""
    filled = {label: value for label, value in {**CELLS, **(changed or {})}.items() if label not in drop}
    rows = [row(cell((labels or {}).get(label, label)), cell(value)) for label, value in filled.items()]
    return docx(table(*rows))


def answer(key: str, changed: dict[str, Any], **more: Any) -> Any:
    return read(form(), case(changed, **more)).answers.get(key)


def keys(reading: Reading) -> list[str]:
    return [note.key for note in reading.notes if not note.key.startswith("field.")]


def video(changed: dict[str, Any] | None = None) -> str:
    cells = {
        "作品名称": "诚信菜市场",
        "时长": "3分钟",
        "导演": "李四",
        "制片人或制片单位": "某局",
        "参选单位联系人及电话": "张三 13900000000",
        "曾获区县级以上主要荣誉": "",
        "参选作品剧情摘要（100字）": "菜场的一天。",
        "参选作品简介（800字）": "第一段。",
        "推荐单位意见": "（盖章）",
        "备注": "",
        **(changed or {}),
    }
    return "".join(row(label, cell(value)) for label, value in cells.items())


def all_forms() -> list[Form]:
    return [each for name in NAMES for each in notice(name).forms]
