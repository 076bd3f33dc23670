"""`./xinshi doctor` reads the notices of the campaigns, as `serve` will."""

from __future__ import annotations

from pathlib import Path

from tests.commands.program import call


def test_a_campaign_that_is_not_there_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('campaigns = ["xian-2024", "xian-2025"]\n', "utf-8")
    result = call("doctor", "--config", config)
    told = [line for line in result.stdout.splitlines() if line[2:].startswith("活动：")]
    assert (result.exit_code, [line[0] for line in told], "xian-2025" in told[1]) == (1, ["✓", "✗"], True)
