"""How good drafts are: of the notices of the tests, and of any folder of texts beside campaign files.

    python -m tests.drafting [FOLDER] [-v]

FOLDER/<campaign>.txt is laid beside campaigns/<campaign>.toml.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rules.drafting.draft import Draft, draft
from rules.drafting.layout import blocks_of
from rules.notice import NoticeFaults, read_notice
from tests.drafting.facts import Facts, facts_of
from tests.drafting.score import score
from tests.drafting.words import NOTICES, drafted, expected

ROOT = Path(__file__).resolve().parents[2]


def main(folders: list[str], *, loud: bool) -> None:
    for file in sorted(NOTICES.glob("*.facts")):
        _tell(file.stem, drafted(file.stem), expected(file.stem), loud=loud)
    for folder in folders:
        for file in sorted(Path(folder).glob("*.txt")):
            gold = (ROOT / "campaigns" / f"{file.stem}.toml").read_text("utf-8")
            _tell(file.stem, draft(blocks_of(file.read_text("utf-8")), file.stem), facts_of(gold), loud=loud)


def _tell(name: str, made: Draft, wanted: Facts, *, loud: bool) -> None:
    result = score(wanted, facts_of(made.text))
    told = f"{len(made.questions)} questions, {_faults(made.text)} faults of the check"
    sys.stdout.write(f"{name}: {result}; {told}\n")
    for kind in ("wrong", "missing", "extra") if loud else ():
        for each in getattr(result, kind):
            sys.stdout.write(f"    {kind}: {each}\n")


def _faults(text: str) -> int:
    try:
        read_notice(text, name="draft")
    except NoticeFaults as wrong:
        return len(wrong.faults)
    return 0


if __name__ == "__main__":
    main([each for each in sys.argv[1:] if each != "-v"], loud="-v" in sys.argv)
