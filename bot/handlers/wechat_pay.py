"""Red packets of WeChat Pay (v2 `sendredpack` and `gethbinfo`), by wechatpy under bill numbers of our own.

wechatpy's pay module makes a bill number of four random digits where it is given none, and writes the merchant's key
into its log; so each call names its number, and its loggers are silent. Nothing it raises leaves this file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

from bot.handlers.wechat_client_wire import Patience, Session
from rules.payouts import Bill, Said

#: Bytes of fields that people see: the sender's name and the activity, the wish, the remark.
_NAME, _WISH, _REMARK = 32, 128, 256


@dataclass(frozen=True, slots=True)
class Account:
    """Who pays: the merchant, the official account that the winners follow, and how the platform knows it is them.

    `key` is the APIv2 key; `certificate` the paths of the merchant's certificate and of its key, None for a rehearsal.
    """

    merchant: str
    app_id: str
    sender: str
    key: str
    certificate: tuple[str, str] | None = None
    base_url: str = "https://api.mch.weixin.qq.com"
    client_ip: str = "127.0.0.1"

    def __repr__(self) -> str:
        """Without the key."""
        return f"Account({self.merchant}, {self.app_id})"


class RedPackets:
    """Pays and asks, one call at a time. Every answer is a `Said`; nothing is raised."""

    def __init__(self, account: Account, patience: Patience | None = None) -> None:
        for name in ("wechatpy.pay", "wechatpy.pay.utils"):
            logging.getLogger(name).addFilter(_silent)
        self._account = account
        paths = account.certificate or (None, None)
        self._pay = WeChatPay(
            account.app_id, account.key, account.merchant, mch_cert=paths[0], mch_key=paths[1], timeout=20
        )
        self._pay.API_BASE_URL = f"{account.base_url.rstrip('/')}/"
        self._pay._http = Session(patience or Patience())
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="wechat-pay")

    async def pay(self, bill: Bill) -> Said:
        """Ask for one packet. The same bill again is the same packet."""
        account, activity = self._account, fitting(bill.activity, _NAME)
        return await self._called(
            bill.number,
            lambda: self._pay.redpack.send(
                bill.openid, bill.amount, fitting(account.sender, _NAME), activity, fitting(bill.wishing, _WISH),
                fitting(bill.activity, _REMARK), client_ip=account.client_ip, out_trade_no=bill.number,
            ),
            amount=bill.amount,
        )  # fmt: skip

    async def ask(self, number: str) -> Said:
        """What became of a bill."""
        return await self._called(number, lambda: self._pay.redpack.query(number))

    async def close(self) -> None:
        """Begin nothing more; a call under way ends by its own limits."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pay._http.close()

    async def _called(self, number: str, job: Callable[[], Any], *, amount: int = 0) -> Said:
        return await asyncio.get_running_loop().run_in_executor(self._pool, _answered, number, job, amount)


def _answered(number: str, job: Callable[[], Any], amount: int) -> Said:
    try:
        told = job()
    except WeChatPayException as wrong:
        return Said(str(wrong.errcode or ""), str(wrong.errmsg or wrong.return_msg or "")[:200])
    except (
        requests.RequestException, urllib3.exceptions.HTTPError, OSError, LookupError, ValueError, TypeError,
        AttributeError,
    ) as wrong:  # fmt: skip
        return Said("", type(wrong).__name__)
    if not isinstance(told, Mapping):
        return Said("", "unreadable")
    # Not our bill, or not our amount: whatever this answers, it is not what was asked.
    if told.get("mch_billno") != number or (amount and told.get("total_amount") != str(amount)):
        return Said("", "another bill")
    return Said("SUCCESS", "", str(told.get("status") or ""))


def fitting(text: str, most: int) -> str:
    """A text in at most so many bytes of UTF-8, without what would end the element that wechatpy puts it in raw."""
    plain = text.replace("]]>", "").encode()[:most]
    return plain.decode(errors="ignore")


def _silent(record: logging.LogRecord) -> bool:
    return False
