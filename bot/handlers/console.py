"""The console: one line in is one message, `@path` sends a file, replies go to stdout with their options numbered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from bot.talk.messages import BOLD, PLAIN, File, Incoming, Outgoing

CHANNEL = "console"


class NoSuchFile(LookupError):
    """A line names a file that cannot be read; the message says which."""


def file_named(line: str) -> Path | None:
    """The path in a line `@path`; None where the line is text. Raises `NoSuchFile`."""
    if not line.startswith("@") or len(line.strip()) < 2:
        return None
    path = Path(line[1:].strip()).expanduser()
    if not path.is_file():
        raise NoSuchFile(f"找不到文件“{path}”。请核对路径；要发以 @ 开头的文字，请在前面加一个空格。")
    return path


async def chunks(path: Path, *, size: int = 1 << 16) -> AsyncIterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(size):
            yield piece


def read(line: str, *, address: str, number: str, at: datetime, file: File | None = None) -> Incoming:
    """One line as a message; "\\n" in it is a line break."""
    files = (file,) if file is not None else ()
    return Incoming(CHANNEL, address, number, at, text="" if files else line.replace("\\n", "\n"), files=files)


def show(outgoing: Outgoing, *, saved: Path | None = None) -> str:
    """One reply as text. `saved` is where its file was put."""
    parts = [outgoing.text.replace(BOLD, "").replace(PLAIN, "")]
    if saved is not None:
        parts.append(f"📎 {saved}")
    if outgoing.choices and outgoing.numbered:
        parts += [
            f"  {number} {'✓ ' if choice.marked else ''}{choice.label}"
            for number, choice in enumerate(outgoing.choices, start=1)
        ]
    elif outgoing.choices:
        parts.append("  " + " ".join(f"【{choice.label}】" for choice in outgoing.choices))
    return "\n".join(part for part in parts if part)
