"""Messages out to WeChat: as customer messages, template messages and subscription notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.handlers.buttons import seal
from bot.handlers.post import Later, Letter, Outcome, Sent, Shut, Unsure, Wrong
from bot.handlers.wechat_client import Broken, Refused, Unreached, WeChatApi
from bot.handlers.wechat_client_token import Clock
from bot.handlers.wechat_post_outcome import outcome_of
from bot.talk.messages import BOLD, PAGE, PLAIN, UPLOAD
from rules.accounts import MSGMENU_HEAD_BYTES, MSGMENU_ITEMS, MSGMENU_LABEL_BYTES
from rules.template_fields import INSTANTS, filled, kind_of, spoken

#: Stands before a message that its reader may have got already.
AGAIN = "（重发）"
#: For a fact that is empty, where the platform demands a value.
_NOTHING = "—"
#: Seconds to the next try where the platform was not reached, and where we ourselves broke before anything was sent.
_UNREACHED_SECONDS, _OWN_FAULT_SECONDS = 15.0, 60.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class About:
    """What a template message says of a letter. `link` leads to where it can be read in full, "" for nowhere."""

    campaign: str = ""
    unit: str = ""
    person: str = ""
    zone: str = "Asia/Shanghai"
    link: str = ""


class Template(Protocol):
    """A template of the account, as `bot.settings.Template` describes it."""

    @property
    def id(self) -> str:
        """Its id in the platform's console."""
        ...

    @property
    def way(self) -> Literal["template", "subscribe"]:
        """Template message or subscription notice."""
        ...

    @property
    def fields(self) -> Mapping[str, str]:
        """Template field → `campaign`, `unit`, `text`, `time` or `person`."""
        ...


class Show(Protocol):
    """Turns a letter into its parts of plain text (`bot.handlers.wechat.show`)."""

    def __call__(self, letter: Letter, *, listed: bool) -> Sequence[str]:
        """`listed` says whether the choices are written out with their numbers, or stand in a menu below."""
        ...


class WeChatPost:
    """The `Sender` of WeChat. It raises nothing: what breaks in it is an outcome too."""

    channel = "wechat"

    def __init__(
        self,
        api: WeChatApi,
        *,
        show: Show,
        about: Callable[[Letter], Awaitable[About]],
        templates: Mapping[str, Template],
        key: bytes,
        clock: Clock,
        menus: bool = True,
    ) -> None:
        """`templates` by kind of message; `menus` offers choices as `msgmenu` where they fit."""
        self._api, self._show, self._about = api, show, about
        self._templates, self._key, self._clock, self._menus = templates, key, clock, menus

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver one part by the way "customer", or the whole by "template" or "subscribe"."""
        try:
            if way == "customer":
                return await self._customer(letter)
            if way in ("template", "subscribe"):
                return await self._notify(letter, way)
            return Wrong(f"expected the way customer, template or subscribe, found {way!r}")
        except Refused as refused:
            return outcome_of(refused.code, str(refused), self._clock.now())
        except Unreached as wrong:
            return Later(_UNREACHED_SECONDS, str(wrong))
        except Broken as wrong:
            return Unsure(str(wrong))
        except Exception as wrong:  # noqa: BLE001  a sender raises nothing; calls of the platform end in the three above
            _log.error("wechat_post_broke", letter=letter.id, way=way, exc_info=True)
            return Later(_OWN_FAULT_SECONDS, f"expected to make the message, found {type(wrong).__name__}")

    async def _customer(self, letter: Letter) -> Outcome:
        if letter.done == 0 and (menu := self._menu(letter)):
            # Only a message of one part: what the parts of a longer one are must not depend on the way it began.
            parts = self._show(letter, listed=False)
            if len(parts) == 1 and len((text := _marked(letter, parts[0])).encode()) <= MSGMENU_HEAD_BYTES:
                await self._api.send_menu(letter.address, text, menu)
                return Sent(1, whole=True)
        parts = self._show(letter, listed=True)
        if letter.done >= len(parts):
            return Sent(len(parts), whole=True)
        await self._api.send_text(letter.address, _marked(letter, parts[letter.done]))
        return Sent(letter.done + 1, whole=letter.done + 1 == len(parts))

    def _menu(self, letter: Letter) -> list[tuple[str, str]]:
        """The choices as items of a menu; none where they do not fit one, or are to be ticked."""
        outgoing = letter.outgoing
        choices = outgoing.choices
        if not self._menus or not outgoing.id or outgoing.several or not 2 <= len(choices) <= MSGMENU_ITEMS:
            return []
        labels = [f"{n} {each.label}" if outgoing.numbered else each.label for n, each in enumerate(choices, 1)]
        if max(len(label.encode()) for label in labels) > MSGMENU_LABEL_BYTES:
            return []
        return [(seal(self._key, outgoing.id, place), label) for place, label in enumerate(labels)]

    async def _notify(self, letter: Letter, way: str) -> Outcome:
        template = self._templates.get(letter.outgoing.kind)
        if template is None or template.way != way:
            return Shut(f"expected a {way} for messages of the kind {letter.outgoing.kind!r}, found none")
        about = await self._about(letter)
        fields = self._fields(template, letter, about)
        if empty := [name for name, value in fields.items() if not value]:
            return Shut(f"expected something for every field, found nothing that fits {', '.join(empty)}")
        number = ""
        if way == "template":
            number = await self._api.send_template(letter.address, template.id, fields, about.link)
        else:
            await self._api.send_subscribe(letter.address, template.id, fields, about.link)
        return Sent(letter.done + 1, whole=True, remote=number)

    def _fields(self, template: Template, letter: Letter, about: About) -> dict[str, str]:
        now = spoken(self._clock.now().astimezone(ZoneInfo(about.zone)))
        text = letter.outgoing.text.translate({ord(mark): None for mark in (BOLD, PLAIN, UPLOAD, PAGE)})
        text = next((line for line in text.splitlines() if line.strip()), "")
        facts = {
            "campaign": about.campaign,
            "unit": about.unit,
            "person": about.person,
            "time": now,
            "text": _marked(letter, text),
        }
        return {
            name: facts[fact] if kind_of(name) in INSTANTS else filled(name, facts[fact] or _NOTHING)
            for name, fact in template.fields.items()
        }


def _marked(letter: Letter, text: str) -> str:
    return f"{AGAIN}{text}" if letter.again else text
