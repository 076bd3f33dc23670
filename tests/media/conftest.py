"""What tests of measuring share."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.scans.paper import has_font
from tests.scans.paper import page as drawn


@pytest.fixture(scope="session")
def page() -> Image.Image:
    """A filled page at 200 dpi with the version code 7K3F9-QZ2MX at its foot."""
    if not has_font():
        pytest.skip("no font with Chinese characters on this machine: pages cannot be drawn")
    return drawn()
