"""How much of a notice a draft got right, fact by fact against a file that a person wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.drafting.facts import Facts

#: Names whose last word is a label that two people would not word the same way.
_FUZZY = ("class ", "quota ", "outlet ", "body ", "prize ", "form ")
_IDLE = re.compile(r"各|有关|相关|级|属|等|的|官方|单位$")


@dataclass(slots=True)
class Score:
    """Facts found right, told otherwise, not told, and told though the person's file has no such fact."""

    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Right ones among those that were to be found."""
        return len(self.right) / max(1, len(self.right) + len(self.wrong) + len(self.missing))

    def __str__(self) -> str:
        counts = (
            f"{len(self.right)} right, {len(self.wrong)} wrong, {len(self.missing)} missing, {len(self.extra)} extra"
        )
        return f"{counts}: {self.share:.0%}"


def score(expected: Facts, found: Facts) -> Score:
    """Lay the facts of a draft beside those expected."""
    result = Score()
    left = dict(found)
    for name, value in expected.items():
        told = name if name in left else _near(name, left)
        if told is None:
            result.missing.append(f"{name} = {value}")
            continue
        if _same(name, left.pop(told), value):
            result.right.append(name)
        else:
            result.wrong.append(f"{name} = {found[told]}, expected {value}")
    result.extra = [f"{name} = {value}" for name, value in left.items()]
    return result


def _same(name: str, found: str, value: str) -> bool:
    if found == value:
        return True
    if name.endswith("title") or name.startswith("meeting"):
        short, long = sorted((_idle(found), _idle(value)), key=len)
        return len(short) >= 0.75 * len(long) and short in long
    return False


def _near(name: str, left: Facts) -> str | None:
    if not name.startswith(_FUZZY):
        return None
    for other in left:
        if _alike(name.split(" "), other.split(" ")):
            return other
    return None


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether two names differ in one word only, and there one holds the other."""
    if len(one) != len(other) or one[0] != other[0]:
        return False
    unlike = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(unlike) != 1:
        return False
    short, long = sorted((_idle(unlike[0][0]), _idle(unlike[0][1])), key=len)
    return len(short) >= 2 and short in long and not long.isdigit() and not re.fullmatch(r"[a-z]+", long)


def _idle(text: str) -> str:
    return _IDLE.sub("", text.replace('"', ""))
