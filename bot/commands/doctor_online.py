"""What `./xinshi doctor --online` hears from the platforms of the channels in use: who is there, and are we let in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPAuthenticationError, SMTPException
from telegram.error import NetworkError, TelegramError

from bot.commands.doctor_finding import Finding, fine, mend, note
from bot.commands.wechat import api_of, called, told
from bot.config import Config
from bot.handlers import telegram_http
from bot.handlers.telegram_http import open_bot
from bot.handlers.wechat_client import Broken, Refused, Unreached, WeChatApi
from bot.settings import ChannelSecrets, WeChat
from rules.accounts import CALLBACK_SKEW

#: Seconds for a mail server to answer.
_PATIENCE = 15.0
#: Characters of a server's reason that are shown.
_REASON = 120
_UNAUTHORISED = (401, 404)


async def ask_telegram(config: Config, given: ChannelSecrets) -> list[Finding]:
    """Ask who the bot is, which proves the token and the way to the server."""
    wanted = config.telegram
    bot, request = open_bot(given.telegram_token.get_secret_value(), wanted.base_url, proxy=wanted.proxy)
    try:
        await request.initialize()
        me = await bot.get_me()
    except telegram_http.Refused as refused:
        if refused.code in _UNAUTHORISED:
            return [mend("Telegram 平台", "不认这个密钥", "请到 @BotFather 核对，改好环境变量 XINSHI_TELEGRAM_TOKEN")]
        return [mend("Telegram 平台", f"回答了 {refused.code}：{_short(refused.description)}", "请过一会儿再查")]
    except NetworkError:
        return [mend("Telegram 平台", f"连不上 {wanted.base_url}", "请检查网络，或在 [telegram] 里写 proxy、base_url")]
    except TelegramError as wrong:
        return [mend("Telegram 平台", f"回答看不懂（{type(wrong).__name__}）", "请核对 [telegram] 的 base_url")]
    finally:
        await request.shutdown()
    return [fine("Telegram 平台", f"密钥对，机器人是 @{me.username}")]


async def ask_mail(config: Config, given: ChannelSecrets) -> list[Finding]:
    """Greet the mail server and log in; no mail is sent."""
    wanted = config.mail
    server = SMTP(
        hostname=wanted.host, port=wanted.port, timeout=_PATIENCE,
        use_tls=wanted.security == "tls", start_tls=wanted.security == "starttls",
    )  # fmt: skip
    place = f"{wanted.host}:{wanted.port}"
    try:
        await server.connect()
        if wanted.user:
            await server.login(wanted.user, given.mail_password.get_secret_value())
        await server.quit()
    except SMTPAuthenticationError as refused:
        said = f"{place} 不让登录：{refused.code} {_short(refused.message)}"
        return [mend("邮件服务器", said, "请核对 [mail] 的 user 和环境变量 XINSHI_MAIL_PASSWORD（有的要用授权码）")]
    except (SMTPException, OSError) as wrong:
        said = f"{place} 连不上（{_short(str(wrong))}）"
        return [mend("邮件服务器", said, "请核对 [mail] 的 host、port 和 security，以及本机能不能出网")]
    finally:
        server.close()
    return [fine("邮件服务器", f"{place} 连得上{'、登得进' if wanted.user else ''}，没有发信")]


async def ask_wechat(config: Config, given: ChannelSecrets) -> list[Finding]:
    """Ask the platform for a token, which proves AppID, AppSecret and allowed addresses; and for its time."""
    api = api_of(config, given)
    try:
        await api.token()
        findings = [fine("微信平台", "app_id、AppSecret 和 IP 白名单都对")]
        if (there := api.platform_time()) is not None:
            apart = abs((datetime.now(UTC) - there).total_seconds())
            findings += [_skew(apart)] if apart > CALLBACK_SKEW / 5 else []
        return [*findings, *await _compared(api, config.wechat)]
    except (Refused, Unreached, Broken) as wrong:
        return [mend("微信平台", told(wrong).rstrip("。"), "改好以后请再查一次")]
    finally:
        api.close()


def _skew(apart: float) -> Finding:
    said = f"本机时钟和微信平台相差 {apart:.0f} 秒"
    return mend("时钟", said, f"相差超过 {CALLBACK_SKEW} 秒时收到的消息会被当成重放而拒绝，请校准")


async def _compared(api: WeChatApi, settings: WeChat) -> list[Finding]:
    """The account's kind as the platform tells it, where it does."""
    try:
        known = await api.account()
    except (Refused, Unreached):
        known = {}
    account, info = known.get("account_type"), known.get("wx_verify_info")
    kind = {1: "subscription", 2: "service"}.get(account) if isinstance(account, int) else None
    verified = info.get("qualification_verify") if isinstance(info, dict) else None
    if kind is None or not isinstance(verified, bool):
        return [note("微信平台", "没有告诉账号的类型和认证情况", "请自己核对 [wechat] 的 kind 和 verified")]
    if (kind, verified) != (settings.kind, settings.verified):
        told_as = f"平台说是{called(kind, verified)}，配置写的是{called(settings.kind, settings.verified)}"
        return [mend("微信平台", told_as, f'请写 kind = "{kind}"、verified = {str(verified).lower()}')]
    return [fine("微信平台", f"账号是{called(kind, verified)}，和配置一致")]


#: Who asks the platform of a channel that is in use, by the channel's name.
PROBES: dict[str, Callable[[Config, ChannelSecrets], Awaitable[list[Finding]]]] = {
    "telegram": ask_telegram,
    "wechat": ask_wechat,
    "mail": ask_mail,
}


async def probed(config: Config, given: ChannelSecrets) -> list[Finding]:
    """What the platforms of the channels in use say."""
    used: Mapping[str, bool] = {
        "telegram": bool(given.telegram_token.get_secret_value()),
        "wechat": bool(config.wechat.app_id and given.wechat_secret.get_secret_value()),
        "mail": bool(config.mail.host),
    }
    return [each for name, probe in PROBES.items() if used[name] for each in await probe(config, given)]


def _short(reason: str) -> str:
    return re.sub(r"\s+", " ", reason).strip().rstrip("。.")[:_REASON]
