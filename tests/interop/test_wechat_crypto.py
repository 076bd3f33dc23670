"""Our encryption against npm's wechat-crypto and against wechatpy, both ways.

`npm ci --prefix tests/interop` brings the package; without it, or without Node, these tests are skipped.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from wechatpy.crypto import WeChatCrypto

from bot.handlers.wechat_codec import Codec, read_xml, text_reply

HERE = Path(__file__).parent
TOKEN, KEY, APP_ID = "wordless", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0000000000000000"
NOW, NONCE = 1_772_442_000, "1597004653"
TEXTS = ["", "好", "诚信🏮]]>&<b>", *("字" * length for length in range(1, 33)), "长" * 5000]
CODEC = Codec(TOKEN, KEY, APP_ID)


def peer(node: str, jobs: list[dict[str, str]]) -> list[dict[str, str]]:
    """What wechat-crypto makes of these jobs."""
    if not (HERE / "node_modules" / "wechat-crypto").is_dir():
        pytest.skip("wechat-crypto is not installed; run: npm ci --prefix tests/interop")
    told = json.dumps({"token": TOKEN, "key": KEY, "id": APP_ID, "jobs": jobs})
    ran = subprocess.run(
        [node, "--no-deprecation", str(HERE / "wechat_crypto.js")],
        input=told.encode(), capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, b"")
    results: list[dict[str, str]] = json.loads(ran.stdout)
    return results


def opened(sealed: str, signature: str) -> bytes:
    """What our codec finds in a text that a peer encrypted and signed."""
    query = {"timestamp": str(NOW), "nonce": NONCE, "msg_signature": signature}
    return CODEC.open(query, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode())


def test_we_open_what_npm_encrypts(needs_node: str) -> None:
    jobs = [{"encrypt": text, "timestamp": str(NOW), "nonce": NONCE} for text in TEXTS]
    assert [opened(one["sealed"], one["signature"]).decode() for one in peer(needs_node, jobs)] == TEXTS


def test_npm_opens_what_we_encrypt(needs_node: str) -> None:
    answers = [read_xml(CODEC.seal(text.encode(), NOW)).texts for text in TEXTS]
    jobs = [{"decrypt": one["Encrypt"], "timestamp": one["TimeStamp"], "nonce": one["Nonce"]} for one in answers]
    expected = [
        {"message": text, "id": APP_ID, "signature": one["MsgSignature"]}
        for text, one in zip(TEXTS, answers, strict=True)
    ]
    assert peer(needs_node, jobs) == expected


def test_we_open_what_wechatpy_encrypts() -> None:
    crypto = WeChatCrypto(TOKEN, KEY, APP_ID)
    parts = [read_xml(crypto.encrypt_message(text, NONCE, str(NOW)).encode()).texts for text in TEXTS]
    assert [opened(one["Encrypt"], one["MsgSignature"]).decode() for one in parts] == TEXTS


def test_wechatpy_opens_what_we_encrypt() -> None:
    crypto: Any = WeChatCrypto(TOKEN, KEY, APP_ID)
    found = []
    for text in TEXTS:
        answer = CODEC.seal(text_reply("oPERSON", "gh_0", text, NOW), NOW)
        parts = read_xml(answer).texts
        xml = crypto.decrypt_message(answer, parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"])
        found.append(etree.fromstring(xml.encode()).findtext("Content"))
    assert found == TEXTS
