"""What shows that something was done: a text and pictures, in any number of messages, until 完成."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import plain
from bot.talk.fields import Outcome, Pieces, Question, Refused, Took, Undo
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import Choice, File, Incoming
from rules.letters import ending_of

DONE, UNDO = "完成", "撤回"
PICTURES = ("jpg", "jpeg", "png", "heic", "webp", "bmp", "gif")
#: Endings that are taken besides pictures: texts, tables, slides, short films, packed folders.
OTHERS = ("doc", "docx", "wps", "pdf", "xls", "xlsx", "ppt", "pptx", "mp4", "mov", "zip")
#: Files and characters of one report at most.
MOST_FILES, MOST_CHARACTERS = 30, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Question):
    """A text and files; the answer is {"words", "files": [[name, size, sha256], …]}. `needs` is what they shall show.

    `pictures`: at least one picture must be among them.
    """

    needs: tuple[str, ...]
    pictures: bool

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        if not pieces:
            return Prompt(self.text, numbered=False)
        words, files = parts_of(pieces)
        seen = [file[0] for file in files]
        text = line("duty.evidence_standing", words=len(words), pictures=len(_pictures(files)), files=seen)
        return Prompt(text, (Choice("!done", DONE), Choice("!undo", UNDO)), numbered=False)

    def takes(self, file: File) -> bool:
        return True

    def reopen(self, kept: Any) -> tuple[Any, ...]:
        words = ({"words": kept["words"]},) if kept["words"] else ()
        return (*words, *({"file": file} for file in kept["files"]))

    def told(self, kept: Any) -> str:
        return f"{kept['words']} {'、'.join(file[0] for file in kept['files'])}".strip()

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        words, files = parts_of(pieces)
        if incoming.files:
            return self._take(files, incoming.files)
        press = incoming.press.choice if incoming.press is not None else ""
        typed = plain(incoming.text)
        if press == "!done" or typed == DONE:
            return self._finish(words, files)
        if press == "!undo" or typed == UNDO:
            return Undo() if pieces else Refused((line("duty.evidence_nothing"),))
        text = incoming.text.strip()
        if not text:
            return Refused((line("engine.text_please"),))
        if len(words) + len(text) > MOST_CHARACTERS:
            return Refused((line("duty.evidence_long", most=MOST_CHARACTERS, found=len(words) + len(text)),))
        return Pieces(({"words": text},))

    def _take(self, files: list[list[Any]], sent: Sequence[File]) -> Outcome:
        known = {file[2] for file in files}
        fresh = list({file.sha256: file for file in sent if file.sha256 not in known}.values())
        good = [file for file in fresh if ending_of(file.name) in (*PICTURES, *OTHERS)]
        lines: list[Line] = []
        if bad := [file.name for file in fresh if file not in good]:
            lines.append(line("duty.evidence_kind", names=bad, endings=[*PICTURES[:3], *OTHERS[:4]]))
        if len(fresh) < len(sent):
            lines.append(line("duty.evidence_again", count=len(sent) - len(fresh)))
        room = max(0, MOST_FILES - len(files))
        if left := [file.name for file in good[room:]]:
            lines.append(line("duty.evidence_many", most=MOST_FILES, left=left))
            good = good[:room]
        if not good:
            return Refused(tuple(lines))
        return Pieces(tuple({"file": [file.name, file.size, file.sha256]} for file in good), tuple(lines))

    def _finish(self, words: str, files: list[list[Any]]) -> Outcome:
        lines = []
        if not words and not any(ending_of(file[0]) in OTHERS for file in files):
            lines.append(line("duty.evidence_words"))
        if self.pictures and not _pictures(files) and not any(ending_of(file[0]) in OTHERS for file in files):
            lines.append(line("duty.evidence_pictures", needs=list(self.needs)))
        return Refused(tuple(lines)) if lines else Took({"words": words, "files": files})


def parts_of(pieces: Sequence[Any]) -> tuple[str, list[list[Any]]]:
    """The text and the files of the pieces so far."""
    words = [piece["words"] for piece in pieces if "words" in piece]
    return "\n".join(words), [piece["file"] for piece in pieces if "file" in piece]


def _pictures(files: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    return [file for file in files if ending_of(file[0]) in PICTURES]
