"""What tests of several commands share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.handlers.wechat_server import Platform, platform


@pytest.fixture
def script() -> Iterator[Platform]:
    """A WeChat platform that answers by script."""
    with platform() as one:
        yield one
