"""Who pays red packets in a deployment: the merchant of its settings, and the program's part that pays by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import BadConfig, Config
from bot.handlers.wechat_pay import Account, RedPackets
from bot.settings import PaySecrets
from rules.deeds_payout import ResumePayout
from rules.deeds_quiz import EndAttempt
from rules.payouts import Hours
from scheduler.paying import Paying
from scheduler.paying import Purse as Purse

if TYPE_CHECKING:
    from bot.app import App

#: Characters of an APIv2 key.
_KEY = 32


@asynccontextmanager
async def opened_purse(config: Config) -> AsyncIterator[Purse | None]:
    """The merchant of a deployment until the block ends, None where it has none. Raises `BadConfig`."""
    if not config.pay.merchant:
        yield None
        return
    wanted, given = config.pay, pay_secrets(config)
    account = Account(
        wanted.merchant, config.wechat.app_id, wanted.sender, given.pay_key.get_secret_value(),
        (given.pay_cert.get_secret_value(), given.pay_cert_key.get_secret_value()), wanted.base_url, wanted.client_ip,
    )  # fmt: skip
    payer = RedPackets(account)
    hours = Hours(wanted.hold_from, wanted.hold_until)
    yield Purse(payer, wanted.merchant, wanted.per_minute, wanted.daily, wanted.daily_yuan * 100, hours)
    await payer.close()


def pay_secrets(config: Config) -> PaySecrets:
    """What the merchant is known by, from the environment. Raises `BadConfig` for what is missing or misshapen."""
    given = PaySecrets()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
    if faults := pay_faults(config, given):
        raise BadConfig("；".join(faults) + "。")
    return given


def pay_faults(config: Config, given: PaySecrets) -> tuple[str, ...]:
    """What keeps the merchant from paying, a sentence each, without any value of a secret."""
    if not config.pay.merchant:
        return ()
    faults = [] if config.wechat.app_id else ["[pay] 写了 merchant，还缺 [wechat] 的 app_id（领取人的 openid 属于它）"]
    values = {name: getattr(given, name).get_secret_value() for name in PaySecrets.model_fields}
    faults += [
        f"[pay] 写了 merchant，还缺环境变量 XINSHI_{name.upper()}" for name, value in values.items() if not value
    ]
    if values["pay_key"] and len(values["pay_key"]) != _KEY:
        faults.append(
            f"环境变量 XINSHI_PAY_KEY 应为 {_KEY} 个字符的 APIv2 密钥，现在是 {len(values['pay_key'])} 个字符"
        )
    faults += [
        f"环境变量 XINSHI_{name.upper()} 指的文件打不开（应为商户平台下载的 {file} 的路径）"
        for name, file in {"pay_cert": "apiclient_cert.pem", "pay_cert_key": "apiclient_key.pem"}.items()
        if values[name] and not Path(values[name]).is_file()
    ]
    return tuple(faults)


def paying_in(app: App, purse: Purse | None) -> Paying:
    """The part of a running program that pays, rung when somebody wins and when an admin lets it go on."""
    paying = Paying(app.database, app.notices, app.numbers, app.clock)
    paying.purse, paying.posted = purse, lambda: app.reminding.posted()
    ringing = frozenset({EndAttempt, ResumePayout})
    app.desk.on_committed.append(lambda performed: paying.rang() if performed & ringing else None)
    return paying
