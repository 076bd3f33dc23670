"""What `./xinshi doctor` says of paying red packets by WeChat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.campaigns import NoSuchCampaign, UnusableNotices, load
from bot.commands.doctor_finding import Finding, fine, mend, note
from bot.config import ROOT, Config
from bot.purse import pay_faults
from bot.settings import PaySecrets


def pay(config: Config) -> Iterable[Finding]:
    """Whether the merchant is complete, and whether notices that want one have it."""
    wanting = [name for name in config.campaigns if _pays(name)]
    if not config.pay.merchant:
        for name in wanting:
            yield mend(
                "微信红包", f'{name} 写了 payout = "wechat"，没有设置商户号，红包发不出去',
                "请在 [pay] 里写 merchant 和 sender，见 docs/payouts.md",
            )  # fmt: skip
        return
    faults = pay_faults(config, PaySecrets())  # type: ignore[call-arg]  # filled from the environment
    for fault in faults:
        yield mend("微信红包", fault, "见 docs/payouts.md")
    if not faults:
        yield fine("微信红包", f"商户号 {config.pay.merchant} 已设置", "请确认已开通“现金红包”，账户里有钱")
    if not wanting:
        yield note("微信红包", "没有活动用微信红包发放", '要用就在通知的 [quiz.packets] 里写 payout = "wechat"')


def _pays(name: str) -> bool:
    try:
        notice = load(ROOT / "campaigns", name, with_bank=False)
    except (NoSuchCampaign, UnusableNotices):
        return False
    return notice.quiz is not None and notice.quiz.packets.payout == "wechat"
