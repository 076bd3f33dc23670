"""The work of reading a Word form that somebody sent: which form it is, what it answers, what is missing or wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.kinds import Refused
from documents.read import Reading, read, recognise
from rules.faults import Fault
from rules.forms import Form
from rules.notice import Notice
from storage.store import Store


class FormReader:
    """Reads forms of the campaigns it knows. `blanks` is the folder that the blank annexes' paths start from."""

    def __init__(self, store: Store, notices: Mapping[str, Notice], blanks: Path) -> None:
        self._store, self._notices, self._blanks = store, notices, blanks

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Read the file named in the payload. The facts are JSON-plain; a refusal is the fact `error`."""
        data = await self._store.read(payload["sha256"])
        forms = self._notices[payload["campaign"]].forms
        return await asyncio.to_thread(self._read, data, payload["name"], forms)

    def _read(self, data: bytes, name: str, forms: Sequence[Form]) -> Mapping[str, Any]:
        try:
            form = recognise(forms, data, name=name) or forms[0]
            others = [each for each in forms if each is not form]
            reading = read(form, data, name=name, blank=self._blank(form), others=others)
        except Refused as refused:
            return {"error": {"key": refused.key, "facts": refused.facts}}
        return _facts(form, name, reading)

    def _blank(self, form: Form) -> bytes | None:
        path = self._blanks / form.blank
        return path.read_bytes() if path.exists() else None


def _facts(form: Form, name: str, reading: Reading) -> Mapping[str, Any]:
    asked = {field.key for field in form.fields if field.source == "ask"}
    if form.rows is not None:  # whose keys name their row
        asked = {"rows", *reading.missing, *reading.faults}
    return {
        "form": form.key,
        "name": name,
        "answers": {key: value for key, value in reading.answers.items() if key in asked},
        "missing": [key for key in reading.missing if key in asked],
        "faults": {key: _plain(faults) for key, faults in reading.faults.items() if key in asked},
        "notes": _plain(reading.notes),
        "code": reading.code,
    }


def _plain(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{"key": fault.key, "facts": dict(fault.facts)} for fault in faults]
