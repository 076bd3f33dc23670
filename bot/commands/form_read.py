"""`./xinshi form read`: what a filled-in Word annex says, as JSON, so that a script or an organiser can check it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.form import form_group, form_of
from bot.commands.verdicts import Unusable, refuse, said
from bot.wording import house_wording
from documents.guard import MAX_FILE
from documents.kinds import Refused
from documents.read import Reading, read
from rules.faults import Fault
from rules.forms import Form
from rules.notice import NoticeFaults, read_notice

_ROOT = Path(__file__).parents[2]
#: Exit codes besides `UNREADABLE`: all there, something missing or wrong.
COMPLETE, UNFINISHED = 0, 1


def register(app: typer.Typer) -> None:
    """Mount the command as `form read`."""
    form_group(app).command("read")(read_form)


def read_form(
    campaign: Annotated[str, typer.Argument(help="活动，如 xian-2024")],
    track: Annotated[str, typer.Argument(help="赛道或表，如 case、video、liaison")],
    file: Annotated[Path, typer.Argument(metavar="IN.docx", help="填好的申报表")],
    blank: Annotated[Path | None, typer.Option(help="另用一张空白表（.docx）来辨认印好的说明文字")] = None,
) -> None:
    """读出填好的 Word 申报表，以 JSON 列出内容、缺项和不合要求之处。

    退出码：0 齐全无误；1 有缺项或要改；2 不是能读的这张表。

    例：./xinshi form read xian-2024 case 申报表.docx
    """
    try:
        form = form_of(campaign, track)
        reading = _read(form, file, blank or _ROOT / form.blank)
    except Unusable as refusal:
        refuse(str(refusal))
    except Refused as refusal:
        refuse(said(refusal.key, refusal.facts))
    except OSError as error:
        refuse(f"打不开“{error.filename}”（{error.strerror}）。请核对文件名和路径。")
    else:
        typer.echo(json.dumps(_shown(reading), ensure_ascii=False, indent=2))
        raise typer.Exit(COMPLETE if reading.is_complete else UNFINISHED)


def _read(form: Form, file: Path, blank: Path) -> Reading:
    printed = blank.read_bytes()
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE + 1)
    return read(form, data, name=file.name, blank=printed, others=list(_known_forms()))


def _known_forms() -> Iterable[Form]:
    """The forms of every campaign that can be read; a faulty file is `notice check`'s business, not this command's."""
    for path in sorted((_ROOT / "campaigns").glob("*.toml")):
        try:
            yield from read_notice(path.read_text(encoding="utf-8"), name=path.name).forms
        except NoticeFaults:
            continue


def _shown(reading: Reading) -> dict[str, Any]:
    return {
        "answers": dict(reading.answers),
        "missing": list(reading.missing),
        "faults": {key: [_fault(fault) for fault in faults] for key, faults in reading.faults.items()},
        "notes": [_fault(note) for note in reading.notes],
        "code": reading.code,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    told = {"says": said(fault.key, fault.facts)} if fault.key in house_wording() else {}
    return {"key": fault.key, **told, "facts": dict(fault.facts)}
