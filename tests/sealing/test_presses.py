"""A ballot's button opens for its expert, round and card only, dies with the key, and is kept nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.handlers import buttons
from bot.handlers.telegram_limits import DATA
from sealing.drawer import Drawer, KeyDestroyed
from sealing.presses import NotThisCard, Presses, Step, blank, is_press, new_card

STEP = Step(2, 39, 5, 10)


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    drawer = Drawer(tmp_path / "rounds")
    for key in ("r1", "r2"):
        drawer.make(key, "draft")
        drawer.make(key, "view")
    return drawer


def test_a_button_opens_for_its_expert_round_and_use_only(drawer: Drawer) -> None:
    presses, secret = Presses(drawer), new_card()
    text = presses.write("r1", "draft", 7, secret, STEP)
    assert (presses.read("r1", "draft", 7, text), len(text) <= DATA, text.isascii()) == ((secret, STEP), True, True)
    for key, purpose, number in (("r2", "draft", 7), ("r1", "view", 7), ("r1", "draft", 8)):
        with pytest.raises(NotThisCard):
            presses.read(key, purpose, number, text)  # type: ignore[arg-type]
    changed = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
    for forged in (text[:-1], changed, "", "!" + "A" * 51, text + "A"):
        with pytest.raises(NotThisCard):
            presses.read("r1", "draft", 7, forged)
    assert text != presses.write("r1", "draft", 7, new_card(), STEP), "each card has texts of its own"
    drawer.destroy("r1", "draft")
    with pytest.raises(KeyDestroyed):
        presses.read("r1", "draft", 7, text)


def test_no_other_button_is_taken_for_one_of_a_ballot() -> None:
    others = [buttons.seal(b"k" * 32, number, number % 7) for number in range(1, 2000)]
    assert [text for text in others if is_press(text)] == []


def test_what_is_kept_of_an_update_holds_no_button_of_a_ballot(drawer: Drawer) -> None:
    texts = [Presses(drawer).write("r1", "draft", 7, new_card(), Step(2, 0, 0, level)) for level in range(1, 11)]
    keys = [{"text": str(level), "callback_data": text} for level, text in enumerate(texts, 1)]
    update = {"callback_query": {"data": texts[7], "message": {"reply_markup": {"inline_keyboard": [keys]}}}, "n": "!"}
    kept = blank(json.dumps(update).encode())
    assert json.loads(kept)["callback_query"]["data"] == "!"
    assert [text for text in texts if text.encode() in kept or text[1:].encode() in kept] == []
    assert blank(b'{"text": "!abc"}') == b'{"text": "!abc"}'
