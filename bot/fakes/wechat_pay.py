"""A fake WeChat Pay that sends red packets: it checks what it is asked, keeps books, and goes wrong on purpose.

async with fake_pay(clock) as pay:      # give pay.base_url and pay.account to the program
    pay.script("SYSTEMERROR", paid=True)    # the next call is paid, and answered as if nobody knew
    assert [packet.amount for packet in pay.packets.values()] == [188]

Sources: the platform's v2 documents 发放红包接口 and 查询红包记录. Checked: signature, required fields, lengths,
amounts, that a bill is asked for with the same facts each time. What no correct program does is kept in `violations`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lxml import etree
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.fakes.serving import Served, serving
from bot.fakes.trouble import CALM, Mischief, RealPulse, Step, Trouble
from bot.handlers.wechat_pay import Account

KEY = "0123456789abcdef0123456789abcdef"
_NEEDED = {
    "sendredpack": (
        "nonce_str", "sign", "mch_billno", "mch_id", "wxappid", "send_name", "re_openid", "total_amount", "total_num",
        "wishing", "client_ip", "act_name", "remark",
    ),
    "gethbinfo": ("nonce_str", "sign", "mch_billno", "mch_id", "appid", "bill_type"),
}  # fmt: skip
_BYTES = {"send_name": 32, "act_name": 32, "wishing": 128, "remark": 256, "nonce_str": 32}
_BILL = re.compile(r"[0-9A-Za-z]{1,28}")
EXPIRES = timedelta(hours=24)


class Clock(Protocol):
    """Whoever tells the time."""

    def now(self) -> datetime:
        """The aware instant."""
        ...


@dataclass(slots=True)
class Packet:
    """One packet that was paid: for whom, fen, how it stands, and since when it lies there."""

    openid: str
    amount: int
    status: str
    at: datetime


class FakePay:
    """The platform with one merchant. `balance` in fen; `shut` openids are refused with their code."""

    def __init__(self, clock: Clock, *, trouble: Trouble = CALM, balance: int = 10**9) -> None:
        self.clock, self.balance, self.mischief = clock, balance, Mischief(trouble)
        self.packets: dict[str, Packet] = {}
        self.shut: dict[str, str] = {}
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()
        self.base_url, self._served = "", Served.__new__(Served)
        self._scripts: deque[tuple[str, bool]] = deque()
        self._pulse = RealPulse()

    @property
    def account(self) -> Account:
        """What a program needs to be this merchant."""
        return Account("1900000109", "wx0000000000000001", "洪泽区信用办", KEY, None, self.base_url)

    def script(self, code: str, *, paid: bool = False) -> None:
        """The next call to pay is answered with this error code, and is paid all the same where `paid`."""
        self._scripts.append((code, paid))

    def open(self, number: str) -> None:
        """The winner opens a packet."""
        self.packets[number].status = "RECEIVED"

    def by_person(self) -> Counter[str]:
        """How many packets everybody was paid."""
        return Counter(each.openid for each in self.packets.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call."""
        call = scope["path"].rpartition("/")[2]
        step = self.mischief.call(call)
        given = await _fields(scope, receive)
        if step is Step.DELAY:
            await self._pulse.sleep(self.mischief.seconds())
        if step is Step.CUT_BEFORE:
            await self._served.cut(scope, receive)
            return
        if step in (Step.BROKEN, Step.GARBAGE):
            code, body = (502, b"Bad Gateway") if step is Step.BROKEN else (200, b"<xml><return_code><![CDATA[SUC")
        elif step is Step.TOO_MANY:
            code, body = 200, self._refused("FREQ_LIMIT")
        else:
            code, body = 200, self._perform(call, given)
        if step is Step.CUT_AFTER:
            await self._served.cut(scope, receive)
            return
        headers = [(b"content-type", b"text/xml"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": code, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _perform(self, call: str, given: Mapping[str, str]) -> bytes:
        self.counts[call] += 1
        if call not in _NEEDED:
            return _xml({"return_code": "FAIL", "return_msg": "没有这个接口"})
        if wrong := self._wrong(call, given):
            self.violations.append(f"{call}: {wrong}")
            return self._refused("PARAM_ERROR" if wrong != "sign" else "SIGN_ERROR")
        return self._send(given) if call == "sendredpack" else self._query(given)

    def _wrong(self, call: str, given: Mapping[str, str]) -> str:
        """What is wrong with a call, in a word."""
        if missing := [name for name in _NEEDED[call] if not given.get(name)]:
            return f"{missing[0]} is missing"
        if given["sign"] != signed(given, KEY):
            return "sign"
        if not _BILL.fullmatch(given["mch_billno"]) or given["mch_id"] != self.account.merchant:
            return "mch_billno or mch_id"
        long = [name for name, most in _BYTES.items() if len(given.get(name, "").encode()) > most]
        return f"{long[0]} is too long" if long else ""

    def _send(self, given: Mapping[str, str]) -> bytes:
        number, openid, amount = given["mch_billno"], given["re_openid"], int(given["total_amount"])
        kept = self.packets.get(number)
        code, paid = self._scripts.popleft() if self._scripts else ("", True)
        if kept is not None:
            if (kept.openid, kept.amount) != (openid, amount):
                self.violations.append(f"sendredpack: {number} with other facts")
                return self._refused("FATAL_ERROR")
        elif code and not paid:
            return self._refused(code)
        elif openid in self.shut:
            return self._refused(self.shut[openid])
        elif not 100 <= amount <= 20_000:
            return self._refused("MONEY_LIMIT")
        elif amount > self.balance:
            return self._refused("NOTENOUGH")
        else:
            self.balance -= amount
            self.packets[number] = Packet(openid, amount, "SENT", self.clock.now())
        if code:
            return self._refused(code)
        told = {"mch_billno": number, "re_openid": openid, "total_amount": str(amount), "send_listid": f"1{number}"}
        return _xml({"return_code": "SUCCESS", "result_code": "SUCCESS", "mch_id": given["mch_id"], **told})

    def _query(self, given: Mapping[str, str]) -> bytes:
        number = given["mch_billno"]
        kept = self.packets.get(number)
        if kept is None:
            return self._refused("NOT_FOUND")
        if kept.status == "SENT" and self.clock.now() >= kept.at + EXPIRES:
            kept.status, self.balance = "REFUND", self.balance + kept.amount
        told = {"mch_billno": number, "detail_id": f"1{number}", "status": kept.status, "hb_type": "NORMAL"}
        return _xml(
            {"return_code": "SUCCESS", "result_code": "SUCCESS", **told, "total_amount": str(kept.amount)}
        )  # fmt: skip

    def _refused(self, code: str) -> bytes:
        return _xml(
            {"return_code": "SUCCESS", "result_code": "FAIL", "err_code": code, "err_code_des": f"（{code}）"}
        )  # fmt: skip


def signed(given: Mapping[str, str], key: str) -> str:
    """The platform's signature: MD5 over the fields that hold something, in their order, and the key."""
    told = "&".join(f"{name}={given[name]}" for name in sorted(given) if name != "sign" and given[name])
    return hashlib.md5(f"{told}&key={key}".encode(), usedforsecurity=False).hexdigest().upper()


async def _fields(scope: Scope, receive: Receive) -> dict[str, str]:
    body = await Request(scope, receive).body()
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return {str(each.tag): each.text or "" for each in etree.fromstring(body, parser)}


def _xml(fields: Mapping[str, str]) -> bytes:
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


@asynccontextmanager
async def fake_pay(
    clock: Clock, *, trouble: Trouble = CALM, balance: int = 10**9
) -> AsyncIterator[FakePay]:  # fmt: skip
    """The platform on a port of this machine, until the block ends."""
    fake = FakePay(clock, trouble=trouble, balance=balance)
    async with serving(fake) as served:
        fake._served, fake.base_url = served, served.url
        yield fake
