"""The register of threats: which tests try what, and the page that is made of it (`python -m tests.house.threats`)."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.tree import ROOT

REGISTER, PAGE = ROOT / "tests" / "house" / "threats.toml", ROOT / "docs" / "threats.md"
_HEAD = """# Threats

What somebody could try against a deployment, what becomes of it, and the tests that try it. This page is made from
`tests/house/threats.toml` by `python -m tests.house.threats`; a test sees to it that every test named here exists and
that this page is the newest. {count} threats, {tests} tests.
"""


@dataclass(frozen=True, slots=True)
class Threat:
    """One threat: its number, what is tried, what becomes of it, and the tests ("folder/file.py::name")."""

    n: int
    what: str
    so: str
    tests: tuple[str, ...]


def groups() -> Iterator[tuple[str, tuple[Threat, ...]]]:
    """The register, group by group."""
    for group in tomllib.loads(REGISTER.read_text("utf-8"))["group"]:
        yield group["name"], tuple(Threat(**{**each, "tests": tuple(each["tests"])}) for each in group["threats"])


def missing(named: str) -> bool:
    """Whether a test that the register names is not there."""
    file, _, name = named.partition("::")
    path = ROOT / "tests" / file
    if not path.is_file():
        return True
    tree = ast.parse(path.read_text("utf-8"))
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in tree.body)


def page() -> str:
    """The page as it should be."""
    threats = [threat for _, listed in groups() for threat in listed]
    tests = {test for threat in threats for test in threat.tests}
    said = [_HEAD.format(count=len(threats), tests=len(tests))]
    for name, listed in groups():
        said.append(f"\n## {name}\n| | what is tried | what becomes of it | tried by |\n|---|---|---|---|\n")
        for each in listed:
            by = "<br>".join(f"`{test}`" for test in each.tests)
            said.append(f"| T{each.n} | {each.what} | {each.so} | {by} |\n")
    return "".join(said)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
