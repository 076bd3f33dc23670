"""`python -m tests.drafting FOLDER [-v]`: drafts of the texts FOLDER/<campaign>.txt against campaigns/<campaign>.toml."""

from __future__ import annotations

import sys
from pathlib import Path

from rules.drafting.draft import draft
from rules.drafting.layout import blocks_of
from rules.notice import NoticeFaults, read_notice
from tests.drafting.facts import facts_of
from tests.drafting.score import score

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path, *, loud: bool) -> None:
    for file in sorted(folder.glob("*.txt")):
        gold = ROOT / "campaigns" / f"{file.stem}.toml"
        made = draft(blocks_of(file.read_text("utf-8")), file.stem)
        try:
            read_notice(made.text, name=file.stem)
            faults = 0
        except NoticeFaults as wrong:
            faults = len(wrong.faults)
        result = score(facts_of(gold.read_text("utf-8")), facts_of(made.text))
        print(f"{file.stem}: {result}; {len(made.questions)} questions, {faults} faults of the check")
        for name in ("wrong", "missing", "extra") if loud else ():
            for each in getattr(result, name):
                print(f"    {name}: {each}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), loud="-v" in sys.argv)
