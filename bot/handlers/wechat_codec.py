"""The envelope of WeChat's callbacks: signature, encryption, and XML that cannot do harm.

Sources: the platform's 接入指南 (signature of a request) and 消息加解密说明 (AES-256-CBC with the key's first 16 bytes
as IV, PKCS#7 to blocks of 32 bytes, inside it 16 random bytes, the length in network order, the XML, the AppID).

wechatpy does the same in three times the time, compares signatures with `!=`, looks at no timestamp, and raises five
kinds of exceptions; `tests/interop/` holds both against each other.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from rules.accounts import CALLBACK_BYTES, CALLBACK_SKEW

_BLOCK = 32
_FILLS = tuple(bytes([length]) * length for length in range(_BLOCK + 1))
_KEY = re.compile(r"[0-9A-Za-z]{43}")
_ECHO = re.compile(r"[0-9A-Za-z+/=_-]{1,256}")
# How the platform writes it; whatever looks different is parsed as XML.
_SEALED = re.compile(
    rb"\s*<xml>\s*(?:<ToUserName><!\[CDATA\[[^]<&]*]]></ToUserName>\s*)?"
    rb"<Encrypt><!\[CDATA\[([0-9A-Za-z+/=]+)]]></Encrypt>\s*</xml>\s*"
)
# How the platform writes a message without lists, with nothing in it that XML would change or refuse; whatever looks
# different is parsed as XML.
_ELEMENT = r"<([A-Za-z]+)>(?:<!\[CDATA\[([^]\x00-\x08\x0b-\x1f\ufffe\uffff]*)]]>|([0-9A-Za-z_.:-]*))</\1>"
_FLAT = re.compile(rf"<xml>\s*(?:{_ELEMENT}\s*)*</xml>\s*")
_ELEMENTS = re.compile(_ELEMENT)
# A DOCTYPE may only stand before the root element, so nothing but a declaration may stand there.
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*\?>\s*)?<xml\s*>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
)


class Forged(Exception):
    """A request is not the platform's, or too old: nothing of it is believed. The message says what was wrong."""


class Unreadable(Exception):
    """A request is the platform's, and nothing can be made of it. The message says what was expected and found."""


@dataclass(slots=True)
class Sheet:
    """An XML message: the texts of its elements by name, and the rows inside those that hold elements themselves."""

    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)


class Codec:
    """Opens and seals the messages of one account. Without `aes_key` it knows signatures only."""

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        if not token or not app_id or not (_KEY.fullmatch(aes_key) or not aes_key):
            raise ValueError("expected a token, an AppID and an EncodingAESKey of 43 letters and digits; check those")
        self._token, self._app_id = token.encode(), app_id.encode()
        key = binascii.a2b_base64(f"{aes_key}=") if aes_key else b""
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])) if key else None
        # One stream each for all messages, because beginning one costs more than a message. What CBC carries over from
        # the message before changes only the first block, and those 16 bytes are random anyway.
        self._encryptor = cipher.encryptor() if cipher else None
        self._decryptor = cipher.decryptor() if cipher else None

    def admit(self, query: Mapping[str, str], now: float) -> None:
        """Whether the address of a request was signed with our token just now (POSIX seconds). Raises `Forged`."""
        timestamp, signature = query.get("timestamp", ""), query.get("signature", "")
        if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
            raise Forged("no timestamp")
        if not _same(self._sign(_bytes(timestamp), _bytes(query.get("nonce", ""))), signature):
            raise Forged("another signature")
        if abs(now - int(timestamp)) > CALLBACK_SKEW:
            raise Forged(f"a timestamp {now - int(timestamp):+.0f} seconds from our clock; check the clock")

    def echo(self, query: Mapping[str, str]) -> bytes:
        """What proves to the platform that the address is ours: its own `echostr`. Raises `Unreadable`."""
        if not _ECHO.fullmatch(text := query.get("echostr", "")):
            raise Unreadable("expected an echostr of letters and digits, found something else")
        return text.encode()

    def open(self, query: Mapping[str, str], body: bytes) -> bytes:
        """The XML inside an encrypted body. Raises `Forged` and `Unreadable`."""
        sealed = _sealed(body)
        signed = self._sign(_bytes(query.get("timestamp", "")), _bytes(query.get("nonce", "")), sealed)
        if not _same(signed, query.get("msg_signature", "")):
            raise Forged("another msg_signature")
        return self._decrypt(sealed)

    def seal(self, xml: bytes, now: int) -> bytes:
        """A reply as the body of an encrypted answer."""
        assert self._encryptor is not None, "expected an EncodingAESKey, for a reply to an encrypted message"
        chance = os.urandom(24)
        inside = b"".join((chance[:16], len(xml).to_bytes(4, "big"), xml, self._app_id))
        fill = _FILLS[_BLOCK - len(inside) % _BLOCK]
        sealed = binascii.b2a_base64(self._encryptor.update(inside + fill), newline=False)
        nonce, timestamp = chance[16:].hex().encode(), b"%d" % now
        return (
            b"<xml><Encrypt><![CDATA[%b]]></Encrypt><MsgSignature><![CDATA[%b]]></MsgSignature>"
            b"<TimeStamp>%b</TimeStamp><Nonce><![CDATA[%b]]></Nonce></xml>"
        ) % (sealed, self._sign(timestamp, nonce, sealed), timestamp, nonce)

    def _sign(self, *parts: bytes) -> bytes:
        return hashlib.sha1(b"".join(sorted((self._token, *parts))), usedforsecurity=False).hexdigest().encode()

    def _decrypt(self, sealed: bytes) -> bytes:
        if self._decryptor is None:
            raise Unreadable("expected a plain message, found an encrypted one; check XINSHI_WECHAT_AES_KEY")
        try:
            raw = binascii.a2b_base64(sealed, strict_mode=True)
        except binascii.Error as wrong:
            raise Unreadable(f"expected base64, found {wrong}") from None
        if not raw or len(raw) % 16:
            raise Unreadable(f"expected whole AES blocks, found {len(raw)} bytes")
        inside = self._decryptor.update(raw)
        fill = inside[-1]
        if not 1 <= fill <= _BLOCK or not inside.endswith(_FILLS[fill]):
            raise Unreadable("expected PKCS#7 padding of 1 to 32 bytes, found something else; check the EncodingAESKey")
        end = 20 + int.from_bytes(inside[16:20], "big")
        if end > len(inside) - fill or not hmac.compare_digest(inside[end : len(inside) - fill], self._app_id):
            raise Unreadable("expected our AppID behind the message, found something else; check wechat.app_id")
        return inside[20:end]


def read_xml(body: bytes) -> Sheet:
    """A message's XML: one flat `<xml>`, at most two more levels inside an element. Raises `Unreadable`.

    Each name may occur once in its place; only elements that hold elements (rows of a list) may be repeated.
    """
    if len(body) > CALLBACK_BYTES:
        raise Unreadable(f"expected at most {CALLBACK_BYTES} bytes, found more")
    if (texts := _flat(body)) is not None:
        return Sheet(texts)
    sheet = Sheet()
    for child in _parse(body):
        if len(child):
            _put(sheet.texts, child, "")
            sheet.rows[child.tag] = _rows(child)
        else:
            _put(sheet.texts, child, child.text or "")
    return sheet


def text_reply(to: str, account: str, text: str, now: int) -> bytes:
    """The XML of a passive text reply. What XML cannot hold is left out; "]]>" reaches the reader as it is."""
    text = _ILLEGAL.sub("", text)
    if "]]>" in text:
        text = text.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content></xml>"
    ).encode()


def _sealed(body: bytes) -> bytes:
    if found := _SEALED.fullmatch(body):
        return found[1]
    sealed = read_xml(body).texts.get("Encrypt", "").strip()
    if not sealed:
        raise Unreadable("expected an encrypted message, found none; check the account's 消息加解密方式")
    return sealed.encode()


def _flat(body: bytes) -> dict[str, str] | None:
    """The texts of a message that is written as usual, in a third of the time that XML takes; None for any other."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    if not _FLAT.fullmatch(text):
        return None
    found = _ELEMENTS.findall(text)
    texts = {name: marked or bare for name, marked, bare in found}
    return texts if len(texts) == len(found) else None


def _parse(body: bytes) -> Any:
    if not _BEGINNING.match(body):
        raise Unreadable("expected <xml> and nothing before it, found something else")
    try:
        return etree.fromstring(body, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        # People do send characters that XML cannot hold, and the platform passes them on.
        text = body.decode("utf-8", "replace")
        cleaned = _ILLEGAL.sub("", text).encode()
        if cleaned == body:
            raise Unreadable(f"expected XML, found {type(wrong).__name__}") from None
    try:
        return etree.fromstring(cleaned, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise Unreadable(f"expected XML, found {type(wrong).__name__}") from None


def _rows(element: Any) -> list[dict[str, str]]:
    own: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    for child in element:
        if not len(child):
            _put(own, child, child.text or "")
            continue
        row: dict[str, str] = {}
        for leaf in child:
            if len(leaf):
                raise Unreadable("expected at most four levels of elements, found more")
            _put(row, leaf, leaf.text or "")
        rows.append(row)
    return [own, *rows] if own else rows


def _put(texts: dict[str, str], element: Any, text: str) -> None:
    name = element.tag
    if not isinstance(name, str):
        raise Unreadable("expected elements and text, found a comment, an instruction or an entity")
    if name in texts:
        raise Unreadable("expected each element once, found one twice")
    texts[name] = text


def _same(signed: bytes, signature: str) -> bool:
    return hmac.compare_digest(signed, _bytes(signature))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
