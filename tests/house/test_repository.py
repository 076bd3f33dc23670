"""What lies in the repository: readable text, no trace of any machine or person, modules that say what they are for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, parse, python_files, repository_files

#: Files that are not text, by where they may lie.
BINARIES = ("templates/forms/*/*.docx", "templates/certificates/*.docx", "docs/images/*.png", "docs/images/*.gif")
#: What may stand in no file. Written in halves, so that this file passes its own test.
TRACES = {
    "a path of somebody's machine": r"(?<![\w.~/-])/(?:wo" + r"rk|ro" + r"ot|home/\w+)/[\w.]",
    "a package registry other than the public one": r"https?://(?!pypi\.org/|[\w.-]*\.example\.)[\w.-]*(?:py"
    + r"pi|npm|mirr"
    + r"or|artifact|nexus)[\w.-]*\.\w+/",
    "a private network address": r"https?://(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----",
    "an identity card number": r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\w)",
}
#: Mobile numbers that are plainly nobody's: examples in documents and tests use these and no others.
MOBILE = re.compile(r"(?<![\w.])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?![\w.])")
INVENTED = re.compile(r"1[3-9]\d(?:0{4}\d{4}|\d{4}0{4}|(\d)\1{3}(\d)\2{3}|12345678|0013[89]\d{3})")
LOCKED = {"uv.lock", *(f"requirements/{name}.txt" for name in ("run", "test", "lint", "bench"))}
LONGEST = 300
#: Files that may be longer, each with the reason.
LONG: dict[str, str] = {}
SPOKEN_FOR = ("rules", "bot", "storage")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def traces(text: str) -> list[str]:
    """What a text gives away, each with the words it was seen in."""
    found = [f"{what}: {seen[0]}" for what, pattern in TRACES.items() for seen in re.finditer(pattern, text)]
    numbers = (("".join(seen.groups()), seen[0]) for seen in MOBILE.finditer(text))
    return found + [f"somebody's mobile number: {seen}" for number, seen in numbers if not INVENTED.fullmatch(number)]


def undocumented(tree: ast.Module) -> list[str]:
    """The public functions and classes of a module that do not say what they are."""
    return [
        f"{node.lineno}: {node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_every_file_is_utf8_text_but_for_forms_and_pictures() -> None:
    wrong = []
    for path in repository_files():
        if any(path.relative_to(ROOT).match(pattern) for pattern in BINARIES):
            continue
        content = path.read_bytes()
        if b"\0" in content:
            wrong.append(f"{name_of(path)}: not text")
        elif b"\r\n" in content:
            wrong.append(f"{name_of(path)}: lines end in CR LF")
        elif content and not content.endswith(b"\n"):
            wrong.append(f"{name_of(path)}: the last line does not end")
        content.decode("utf-8")
    assert wrong == []


def test_no_file_gives_a_machine_or_a_person_away() -> None:
    wrong = []
    for path in repository_files():
        if name_of(path) not in LOCKED and b"\0" not in (content := path.read_bytes()):
            wrong += [f"{name_of(path)}: {trace}" for trace in traces(content.decode("utf-8"))]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "see /ro" + "ot/.cache",
        'open("/wo' + 'rk/main/x")',
        "index-url = https://mirr" + "ors.somewhere.cn/simple",
        "联系电话：137" + "58102946",
        "tel:+86-139-2" + "736-4815",
        "身份证 6101031" + "98805123318",
    ],
)
def test_a_planted_trace_is_caught(text: str) -> None:
    assert len(traces(text)) == 1


@pytest.mark.parametrize(
    "text", ["电话 13800138000", "13900001234", "https://pypi.org/simple", "text/work", "029-12345678"]
)
def test_an_invented_example_passes(text: str) -> None:
    assert traces(text) == []


def test_the_licence_is_there_and_named() -> None:
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License\n")
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_every_module_says_what_it_is_for() -> None:
    modules = python_files(*PACKAGES, "bench", "tests", "tools")
    assert [name_of(path) for path in modules if not ast.get_docstring(parse(path))] == []


def test_every_public_function_and_class_says_what_it_is() -> None:
    modules = python_files(*SPOKEN_FOR)
    assert [f"{name_of(path)}:{one}" for path in modules for one in undocumented(parse(path))] == []


def test_a_silent_function_is_caught_and_a_private_one_is_not() -> None:
    assert undocumented(ast.parse("def f(): pass\ndef _g(): pass\nclass C:\n    '''A thing.'''\n")) == ["1: f"]


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*PACKAGES, "bench", "tests")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in LONG} == {}


def test_every_exception_from_the_length_is_still_needed() -> None:
    assert [name for name in LONG if len((ROOT / name).read_text("utf-8").splitlines()) <= LONGEST] == []
