"""The lock and what is installed from it agree, and both come from the public index alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.house.tree import ROOT

SETS = {"run": None, "test": "test", "lint": "lint", "bench": "bench", "ocr": "ocr"}
HOSTS = {"pypi.org", "files.pythonhosted.org"}
HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")

Pins = dict[str, tuple[str, set[str]]]


def pins_of(text: str) -> Pins:
    """What a requirements file pins: name -> (version, hashes)."""
    logical = re.sub(r"#[^\n]*", "", text).replace("\\\n", " ")
    pins: Pins = {}
    for line in filter(str.strip, logical.splitlines()):
        if not (pin := re.match(r"([\w.-]+)==(\S+)", line)):
            raise ValueError(f"expected name==version with hashes, found {line!r}")
        pins[pin[1]] = (pin[2], set(HASH.findall(line)))
    return pins


def pins_in_lock(lock: dict[str, Any], group: str | None) -> Pins:
    """What the lock holds for one set: the project's own dependencies, or one group's, and all that these need."""
    packages = {package["name"]: package for package in lock["package"]}
    project = packages["xinshi"]
    first = project["dependencies"] if group is None else project["dev-dependencies"][group]
    found: Pins = {}
    waiting = [(dep["name"], tuple(dep.get("extra", ()))) for dep in first]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        package = packages[name]
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        found[name] = (package["version"], {file["hash"] for file in files})
        needed = [*package.get("dependencies", ())]
        for extra in extras:
            needed += package.get("optional-dependencies", {}).get(extra, ())
        waiting += [(dep["name"], tuple(dep.get("extra", ()))) for dep in needed]
    return found


def strangers(text: str) -> set[str]:
    """The hosts a text names that are not the public index."""
    return {urlsplit(url).hostname or url for url in re.findall(r"\w+://[^\s\"'<>]+", text)} - HOSTS


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return tomllib.loads(read("uv.lock"))


@pytest.mark.parametrize("name", ["uv.lock", *(f"requirements/{name}.txt" for name in SETS)])
def test_no_host_but_the_public_index_is_named(name: str) -> None:
    assert strangers(read(name)) == set()


def test_a_strange_host_is_noticed() -> None:
    text = 'source = { registry = "https://mirror.example.org/simple" }, url = "https://files.pythonhosted.org/x.whl"'
    assert strangers(text) == {"mirror.example.org"}


def test_requirements_hold_no_option_that_names_an_index() -> None:
    for name in SETS:
        assert [line for line in read(f"requirements/{name}.txt").splitlines() if line.startswith("-")] == []


@pytest.mark.parametrize("name", SETS)
def test_requirements_agree_with_the_lock(lock: dict[str, Any], name: str) -> None:
    assert pins_of(read(f"requirements/{name}.txt")) == pins_in_lock(lock, SETS[name])


def test_each_pin_has_a_wheel_for_debian_on_both_pythons(lock: dict[str, Any]) -> None:
    assert [f"{name} {python}" for python in ("311", "313") for name in _without_wheel(lock, python)] == []


def _without_wheel(lock: dict[str, Any], python: str) -> Iterator[str]:
    anywhere = rf"(?:cp{python}|[\w.]*py3[\w.]*)-none-any"
    linux = rf"(?:cp{python}-cp{python}|cp3\d+-abi3|[\w.]*py3[\w.]*-none)-[\w.]*manylinux[\w.]*x86_64[\w.]*"
    fits = re.compile(rf"-(?:{anywhere}|{linux})\.whl$")
    for package in lock["package"]:
        fitting = any(fits.search(Path(wheel["url"]).name) for wheel in package.get("wheels", ()))
        if not fitting and "registry" in package["source"]:
            yield package["name"]


def test_the_lock_fits_the_project(lock: dict[str, Any]) -> None:
    project = tomllib.loads(read("pyproject.toml"))
    [metadata] = [package["metadata"] for package in lock["package"] if package["name"] == "xinshi"]
    groups = {None: metadata["requires-dist"], **metadata["requires-dev"]}
    wanted = {None: project["project"]["dependencies"], **project["dependency-groups"]}
    assert lock["requires-python"] == project["project"]["requires-python"]
    assert {group: {_written(dep) for dep in deps} for group, deps in groups.items()} == {
        group: {_ordered(dep) for dep in deps} for group, deps in wanted.items()
    }


def _written(dep: dict[str, Any]) -> str:
    extras = f"[{','.join(dep['extras'])}]" if dep.get("extras") else ""
    return _ordered(f"{dep['name']}{extras}{dep.get('specifier', '')}")


def _ordered(requirement: str) -> str:
    head, *bounds = re.split(r"(?=[<>=!~])", requirement.replace(",", ""), maxsplit=1)
    return head + ",".join(sorted(re.findall(r"[<>=!~]+[^<>=!~]+", "".join(bounds))))


def test_a_pin_that_strays_from_the_lock_is_noticed(lock: dict[str, Any]) -> None:
    text = re.sub(r"(?m)^segno==\S+", "segno==0.0.1", read("requirements/run.txt"))
    strayed = {name for name, pin in pins_of(text).items() if pins_in_lock(lock, None).get(name) != pin}
    assert strayed == {"segno"}
