"""`./xinshi form fill` and `form blanks`: the official annexes as Word files, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.verdicts import Unusable, refuse
from documents.blanks import write_blanks
from documents.fill import Blank, BoxMissing, LabelMissing, NotWord, WrongValue, fill
from rules.forms import Form
from rules.notice import Notice, NoticeFaults, read_notice

_ROOT = Path(__file__).parents[2]


def register(app: typer.Typer) -> None:
    """Mount the group `form`, or add to it where another module has mounted it already."""
    group = form_group(app)
    group.command("fill")(fill_form)
    group.command("blanks")(blanks)


def form_group(app: typer.Typer) -> typer.Typer:
    """The group `form` of this app; made when it is first asked for."""
    for info in app.registered_groups:
        if info.name == "form" and info.typer_instance is not None:
            return info.typer_instance
    group = typer.Typer(help="申报表：填写、读取、重画空白表。", no_args_is_help=True)
    app.add_typer(group, name="form")
    return group


def form_of(campaign: str, track: str) -> Form:
    """The form of a track (or the form of that key) of a campaign. Raises `Unusable`."""
    notice = _notice(campaign)
    forms = {item.key: item.form for item in notice.tracks if item.form is not None}
    forms = {**{item.key: item for item in notice.forms}, **forms}
    if track not in forms:
        raise Unusable(f"活动“{campaign}”没有“{track}”这张表；有：{'、'.join(forms) or '（没有表）'}。")
    return forms[track]


def _notice(campaign: str) -> Notice:
    path = _ROOT / "campaigns" / f"{campaign}.toml"
    if not path.is_file():
        known = "、".join(sorted(file.stem for file in path.parent.glob("*.toml")))
        raise Unusable(f"没有活动“{campaign}”；campaigns/ 里有：{known}。")
    try:
        return read_notice(path.read_text(encoding="utf-8"), name=path.name)
    except NoticeFaults as faults:
        raise Unusable(f"活动文件 {path.name} 有问题，请先运行 ./xinshi notice check：{faults}") from None


def fill_form(
    campaign: Annotated[str, typer.Argument(help="活动，如 xian-2024")],
    track: Annotated[str, typer.Argument(help="赛道或表，如 case、video、liaison")],
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json", help="填写内容：栏目键名到内容")],
    out: Annotated[Path, typer.Argument(metavar="OUT.docx", help="写到哪个文件")],
    code: Annotated[str, typer.Option(help="页脚版本码；不写就没有页脚")] = "",
    blank: Annotated[Path | None, typer.Option(help="另用一张空白表（.docx），不必有任何标记")] = None,
) -> None:
    """把填写内容填进正式附件（Word）。

    例：./xinshi form fill xian-2024 case answers.json 申报表.docx --code 7K3F9QZ2MX
    """
    try:
        form = form_of(campaign, track)
        values = _answers(answers, form)
        path = blank or _ROOT / form.blank
        document = fill(Blank.open(path), form, values, code=code)
        out.write_bytes(document)
    except (Unusable, LabelMissing, BoxMissing, NotWord, WrongValue) as refusal:
        refuse(str(refusal), 1)
    except OSError as error:
        refuse(f"打不开或写不了“{error.filename}”（{error.strerror}）。请核对文件名、路径和权限。", 1)
    except ValueError:
        refuse(f"版本码“{code}”不能用：应是 1 到 40 个字母、数字或半角符号，两端没有空格。", 1)
    else:
        typer.echo(f"已填好：{out}")


def _answers(path: Path, form: Form) -> dict[str, Any]:
    """The answers in a JSON file; keys that the form does not have are refused. Raises `Unusable`, OSError."""
    try:
        values = json.loads(path.read_bytes())
    except ValueError as error:
        raise Unusable(f"“{path.name}”不是完好的 JSON 文件（{error}）。") from None
    if not isinstance(values, dict):
        raise Unusable(f'“{path.name}”里应是 {{栏目键名: 内容}}，例如 {{"{form.fields[0].key}": "…"}}。')
    keys = {field.key for field in form.fields} | ({"rows"} if form.rows is not None else set())
    unknown = [key for key in values if key not in keys]
    if unknown:
        raise Unusable(f"表里没有这些键名：{'、'.join(unknown)}；有：{'、'.join(sorted(keys))}。")
    return values


def blanks(
    out: Annotated[Path, typer.Option(help="写到哪个目录")] = _ROOT / "templates" / "forms",
) -> None:
    """重画全部空白表；每次画出的文件逐字节相同。

    例：./xinshi form blanks --out build/forms
    """
    try:
        for path in write_blanks(out):
            typer.echo(path)
    except OSError as error:
        refuse(f"写不了“{error.filename}”（{error.strerror}）。请核对路径和权限。", 1)
