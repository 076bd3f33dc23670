"""A rehearsal written down: every chat as text, what came unasked, how many of each kind."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from rehearsal.record import OWN, Record, Rehearsed
from rules.filenames import safe_name


def write_chats(record: Record, folder: Path) -> None:
    """`chats/`: each chat in order; `letters.txt`: what came unasked; `counts.txt`: how many of each kind."""
    (folder / "chats").mkdir(parents=True, exist_ok=True)
    letters = []
    for number, each in enumerate(record.people):
        name = safe_name(f"{number:03d} {each.name}（{each.habit}）" if each.habit else f"{number:03d} {each.name}")
        (folder / "chats" / f"{name}.txt").write_text(told(each, record.notice.zone), "utf-8")
        if heard := told(each, record.notice.zone, by_itself=True):
            letters.append(f"\n════ {each.name} · {each.address}\n{heard}")
    (folder / "letters.txt").write_text("\n".join(letters), "utf-8")
    (folder / "counts.txt").write_text(counts(record), "utf-8")


def told(person: Rehearsed, zone: str, *, by_itself: bool = False) -> str:
    """A chat as its person reads it; `by_itself`: only what the program said on its own account."""
    rows = []
    for each in person.lines:
        if by_itself and not each.by_itself:
            continue
        mark = "我" if each.kind == OWN else each.kind
        buttons = f"\n{''.join(f'【{label}】' for label in each.buttons)}" if each.buttons else ""
        rows.append(f"[{each.at.astimezone(ZoneInfo(zone)):%m-%d %a %H:%M} {mark} {each.way}] {each.text}{buttons}")
    return "\n".join(rows)


def counts(record: Record) -> str:
    """How many messages of each kind there were, and how many a person had at most and in the middle."""
    kinds: Counter[str] = Counter()
    for person in record.people:
        kinds.update(each.kind for each in person.lines if each.by_itself)
    rows = []
    for kind, count in kinds.most_common():
        each = [sum(line.kind == kind for line in person.lines) for person in record.people]
        rows.append(f"{kind}: {count}, per person at most {max(each)}, median {median(each):g}")
    whole = [sum(line.by_itself for line in person.lines) for person in record.people] or [0]
    rows.append(f"together: {sum(whole)}, per person at most {max(whole)}, median {median(whole):g}")
    return "\n".join(rows) + "\n"


def keep(files: Mapping[str, bytes], folders: Mapping[str, Path], out: Path) -> dict[str, Path]:
    """Put what was made into a folder; gives name → path."""
    out.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Path] = {}
    for name, data in files.items():
        path = out / safe_name(name)
        path.write_bytes(data)
        kept[name] = path
    for name, source in folders.items():
        place = out / safe_name(name)
        shutil.copytree(source, place, dirs_exist_ok=True)
        for path in sorted(each for each in place.rglob("*") if each.is_file() and not each.name.startswith(".")):
            kept[f"{name}/{path.relative_to(place)}"] = path
    return kept
