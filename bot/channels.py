"""The channels of a deployment, built from their settings: their doors, their senders, and what they are able to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.types import ASGIApp

from bot.attachments import LetterFiles, letter_about
from bot.handlers import wechat
from bot.handlers.mail import MailSender, Relay, Words
from bot.handlers.ports import Ballots, Fetcher
from bot.handlers.post import Letter, Sender
from bot.handlers.telegram_asgi import PATH as WEBHOOK
from bot.handlers.telegram_asgi import TelegramCallback
from bot.handlers.telegram_commands import CommandMenus
from bot.handlers.telegram_door import TelegramDoor, alone
from bot.handlers.telegram_files import TelegramFetcher
from bot.handlers.telegram_http import open_bot
from bot.handlers.telegram_limits import DOWNLOAD, OWN_UPLOAD, UPLOAD
from bot.handlers.telegram_post import TelegramSender
from bot.handlers.wechat import Grant, Phrases
from bot.handlers.wechat_asgi import WeChatCallback
from bot.handlers.wechat_client import WeChatApi
from bot.handlers.wechat_client_token import Token
from bot.handlers.wechat_codec import Codec
from bot.handlers.wechat_door import WeChatDoor
from bot.handlers.wechat_media import WeChatFetcher
from bot.handlers.wechat_post import WeChatPost
from bot.intake import Intake
from bot.links import Links
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from bot.talk.wishes import House
from bot.wording import Wording
from rules.accounts import Power as AccountPower
from rules.accounts import powers
from rules.contact import Power
from rules.notice import Notice
from rules.numbers import about
from scheduler.clock import SimulatedClock, SystemClock
from scheduler.dispatch import Paces
from scheduler.pace import Pace
from storage.contacts import Contacts
from storage.database import Database
from storage.leases import TELEGRAM, Leadership
from storage.tokens import SealedTokens

#: Commands that Telegram lists for everybody, and those that it adds for admins; their words are the flows'.
COMMANDS = ("menu", "enter", "resume", "mine", "back", "edit", "park", "cancel", "vote", "link", "email", "help")
ADMIN_COMMANDS = (
    "menu", "status", "board", "broadcast", "remind", "stop", "approve", "unit", "extend", "return", "quota", "votes",
    "pause", "unpause", "screen", "reopen", "judging", "awards", "prizes", "objections", "invite", "unreachable",
    "asked", "export", "publish", "outlets", "certificates", "whoami", "link", "email", "help",
)  # fmt: skip
#: Seconds between messages. Telegram: 30 a second over all and one a second to a chat, in short bursts of three; a
#: little slower, because messages bunch up on their way.
_TELEGRAM, _TELEGRAM_CHAT, _TELEGRAM_BURST = 1 / 29.5, 1.1, 3
_WECHAT, _MAIL = 1 / 50.0, 0.2


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of all channels, with their secrets.

    `pace` stretches the pauses between messages; 0 leaves them out, for a platform that has no limits. `lease` is how
    many seconds a message may be under way before it counts as cut off; longer than any sender's time limit. `gather`
    is for how many seconds news of answers handed over are gathered, None for the usual.
    """

    telegram: Telegram
    wechat: WeChat
    mail: Mail
    secrets: ChannelSecrets
    pace: float = 1.0
    lease: float = 45.0
    gather: float | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What channels are built into."""

    database: Database
    house: House
    notices: Mapping[str, Notice]
    wording: Wording
    intake: Intake
    contacts: Contacts
    links: Links
    files: LetterFiles
    clock: SystemClock | SimulatedClock
    key: bytes
    public_url: str
    ballots: Ballots


@dataclass(slots=True)
class Channels:
    """The channels that run here. `tasks` work until cancelled; `closing` is awaited at the end, last opened first."""

    senders: dict[str, Sender] = field(default_factory=dict)
    fetchers: dict[str, Fetcher] = field(default_factory=dict)
    powers: dict[str, Power] = field(default_factory=dict)
    paces: dict[str, Paces] = field(default_factory=dict)
    tasks: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    telegram: TelegramDoor | None = None
    wechat: WeChatDoor | None = None
    mail: MailSender | None = None


#: Builds the channels of a deployment.
Opening = Callable[[Settings, Surroundings], Awaitable[Channels]]


def with_callbacks(app: ASGIApp, channels: Channels | None) -> ASGIApp:
    """The web app with the paths that platforms call before it."""
    if channels is not None and channels.telegram is not None:
        app = TelegramCallback(app, channels.telegram, path=WEBHOOK)
    if channels is not None and channels.wechat is not None:
        app = WeChatCallback(app, channels.wechat)
    return app


def pushing(settings: Settings | None) -> frozenset[str]:
    """The channels that can send somebody what waited for them as soon as they write again."""
    if settings is None or not settings.wechat.app_id or not _may(settings.wechat, AccountPower.CUSTOMER):
        return frozenset({"telegram"})
    return frozenset({"telegram", "wechat"})


def powers_of(settings: Settings) -> dict[str, Power]:
    """What each channel that the settings name can do, for the planner; opens nothing."""
    found: dict[str, Power] = {}
    if settings.secrets.telegram_token.get_secret_value():
        found["telegram"] = Power("telegram")
    if settings.wechat.app_id:
        found["wechat"] = _power(settings.wechat, may_send=_may(settings.wechat, AccountPower.CUSTOMER))
    if settings.mail.host:
        found["mail"] = Power("mail")
    return found


async def open_channels(settings: Settings, around: Surroundings) -> Channels:
    """Build what the settings name. Raises `ValueError` for settings that cannot be used."""
    channels = Channels(powers=powers_of(settings))
    if settings.secrets.telegram_token.get_secret_value():
        await _telegram(channels, settings, around)
    if settings.wechat.app_id:
        _wechat(channels, settings, around)
    if settings.mail.host:
        _mail(channels, settings, around)
    around.house.mail = bool(settings.mail.host)
    return channels


async def _telegram(channels: Channels, settings: Settings, around: Surroundings) -> None:
    wanted, token = settings.telegram, settings.secrets.telegram_token.get_secret_value()
    bot, request = open_bot(token, wanted.base_url, proxy=wanted.proxy, local=bool(wanted.local_files))
    await request.initialize()
    channels.closing.append(request.shutdown)
    largest = None if wanted.own_server else DOWNLOAD
    door = TelegramDoor(
        bot,
        around.intake,
        around.clock,
        around.ballots,
        key=around.key,
        note=around.wording.text("channel.group_note"),
        too_many=around.wording.text("channel.too_many"),
        webhook_url=f"{around.public_url}{WEBHOOK}" if (hook := wanted.mode == "webhook") else "",
        poll_seconds=wanted.poll_seconds,
        largest=largest,
        pace=settings.pace,
        named=lambda name: setattr(around.house, "telegram", name),
        # On SQLite one program runs: a lease would keep it waiting for itself after a crash.
        lead=alone if around.database.sqlite else lambda: Leadership(TELEGRAM).leading(around.database),
    )
    menus = CommandMenus(bot, everybody=_commands(around, COMMANDS), admins=_commands(around, ADMIN_COMMANDS))
    channels.senders["telegram"] = TelegramSender(
        bot, key=around.key, files=around.files, links=around.links, clock=around.clock,
        largest=OWN_UPLOAD if wanted.own_server else UPLOAD,
    )  # fmt: skip
    folder = Path(wanted.local_files) if wanted.local_files else None
    channels.fetchers["telegram"] = TelegramFetcher(bot, request, largest=largest, folder=folder)
    channels.paces["telegram"] = Paces(
        Pace(_TELEGRAM * settings.pace, burst=_TELEGRAM_BURST),
        Pace(_TELEGRAM_CHAT * settings.pace, burst=_TELEGRAM_BURST),
    )
    channels.telegram = door if hook else None
    channels.tasks += [door.run, lambda: menus.run(lambda: around.contacts.admins("telegram"))]


def _commands(around: Surroundings, names: tuple[str, ...]) -> dict[str, str]:
    return {name: around.wording.text(f"command.{name}") for name in names}


def _wechat(channels: Channels, settings: Settings, around: Surroundings) -> None:
    wanted, secrets = settings.wechat, settings.secrets
    api = WeChatApi(
        app_id=wanted.app_id, secret=secrets.wechat_secret, tokens=_Tokens(around.database, around.key, wanted.app_id),
        clock=around.clock, base_url=wanted.base_url,
    )  # fmt: skip
    text = around.wording.text
    may_send = _may(wanted, AccountPower.CUSTOMER)
    phrases = Phrases(
        text("channel.reply"), text("channel.more"), text("channel.waiting"),
        lambda ahead: text("channel.put_off", ahead=about(ahead), held=not may_send), text("channel.too_many"),
    )  # fmt: skip

    async def granted(address: str, number: str, grants: tuple[Grant, ...], at: datetime) -> None:
        for grant in grants:
            await around.contacts.grant(address, grant.template, more=1 if grant.accepted else -1)

    def show(letter: Letter, *, listed: bool) -> list[str]:
        return wechat.show(
            letter.outgoing, links=around.links, address=f"wechat:{letter.address}", at=around.clock.now(),
            phrases=phrases, listed=listed,
        )  # fmt: skip

    codec = Codec(secrets.wechat_token.get_secret_value(), secrets.wechat_aes_key.get_secret_value(), wanted.app_id)
    channels.wechat = WeChatDoor(
        around.intake, around.links, codec, clock=around.clock, phrases=phrases, button_key=around.key,
        can_send=may_send, granted=granted, plain=wanted.plain,
    )  # fmt: skip
    telling = letter_about(around.database, around.notices, around.public_url)
    channels.senders["wechat"] = WeChatPost(
        api, show=show, about=telling, templates=wanted.templates, key=around.key, clock=around.clock
    )
    channels.fetchers["wechat"] = WeChatFetcher(api)
    channels.paces["wechat"] = Paces(Pace(_WECHAT * settings.pace), Pace(0.0))

    async def close() -> None:
        assert channels.wechat is not None, "built just above"
        await channels.wechat.close()
        await asyncio.to_thread(api.close)

    channels.closing.append(close)


def _may(account: WeChat, power: AccountPower) -> bool:
    return power in powers(account.kind, verified=account.verified)


def _power(account: WeChat, *, may_send: bool) -> Power:
    """What this account may do, for the planner."""
    ways = {"template": AccountPower.TEMPLATE, "subscribe": AccountPower.SUBSCRIBE}
    usable = {kind: each for kind, each in account.templates.items() if _may(account, ways[each.way])}
    return Power(
        "wechat",
        customer=may_send,
        templates={kind: each.way for kind, each in usable.items()},
        ids={kind: each.id for kind, each in usable.items()},
        once=frozenset(kind for kind, each in usable.items() if each.once),
    )


def _mail(channels: Channels, settings: Settings, around: Surroundings) -> None:
    wanted = settings.mail
    relay = Relay(
        wanted.host, wanted.port, wanted.security, wanted.sender or wanted.user, wanted.user,
        settings.secrets.mail_password if wanted.user else None,
    )  # fmt: skip
    wording = around.wording

    def title(letter: Letter) -> str:
        notice = around.notices.get(letter.campaign)
        return notice.short_title if notice is not None else wording.text("channel.sender")

    words = Words(
        name=wording.text("channel.sender"),
        subject=lambda letter: wording.text("mail.subject", title=title(letter)),
        where=lambda letter: wording.text("mail.answer_where", link=around.public_url),
        again=wording.text("channel.again"),
    )
    channels.mail = MailSender(relay, words, files=around.files, clock=around.clock, links=around.links)
    channels.senders["mail"] = channels.mail
    channels.paces["mail"] = Paces(Pace(_MAIL * settings.pace), Pace(0.0))


class _Tokens:
    """The account's access token in the database."""

    def __init__(self, database: Database, key: bytes, app_id: str) -> None:
        self._sealed, self._name = SealedTokens(database, key), f"wechat:{app_id}"

    async def load(self) -> Token | None:
        """The token that is kept, None where there is none."""
        found = await self._sealed.load(self._name)
        return Token(*found) if found is not None else None

    async def save(self, token: Token) -> None:
        """Keep a token in place of the one before."""
        await self._sealed.save(self._name, token.value, token.expires)
