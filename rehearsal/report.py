"""The report of a rehearsal: pages that need nothing but themselves, read on a phone, at a desk or on paper."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from rehearsal.record import Record
from rehearsal.report_people import Chats
from rehearsal.report_view import overview
from rules.filenames import Names, safe_name
from web.board_view import size
from web.pages import environment, sentence

#: The house's style, whose beginning is its palette.
_STYLE = Path(__file__).parent.parent / "web" / "static" / "chat.css"
#: What stands where that ends.
_END_OF_PALETTE = "/* Plain pages"


def write(record: Record, folder: Path) -> Path:
    """Write the report into a folder, made where it is not there; gives its first page.

    Pages of an earlier report in the same folder are replaced; what a rehearsal made is copied beside them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chats = Chats(record)
    _put(folder / "index.html", "rehearsal.html", overview(record, chats, _files(record.files, folder)))
    for old in (folder / "people").glob("*.html"):
        old.unlink()
    for name, facts in chats.pages():
        _put(folder / name, "rehearsal_people.html", facts)
    return folder / "index.html"


def _put(path: Path, template: str, facts: Mapping[str, Any]) -> None:
    """Draw a page. What cannot be written as text (half a character) becomes a question mark."""
    path.parent.mkdir(exist_ok=True)
    html = environment().get_template(template).render({"say": sentence, "palette": _palette(), **facts})
    path.write_bytes(html.encode("utf-8", "replace"))


@cache
def _palette() -> str:
    """The colours and the plain text of the house's pages."""
    return _STYLE.read_text("utf-8").partition(_END_OF_PALETTE)[0]


def _files(files: Mapping[str, Path], folder: Path) -> list[dict[str, Any]]:
    """What was made, each with an address within the report; "" for what is not there."""
    names, found = Names(), []
    for name, path in files.items():
        parts = [safe_name(part) for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")]
        place = folder / "files" / names.free("/".join(parts) or "file")
        if path.resolve().is_relative_to(folder.resolve()):
            place = folder / path.resolve().relative_to(folder.resolve())
        else:
            _copy(path, place)
        href = quote(place.relative_to(folder).as_posix()) if place.exists() else ""
        found.append({"name": name, "href": href, "size": size(place.stat().st_size) if place.is_file() else ""})
    return found


def _copy(path: Path, place: Path) -> None:
    if not path.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, place, dirs_exist_ok=True)
    else:
        shutil.copyfile(path, place)
