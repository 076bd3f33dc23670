"""The commands beside Telegram's message box are words of conversations that exist, for admins all of judging, too."""

from __future__ import annotations

from bot.channels import ADMIN_COMMANDS, COMMANDS
from bot.flows.table import house_flows
from bot.wording import house_wording


def test_every_listed_command_has_a_sentence_and_admins_find_screening_to_publication() -> None:
    wording = house_wording()
    assert all(wording.text(f"command.{name}") for name in (*COMMANDS, *ADMIN_COMMANDS))
    judged = ("screen", "reopen", "judging", "votes", "awards", "prizes", "objections", "publish", "outlets")
    assert set(judged) <= set(ADMIN_COMMANDS)
    words = {word for flow in house_flows() for word in flow.words}
    assert set(judged) <= words
