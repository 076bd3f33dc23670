"""Towns on databases of both kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.database import Database
from tests.reminders.town import Town
from tests.storage.conftest import shaped as shaped
from tests.storage.conftest import shaped_url as shaped_url


@pytest.fixture
async def town(shaped_url: str) -> AsyncIterator[Town]:
    """A town of weifang-2023 with nobody in it, on the first day of the collection."""
    database = Database.open(shaped_url)
    yield Town(database, "weifang-2023", "2023-07-15 10:00")
    await database.close()
