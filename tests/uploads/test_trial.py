"""A short slice of the trial: one notice on a phone from the invitation to the receipt, its film cut twice."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.uploads.notices import NOTICES
from tests.uploads.trial import play


def test_a_work_comes_in_although_its_film_is_cut_by_its_sockets_and_by_a_killed_server(
    browser: Browser, tmp_path: Path, needs_soffice: str
) -> None:
    [industry] = [each for each in NOTICES if each.notice == "industry-2024"]  # whose film may be the shortest
    folder = tmp_path / "industry-2024"
    folder.mkdir()
    told = play(browser, industry, folder, 24, wrong=False)
    assert (told.number, told.cuts, told.kills, len(told.peaks)) == ("GY-A0001", 2, 1, 2)
    assert told.carried < 2 * told.megabytes  # it went on from where it was
    assert (told.fits, told.complaints) == (True, [])
    assert "符合要求" in told.answers["视频：合格"]
    assert "扫描件已收好" in told.answers["扫描：合格"]
