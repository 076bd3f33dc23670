"""The moving picture of the READMEs, from the invitation to the receipt on a phone: `python -m tools.recording`.

It is the play of `tools.screenshots`, with a frame after each message; needs chromium and the Noto CJK fonts.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tools.screenshots import FLAGS, IMAGES, PHONE, Liaison, NotTaken, demonstration, play, with_stand_ins

SCREEN: dict[str, Any] = {**PHONE, "device_scale_factor": 1, "viewport": ViewportSize(width=390, height=700)}
#: Milliseconds that a frame stands, and the last one; the most bytes of the whole.
EACH, LAST, MOST_BYTES = 1300, 5000, 700_000
COLOURS = 48


class Filmed(Liaison):
    """A liaison whose screen is taken after everything they do."""

    def __init__(self, page: Page, link: str) -> None:
        self.frames: list[bytes] = []
        super().__init__(page, link)
        self.frames.append(self.picture())

    def tick(self, *labels: str) -> None:
        """Tick boxes in this order, and show it."""
        super().tick(*labels)
        self.frames.append(self.picture())

    def _act(self, button: Any) -> None:
        super()._act(button)
        self.frames.append(self.picture())


def moving(frames: list[bytes]) -> bytes:
    """Frames as one GIF of few colours."""
    pictures = [Image.open(io.BytesIO(one)).convert("RGB") for one in frames]
    palette = pictures[len(pictures) // 2].quantize(COLOURS)
    flat = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
    out = io.BytesIO()
    durations = [EACH] * (len(flat) - 1) + [LAST]
    flat[0].save(out, "GIF", save_all=True, append_images=flat[1:], duration=durations, loop=0, optimize=True)
    return out.getvalue()


def main() -> None:
    """Film it anew."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS.split(), env={**with_stand_ins(folder)}
        )
        with demonstration(links=r"http://\S+/i/\S+") as [link]:
            liaison = Filmed(browser.new_context(**SCREEN).new_page(), link)
            play(liaison, folder / "annex.docx")
        browser.close()
    film = moving(liaison.frames)
    if len(film) > MOST_BYTES:
        raise NotTaken(f"expected at most {MOST_BYTES} bytes, found {len(film)}; take fewer colours or frames")
    (IMAGES / "recording.gif").write_bytes(film)
    sys.stdout.write(f"docs/images/recording.gif: {len(liaison.frames)} frames, {len(film)} bytes\n")


if __name__ == "__main__":
    main()
