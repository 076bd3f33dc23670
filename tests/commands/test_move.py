"""The command that carries a deployment to PostgreSQL: what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.program import call, deployment


def test_a_deployment_is_carried_over_and_the_next_step_is_said(tmp_path: Path, postgres_url: str) -> None:
    to = postgres_url.replace(":@", "@")
    config = deployment(tmp_path)
    assert call("invite", "xian-2024", "admin", "--config", config).exit_code == 0
    result = call("move", "--to", to, "--config", config)
    assert result.exit_code == 0, result.stderr
    assert "逐行核对一致" in result.stdout
    assert f'database = "{to}"' in result.stdout
    again = call("move", "--to", to, "--config", config)
    assert (again.exit_code, "已经搬到 PostgreSQL" in again.stderr) == (1, True)
    assert "已经搬到 PostgreSQL" in call("invite", "xian-2024", "admin", "--config", config).stderr
    elsewhere = deployment(tmp_path, more=f'database = "{to}"\n')
    assert call("invite", "xian-2024", "admin", "--config", elsewhere).exit_code == 0
    assert "不用再搬" in call("move", "--to", to, "--config", elsewhere).stderr


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("sqlite+aiosqlite:///other.db", "--to 应为 PostgreSQL 的地址"),
        ("postgresql://xinshi@localhost/xinshi", "应以 sqlite+aiosqlite:// 或 postgresql+psycopg:// 开头"),
        ("postgresql+psycopg://xinshi:pw@localhost/xinshi", "网址里不能写密码"),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, to: str, said: str) -> None:
    config = deployment(tmp_path)
    assert call("invite", "xian-2024", "admin", "--config", config).exit_code == 0
    result = call("move", "--to", to, "--config", config)
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr


def test_where_there_is_no_database_yet_nothing_is_carried(tmp_path: Path) -> None:
    result = call("move", "--to", "postgresql+psycopg://x@localhost/x", "--config", deployment(tmp_path))
    assert (result.exit_code, "没有可以搬的" in result.stderr) == (1, True)
