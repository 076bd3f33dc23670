"""The methods of the Bot API by which a program sets itself up: who it is, its commands, its webhook."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.fakes import telegram_limits as limits
from bot.fakes.telegram_checks import number, scope_key
from bot.fakes.telegram_limits import bad
from bot.fakes.telegram_updates import USUAL, Updates, Webhook
from bot.fakes.telegram_world import Wire, World

_UPDATES = USUAL | {"chat_member", "message_reaction", "edited_channel_post", "channel_post", "inline_query", "poll"}
#: Hosts to which a webhook may be plain http. Telegram itself would refuse them.
_HERE = {"127.0.0.1", "localhost"}
_SCOPES = {"default": 0, "all_private_chats": 0, "all_group_chats": 0, "all_chat_administrators": 0}
_SCOPES_OF_CHATS = {"chat": 1, "chat_administrators": 1, "chat_member": 2}


@dataclass(slots=True)
class Settings:
    """Methods by their names in Python. `commands` holds each list by its scope, as `scope_key` names it."""

    world: World
    updates: Updates
    commands: dict[str, list[Wire]] = field(default_factory=dict)

    async def get_me(self, _: Wire) -> Wire:
        """getMe."""
        return self.world.bot

    async def set_my_commands(self, given: Wire) -> bool:
        """setMyCommands."""
        wanted = given["commands"]
        if not isinstance(wanted, list) or len(wanted) > limits.COMMANDS:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for each in wanted:
            if not re.fullmatch(rf"[a-z0-9_]{{1,{limits.COMMAND}}}", str(each.get("command", "")).removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= limits.units(str(each.get("description", ""))) <= limits.COMMAND_TEXT:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[self._scope(given)] = [
            {"command": each["command"].removeprefix("/"), "description": each["description"]} for each in wanted
        ]
        return True

    async def get_my_commands(self, given: Wire) -> list[Wire]:
        """getMyCommands."""
        return self.commands.get(self._scope(given), [])

    async def delete_my_commands(self, given: Wire) -> bool:
        """deleteMyCommands."""
        self.commands.pop(self._scope(given), None)
        return True

    def _scope(self, given: Wire) -> str:
        scope = given.get("scope") or {"type": "default"}
        needs = (_SCOPES | _SCOPES_OF_CHATS).get(str(scope.get("type")))
        if needs is None or len(scope) != 1 + needs:
            raise bad("can't parse BotCommandScope")
        if needs and number(scope.get("chat_id")) not in self.world.chats:
            raise bad("chat not found")
        if "chat_id" in scope:
            scope = scope | {"chat_id": number(scope["chat_id"])}
        return scope_key(scope, given.get("language_code", ""))

    # --- webhook

    async def set_webhook(self, given: Wire) -> bool:
        """setWebhook; also plain http to this machine, which Telegram itself would refuse."""
        url, secret = given["url"], given.get("secret_token", "")
        parts = urlsplit(url)
        if url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{0,{limits.SECRET}}}", secret):
            raise bad("secret token contains unallowed characters")
        most = given.get("max_connections", 40)
        if not 1 <= most <= 100:
            raise bad("max_connections must be 1-100")
        self.take_wanted(given)
        if given.get("drop_pending_updates"):
            self.updates.drop()
        await self.updates.set_webhook(Webhook(url, secret, most) if url else None)
        return True

    async def delete_webhook(self, given: Wire) -> bool:
        """deleteWebhook."""
        if given.get("drop_pending_updates"):
            self.updates.drop()
        await self.updates.set_webhook(None)
        return True

    async def get_webhook_info(self, _: Wire) -> Wire:
        """getWebhookInfo."""
        hook = self.updates.webhook
        told: Wire = {"has_custom_certificate": False, "pending_update_count": self.updates.pending}
        if hook is None:
            return {"url": ""} | told
        error = {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        told |= {"max_connections": hook.most, "allowed_updates": sorted(self.updates.wanted)}
        return {"url": hook.url} | told | (error if hook.last_error else {})

    def told(self, scope: Wire, language: str = "") -> list[tuple[str, str]]:
        """The commands kept for a scope, as (command, description)."""
        return [(each["command"], each["description"]) for each in self.commands.get(scope_key(scope, language), [])]

    def menu(self, chat: int) -> list[tuple[str, str]]:
        """The commands that a client shows in somebody's own chat: the nearest scope that has any."""
        scopes = ({"type": "chat", "chat_id": chat}, {"type": "all_private_chats"}, {"type": "default"})
        return next((found for scope in scopes if (found := self.told(scope))), [])

    def take_wanted(self, given: Wire) -> None:
        """From now on only the kinds of updates that are asked for. Raises `Refusal` for an unknown one."""
        if "allowed_updates" not in given:
            return
        if unknown := set(given["allowed_updates"]) - _UPDATES:
            raise bad(f"unknown kinds in allowed_updates: {', '.join(sorted(unknown))}")
        self.updates.wanted = frozenset(given["allowed_updates"]) or USUAL
