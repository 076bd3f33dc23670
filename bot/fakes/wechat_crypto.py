"""The platform's side of encrypted callbacks, written for the fake alone so that it can judge the program's codec.

Source: 消息加解密说明. AES-256-CBC with the key's first 16 bytes as IV, PKCS#7 to blocks of 32 bytes, inside it 16
random bytes, the length in network order, the XML, the AppID; signed with SHA-1 over the sorted token, timestamp, nonce
and encrypted text.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from dataclasses import dataclass, field
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from bot.fakes.wechat_account import Account

_BLOCK = 32
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


class BadAnswer(ValueError):
    """The program's answer is none that the platform would show; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One callback as it goes over the wire: the query string, the body, and what was in it before encryption."""

    query: str
    body: bytes = field(repr=False)
    xml: str = field(repr=False)
    openid: str


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts, in hex."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's own choice


def cdata(text: str) -> str:
    """Text as CDATA; the one sequence that would end it is parted."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


class Codec:
    """Wraps callbacks as the account's settings want them, and unwraps the answers."""

    def __init__(self, account: Account, *, encrypted: bool, dice: random.Random) -> None:
        self._account, self.encrypted, self._dice = account, encrypted, dice
        self._key = base64.b64decode(account.aes_key + "=")

    def wrap(self, xml: str, openid: str, timestamp: int, *, forged: bool = False) -> Request:
        """One callback request; `forged` signs it with a token that is not the account's."""
        nonce = str(self._dice.randrange(10**9, 10**10))
        token = "forged" if forged else self._account.token
        query = {
            "signature": sign(token, str(timestamp), nonce),
            "timestamp": str(timestamp),
            "nonce": nonce,
            "openid": openid,
        }
        if not self.encrypted:
            return Request(urlencode(query), xml.encode(), xml, openid)
        sealed = self.encrypt(xml)
        query |= {"encrypt_type": "aes", "msg_signature": sign(token, str(timestamp), nonce, sealed)}
        to = cdata(self._account.original_id)
        body = f"<xml>\n<ToUserName>{to}</ToUserName>\n<Encrypt>{cdata(sealed)}</Encrypt>\n</xml>"
        return Request(urlencode(query), body.encode(), xml, openid)

    def encrypt(self, text: str) -> str:
        """Text as the platform encrypts it, in base64."""
        data = text.encode()
        inside = self._dice.randbytes(16) + len(data).to_bytes(4, "big") + data + self._account.app_id.encode()
        fill = _BLOCK - len(inside) % _BLOCK
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).encryptor()
        return base64.b64encode(cipher.update(inside + bytes([fill]) * fill) + cipher.finalize()).decode()

    def decrypt(self, sealed: str) -> bytes:
        """What is inside. Raises `BadAnswer`."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
            inside = cipher.update(raw) + cipher.finalize()
        except ValueError as wrong:
            raise BadAnswer(f"expected AES blocks in base64, found {wrong}") from None
        fill = inside[-1] if inside else 0
        if not 1 <= fill <= _BLOCK or inside[-fill:] != bytes([fill]) * fill:
            raise BadAnswer(f"expected PKCS#7 padding of 1 to 32 bytes, found {fill}")
        length = int.from_bytes(inside[16:20], "big")
        data, app_id = inside[20 : 20 + length], inside[20 + length : -fill]
        if app_id != self._account.app_id.encode():
            raise BadAnswer("expected the AppID behind the encrypted text, found something else")
        return data

    def unwrap(self, body: bytes) -> bytes:
        """The reply's XML inside the body of an answer. Raises `BadAnswer`."""
        if not self.encrypted:
            return body
        parts = children(body, "Encrypt", "MsgSignature", "TimeStamp", "Nonce")
        signature = sign(self._account.token, parts["TimeStamp"], parts["Nonce"], parts["Encrypt"])
        if not hmac.compare_digest(signature, parts["MsgSignature"]):
            raise BadAnswer("expected MsgSignature over TimeStamp, Nonce and Encrypt, found another")
        return self.decrypt(parts["Encrypt"])


def parse(body: bytes) -> etree._Element:
    """The root `<xml>` of a document. Raises `BadAnswer`."""
    try:
        root = etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise BadAnswer(f"expected one XML document, found {wrong}") from None
    if root.tag != "xml" or b"<!DOCTYPE" in body:
        raise BadAnswer(f"expected <xml> without a DOCTYPE, found <{root.tag}>")
    return root


def children(body: bytes, *wanted: str) -> dict[str, str]:
    """The texts of a document's elements, which are exactly those wanted, once each. Raises `BadAnswer`."""
    root = parse(body)
    names = [str(child.tag) for child in root]
    if sorted(names) != sorted(wanted):
        raise BadAnswer(f"expected the elements {', '.join(wanted)} once each, found {', '.join(names) or 'none'}")
    return {str(child.tag): child.text or "" for child in root}
