"""The server starts where it is told, can be used at once, and ends within seconds with nothing left undone."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.commands.program import Running, call, deployment, running

PERSONAS = ("西安市市场监督管理局", "碑林区", "管理员", "评审专家", "监票人")


@contextmanager
def serving(*arguments: str, folder: str = "") -> Iterator[tuple[Running, list[str]]]:
    """A server that runs, with the lines it said up to its address."""
    with running(*arguments, more={"TMPDIR": folder} if folder else None) as server:
        said: list[str] = []
        while not re.search(r"按 Ctrl\+C 停止|/demo$", said[-1] if said else ""):
            line = server.stdout.readline()
            assert line, f"ended with {server.process.wait()}: {server.stderr.read()}"
            said.append(line.rstrip("\n"))
        yield server, said


def _ended(server: Running, sent: signal.Signals) -> tuple[int, float]:
    """The exit code after a signal, and the seconds it took."""
    began = time.monotonic()
    server.process.send_signal(sent)
    return server.process.wait(timeout=15), time.monotonic() - began


def _address(said: list[str]) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", "\n".join(said))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_at_once_and_ends_when_told(tmp_path: Path, sent: signal.Signals) -> None:
    config = deployment(tmp_path, more="[web]\nport = 0\n")
    with serving("serve", "--config", str(config)) as (server, said):
        page = httpx.get(_address(said))
        assert (page.status_code, page.headers.get("server")) == (200, None)
        code, seconds = _ended(server, sent)
        assert code == 0
        assert seconds < 5
        assert server.stderr.read() == ""
    rights = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "data", *(tmp_path / "data").iterdir()]
    }
    assert rights == {"data": 0o700, "secret.key": 0o600, "xinshi.db": 0o600}, (
        "closed cleanly: no log beside the database"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_listens_where_the_configuration_says_and_a_taken_port_is_told(tmp_path: Path) -> None:
    port = _free_port()
    config = deployment(tmp_path, more=f"[web]\nport = {port}\n")
    with serving("serve", "--config", str(config)) as (_, said):
        assert said == [f"信使在 http://127.0.0.1:{port} 运行，按 Ctrl+C 停止。"]
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        result = call("serve", "--config", config)
        told = f"127.0.0.1:{port} 不能用（Address already in use）。请改配置里 [web] 的 host 和 port。\n"
        assert (result.exit_code, result.stderr) == (1, told)
        result = call("demo", "--port", f"{port}")
        told = f"127.0.0.1:{port} 不能用（Address already in use）。换一个端口：./xinshi demo --port 0。\n"
        assert (result.exit_code, result.stderr) == (1, told)


@pytest.mark.parametrize("port", ["70000", "-1", "eighty"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    result = call("demo", "--port", port)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_the_demonstration_has_begun_its_links_lead_into_the_chat_and_who_listens_does_not_hold_up_its_end(
    tmp_path: Path,
) -> None:
    with serving("demo", "--port", "0", folder=str(tmp_path)) as (server, said):
        url = _address(said)
        links = [line.strip() for line in said if f"{url}/i/" in line]
        assert len(links) == 5
        counts = re.findall(r'<span class="count">(\d+)<small>', _board(links[2]))
        assert counts[:6] == ["46", "10", "8", "7", "6", "4"], "listed, invited, joined, begun, entered, complete"
        headings = [_join(link) for link in links]
        assert [name in heading for name, heading in zip(PERSONAS, headings, strict=True)] == [True] * 5
        assert _join(links[0]) is not None, "such a link works again and again"
        assert "正在投票，您还没有投，请点“选票”" in headings[3], "a round of experts is open"
        assert [bool(re.search("监票密钥 [0-9A-Z-]{39}）", line)) for line in said].count(True) == 2
        assert all(link in httpx.get(f"{url}/demo").text for link in (urlsplit(link).path for link in links))
        with httpx.Client(headers={"sec-fetch-site": "same-origin"}) as browser:
            browser.post(links[0], data=_fields(browser.get(links[0]).text))
            with browser.stream("GET", f"{url}/chat/events") as events:
                assert events.status_code == 200
                code, seconds = _ended(server, signal.SIGTERM)
        assert (code, seconds < 5) == (0, True)
        assert "Traceback" not in server.stderr.read()
    assert list(tmp_path.iterdir()) == [], "nothing is left of it"


def _board(link: str) -> str:
    """The board as an admin opens it from the chat."""
    with httpx.Client(headers={"sec-fetch-site": "same-origin"}, follow_redirects=True) as browser:
        chat = browser.post(link, data=_fields(browser.get(link).text))
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', chat.text))
        parts = {name: (None, value) for name, value in (fields | {"text": "看板"}).items()}
        chat = browser.post(str(chat.url.join("/chat/send")), files=parts)
        return browser.get(re.findall(r"http://[\d.:]+/board/in/[\w-]+", chat.text)[-1]).text


def _fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))


def _join(link: str) -> str:
    """The chat page after following a link and pressing its button, as a browser without scripts does."""
    with httpx.Client(headers={"sec-fetch-site": "same-origin"}) as browser:
        page = browser.get(link)
        assert page.status_code == 200
        answer = browser.post(link, data=_fields(page.text))
        assert (answer.status_code, answer.headers["location"]) == (303, "/chat")
        chat = browser.get(str(httpx.URL(link).join("/chat")))
        assert chat.status_code == 200
        return chat.text


def test_what_was_said_before_the_end_is_kept(tmp_path: Path) -> None:
    config = deployment(tmp_path, more="[web]\nport = 0\n")
    with serving("serve", "--config", str(config)) as (server, said):
        code = call("invite", "xian-2024", "admin", "--config", config).stdout.split("\t")[1].replace("-", "")
        assert "管理员" in _join(f"{_address(said)}/i/{code}")
        _ended(server, signal.SIGTERM)
    with sqlite3.connect(tmp_path / "data" / "xinshi.db") as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("inbox", "seats")]  # noqa: S608  our own names
    connection.close()
    assert counts == [1, 1]
