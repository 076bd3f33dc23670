"""What `./xinshi doctor` says of the channels: their settings, and what the account's kind means for liaisons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.commands.doctor_finding import Finding, fine, mend, note
from bot.commands.wechat import called
from bot.config import Config
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from rules.accounts import CUSTOMER_AFTER_EVENT, CUSTOMER_AFTER_MESSAGE, Power, powers
from rules.template_fields import unfit

#: Ports the platforms call back: developers.weixin.qq.com …/Getting_Started/Getting_Started_Guide, Bot API setWebhook.
_WECHAT_PORTS, _TELEGRAM_PORTS = (80, 443), (80, 88, 443, 8443)
_POWERS = {
    Power.RECEIVE: "接收消息",
    Power.REPLY: "当场回复",
    Power.CUSTOMER: "客服消息",
    Power.TEMPLATE: "模板消息",
    Power.SUBSCRIBE: "订阅通知",
    Power.MENU: "发布菜单",
    Power.QRCODE: "邀请二维码",
    Power.LOGIN: "网页登录",
    Power.MEDIA: "收发图片和视频",
    Power.USERS: "查关注的人",
}
_SMTP_PORTS = {"tls": 465, "starttls": 587}


def channels(config: Config, given: ChannelSecrets) -> Iterable[Finding]:
    """The settings of every channel."""
    yield from telegram(config.telegram, given, config.web.public_url)
    yield from wechat(config.wechat, config.web.public_url)
    yield from mail(config.mail)


def telegram(settings: Telegram, given: ChannelSecrets, public_url: str) -> Iterable[Finding]:
    """Telegram: how updates come, and which server they come from."""
    if not given.telegram_token.get_secret_value():
        yield note("Telegram", "没有启用", "要用就设环境变量 XINSHI_TELEGRAM_TOKEN")
        return
    if settings.mode == "webhook" and not _reachable(public_url, _TELEGRAM_PORTS):
        ports = "、".join(map(str, _TELEGRAM_PORTS))
        yield mend(
            "Telegram", "webhook 要有 https 的公网网址", f'请写 web.public_url（端口 {ports}），或改用 mode = "poll"'
        )
    else:
        yield fine("Telegram", f"已启用，{'轮询' if settings.mode == 'poll' else 'webhook'}方式")
    if settings.local_files and not settings.own_server:
        yield mend(
            "Telegram", "local_files 只对自己的 Bot API 服务器有意义", "请同时写 own_server = true 和它的 base_url"
        )
    if settings.own_server and settings.base_url == "https://api.telegram.org":
        yield mend("Telegram", "写了 own_server，base_url 却是官方服务器", "请改 base_url，或去掉 own_server")
    if not settings.own_server:
        yield note(
            "Telegram", "官方服务器只让机器人收 20 MB 以内的文件", "更大的文件请联络员用网页上传，或自建 Bot API 服务器"
        )
    if _plain(settings.base_url):
        yield mend("Telegram", f"{settings.base_url} 不加密，机器人的密钥会明文经过网络", "请改成 https，或放在本机")


def wechat(settings: WeChat, public_url: str) -> Iterable[Finding]:
    """WeChat: what this kind of account may do, and what follows from it for liaisons."""
    if not settings.app_id:
        yield note("微信", "没有启用", "要用就在 [wechat] 里写 app_id，见 docs/wechat.md")
        return
    has, name = powers(settings.kind, verified=settings.verified), called(settings.kind, settings.verified)
    lacks = [power for power in Power if power not in has]
    yield fine("微信", f"{name}，可以：{_listed(has)}", "接口权限以公众平台“接口权限”页为准，请核对一次")
    if lacks:
        yield note("微信", f"{name}，不可以：{_listed(lacks)}", "服务号做了微信认证才有全部权限")
    yield from _consequences(settings, name)
    yield from _templates(settings, Power.TEMPLATE in has)
    if not _reachable(public_url, _WECHAT_PORTS, schemes=("http", "https")):
        yield mend(
            "微信", "平台要能从公网访问到信使", "请写 web.public_url（端口 80 或 443），服务器配置里填它加 /wechat"
        )
    if settings.plain:
        yield mend("微信", "plain = true 接受不加密的消息，只能在开发时用", "请去掉 plain，并在公众平台选“安全模式”")
    if _plain(settings.base_url):
        yield mend("微信", f"{settings.base_url} 不加密，调用凭据会明文经过网络", "请改成 https")


def _consequences(settings: WeChat, name: str) -> Iterable[Finding]:
    """What the lacking powers mean for those who report, and what to do instead."""
    has = powers(settings.kind, verified=settings.verified)
    if Power.CUSTOMER not in has:
        yield note(
            "微信", f"{name}：不能主动发消息，提醒只能等对方再来时带出", "请让联络员另留邮箱或 Telegram，其余的打电话"
        )
    elif Power.TEMPLATE not in has:
        yield note(
            "微信",
            f"{name}：对方来信后 48 小时内最多发 {CUSTOMER_AFTER_MESSAGE} 条，点菜单、关注、扫码后 1 分钟内最多 "
            f"{CUSTOMER_AFTER_EVENT} 条，过后就发不到",
            "截止提醒请让联络员另留邮箱或 Telegram",
        )
    if Power.MENU not in has:
        yield note(
            "微信",
            f"{name}：没有菜单，开了服务器配置以后后台的菜单也不起作用",
            "请告诉联络员打字：填报、我的报送、帮助",
        )
    if Power.QRCODE not in has:
        yield note("微信", f"{name}：不能做邀请二维码", "请发邀请链接，或让对方关注后把邀请码发过来")
    if Power.MEDIA not in has:
        yield note("微信", f"{name}：对方在微信里发的图片和视频取不到", "请他们用网页上传，要写好 web.public_url")


def _templates(settings: WeChat, allowed: bool) -> Iterable[Finding]:
    if settings.templates and not allowed:
        yield mend("微信", "配置了模板，但这种账号发不了", "请去掉 [wechat.templates]，或换用已认证的服务号")
    if allowed and not settings.templates:
        yield note("微信", "没有配置模板，对方 48 小时没来信就发不到", "请在公众平台选好模板，写进 [wechat.templates]")
    for kind, template in settings.templates.items():
        if not template.fields:
            yield mend(
                "微信", f"模板 {kind} 没有写 fields", '请照公众平台里的字段写，例如 fields = { thing1 = "campaign" }'
            )
        for field in unfit(template.fields):
            fact = template.fields[field]
            yield mend(
                "微信", f"模板 {kind} 的字段 {field} 装不下“{fact}”", 'time、date 只能写 "time"，其余类型请换一个模板'
            )


def mail(settings: Mail) -> Iterable[Finding]:
    """E-mail: whether the settings are complete and go together."""
    if not settings.host:
        yield note("邮件", "没有启用", "要用就在 [mail] 里写 host")
        return
    sender = settings.sender or settings.user
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
        yield mend("邮件", "没有写发件地址", '请在 [mail] 里写 sender，例如 sender = "xinshi@example.gov.cn"')
    if settings.security == "none" and settings.host not in ("localhost", "127.0.0.1", "::1"):
        yield mend("邮件", f"{settings.host} 不在本机，却不加密", '请把 security 改成 "tls" 或 "starttls"')
    usual = _SMTP_PORTS.get(settings.security)
    if usual is not None and settings.port != usual and settings.port in (*_SMTP_PORTS.values(), 25):
        yield note(
            "邮件", f'security = "{settings.security}" 一般用端口 {usual}，写的是 {settings.port}', "请向邮件服务商核对"
        )
    if sender:
        yield fine("邮件", f"经 {settings.host}:{settings.port} 发出，发件地址 {sender}", "请先给自己发一封试试")


def _listed(some: Iterable[Power]) -> str:
    kept = set(some)
    return "、".join(words for power, words in _POWERS.items() if power in kept)


def _reachable(url: str, ports: tuple[int, ...], schemes: tuple[str, ...] = ("https",)) -> bool:
    parts = urlsplit(url)
    return parts.scheme in schemes and (parts.port is None or parts.port in ports)


def _plain(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1")
