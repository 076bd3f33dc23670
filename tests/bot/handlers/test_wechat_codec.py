"""The envelope: who is believed, what is opened, and what is refused before it can do harm."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from wechatpy.crypto import WeChatCrypto

from bot.handlers.wechat_codec import Codec, Forged, Sheet, Unreadable, read_xml, text_reply
from tests.bot.handlers.wechat_platform import AES_KEY, APP_ID, START, TOKEN, Intake, Platform, said, sign

NOW = int(START.timestamp())
CODEC = Codec(TOKEN, AES_KEY, APP_ID)


@pytest.fixture
def platform() -> Platform:
    return Platform(Intake())


def encrypted(inside: bytes, *, fill: bytes | None = None) -> str:
    """These bytes encrypted under our key, padded as told."""
    key = base64.b64decode(f"{AES_KEY}=")
    length = 32 - len(inside) % 32
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    padded = inside + (bytes([length]) * length if fill is None else fill)
    return base64.b64encode(cipher.update(padded) + cipher.finalize()).decode()


def wrapped(xml: bytes, app_id: bytes = APP_ID.encode(), length: int | None = None) -> bytes:
    return bytes(16) + (len(xml) if length is None else length).to_bytes(4, "big") + xml + app_id


def test_what_the_platform_sealed_is_opened(platform: Platform) -> None:
    assert CODEC.open(*platform.sealed(said("诚信🏮"))) == said("诚信🏮").encode()


def test_a_body_that_is_written_differently_is_opened_too(platform: Platform) -> None:
    query, body = platform.sealed(said("好"))
    text = etree.fromstring(body).findtext("Encrypt")
    plainer = f'<?xml version="1.0"?>\n<xml><AgentID/><Encrypt>\n{text}\n</Encrypt></xml>'.encode()
    assert CODEC.open(query, plainer) == said("好").encode()


@pytest.mark.parametrize(("seconds", "admitted"), [(-300, True), (300, True), (-301, False), (301, False)])
def test_the_timestamp_may_be_five_minutes_off(platform: Platform, seconds: int, admitted: bool) -> None:
    query = platform.query(seconds=seconds)
    if admitted:
        CODEC.admit(query, NOW)
    else:
        with pytest.raises(Forged, match=rf"a timestamp \{-seconds:+d} seconds from our clock"):
            CODEC.admit(query, NOW)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"signature": "0" * 40}, "another signature"),
        ({"signature": ""}, "another signature"),
        ({"signature": "签" * 40}, "another signature"),
        ({"nonce": "other"}, "another signature"),
        ({"timestamp": f"{NOW - 1}"}, "another signature"),
        ({"timestamp": "soon"}, "no timestamp"),
        ({"timestamp": "１２３"}, "no timestamp"),
        ({"timestamp": "-1"}, "no timestamp"),
        ({"timestamp": "9" * 5000}, "no timestamp"),
    ],
)
def test_an_address_that_was_not_signed_so_is_forged(platform: Platform, change: dict[str, str], why: str) -> None:
    with pytest.raises(Forged, match=why):
        CODEC.admit(platform.query() | change, NOW)


def test_an_encrypted_text_that_was_not_signed_so_is_forged(platform: Platform) -> None:
    query, body = platform.sealed(said("好"))
    other = platform.sealed(said("坏"))[1]
    for forged in (other, body.replace(b"<![CDATA[", b"<![CDATA[A")):
        with pytest.raises(Forged, match="another msg_signature"):
            CODEC.open(query, forged)


@pytest.mark.parametrize(
    ("sealed", "why"),
    [
        (encrypted(wrapped(b"<xml/>", b"wx1111111111111111")), "AppID"),
        (encrypted(wrapped(b"<xml/>", b"")), "AppID"),
        (encrypted(wrapped(b"<xml/>", length=2**32 - 1)), "AppID"),
        (encrypted(wrapped(b"<xml/>", length=5)), "AppID"),
        (encrypted(bytes(16)), "AppID"),
        (encrypted(wrapped(b"<xml/>"), fill=bytes(16 - len(wrapped(b"<xml/>")) % 16)), "padding"),
        (encrypted(wrapped(b"<xml/>" * 2), fill=b"\x07" * 13 + b"\x08"), "padding"),
        (encrypted(wrapped(b"<xml/>" * 2), fill=b"\x21" * 14), "padding"),
        (encrypted(wrapped(b"<xml/>"))[:-24], "padding"),
        (encrypted(wrapped(b"<xml/>"))[:-20], "blocks"),
        (encrypted(wrapped(b"<xml/>"))[:-1], "base64"),
        ("QQ==", "blocks"),
        ("A", "base64"),
    ],
)
def test_a_damaged_encrypted_text_is_unreadable(platform: Platform, sealed: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        CODEC.open(*platform.signed(sealed))


def test_another_key_opens_nothing(platform: Platform) -> None:
    other = WeChatCrypto(TOKEN, "G" * 43, APP_ID)
    with pytest.raises(Unreadable, match=r"padding|AppID"):
        CODEC.open(*platform.sealed(said("好"), crypto=other))


def test_without_a_key_nothing_is_opened(platform: Platform) -> None:
    with pytest.raises(Unreadable, match="XINSHI_WECHAT_AES_KEY"):
        Codec(TOKEN, "", APP_ID).open(*platform.sealed(said("好")))


@pytest.mark.parametrize(("token", "key", "app_id"), [("", AES_KEY, "wx"), ("t", "short", "wx"), ("t", AES_KEY, "")])
def test_incomplete_settings_are_refused(token: str, key: str, app_id: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey of 43"):
        Codec(token, key, app_id)


@given(text=st.text(st.characters(codec="utf-8"), max_size=400))
def test_what_we_seal_opens_again_and_differs_each_time(text: str) -> None:
    crypto, sealed = WeChatCrypto(TOKEN, AES_KEY, APP_ID), CODEC.seal(text.encode(), NOW)
    parts = {str(child.tag): child.text or "" for child in etree.fromstring(sealed)}
    assert parts["TimeStamp"] == str(NOW)
    assert parts["MsgSignature"] == sign(str(NOW), parts["Nonce"], parts["Encrypt"])
    opened = crypto.decrypt_message(parts, parts["MsgSignature"], parts["TimeStamp"], parts["Nonce"])
    assert (opened, sealed == CODEC.seal(text.encode(), NOW)) == (text, False)


def test_the_platforms_check_is_echoed() -> None:
    assert CODEC.echo({"echostr": "5927782489442352469"}) == b"5927782489442352469"


@pytest.mark.parametrize("text", ["", "<回>", "a b", "x" * 257])
def test_nothing_strange_is_echoed(text: str) -> None:
    with pytest.raises(Unreadable):
        CODEC.echo({"echostr": text})


def test_a_message_is_read_by_element() -> None:
    xml = "<xml><A>1</A><B><![CDATA[<!DOCTYPE html> & 2]]></B><C/><D>&lt;&#x1F3EE;</D></xml>"
    assert read_xml(xml.encode()) == Sheet({"A": "1", "B": "<!DOCTYPE html> & 2", "C": "", "D": "<🏮"})


def test_rows_of_a_list_are_read() -> None:
    xml = b"<xml><Event><Kind>k</Kind><List><A>1</A></List><List><A>2</A><B/></List></Event></xml>"
    assert read_xml(xml) == Sheet({"Event": ""}, {"Event": [{"Kind": "k"}, {"A": "1"}, {"A": "2", "B": ""}]})


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert read_xml(b"<xml><A><![CDATA[a\x08b\x00c]]></A></xml>").texts == {"A": "abc"}
    assert read_xml(b"<xml><A>\xf0\x9f\x8f cut</A></xml>").texts == {"A": "\ufffd cut"}


LAUGHS = '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><A>&b;</A></xml>'


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("", "nothing before it"),
        ("MsgType=text", "nothing before it"),
        ("<html/>", "nothing before it"),
        ('<xml xmlns="x"/>', "nothing before it"),
        ("<!DOCTYPE xml><xml><A/></xml>", "nothing before it"),
        (LAUGHS, "nothing before it"),
        ('<?xml version="1.0"?><!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>', "nothing before it"),
        ("<!-- --><xml/>", "nothing before it"),
        ("<xml><!DOCTYPE xml><A/></xml>", "expected XML"),
        ("<xml><A>&b;</A></xml>", "expected XML"),
        ("<xml><A></xml>", "expected XML"),
        ("<xml><A/></xml><xml/>", "expected XML"),
        ("<xml>" + "<a>" * 300 + "</a>" * 300 + "</xml>", "expected XML|levels"),
        ("<xml><A>&#8;</A></xml>", "expected XML"),
        ("<xml><A>1</A><A>2</A></xml>", "found one twice"),
        ("<xml><A><B/><B/></A></xml>", "found one twice"),
        ("<xml><A><List><B/><B/></List></A></xml>", "found one twice"),
        ("<xml><A><B/></A><A/></xml>", "found one twice"),
        ("<xml><A><B><C><D/></C></B></A></xml>", "levels"),
        ("<xml><A>1<!-- 2 -->3</A></xml>", "a comment"),
        ("<xml><?php 1?></xml>", "an instruction"),
        ("<xml>" + "x" * 65536 + "</xml>", "at most 65536 bytes"),
    ],
)
def test_harmful_or_broken_xml_is_unreadable(xml: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_xml(xml.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "gb18030"])
def test_no_other_encoding_hides_a_doctype(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE xml><xml><A>信</A></xml>'.encode(encoding)
    with pytest.raises(Unreadable):
        read_xml(body)


def test_the_largest_body_is_still_read() -> None:
    assert read_xml(b"<xml><A>" + b"x" * (65536 - 18) + b"</A></xml>").texts["A"] == "x" * 65518


@pytest.mark.parametrize("text", ["a]]>b", "]]>", "]]]]>>", "]]><Evil/><![CDATA[", "]]", "<b>&amp;"])
def test_a_reply_cannot_break_out_of_its_text(text: str) -> None:
    assert [(child.tag, child.text) for child in etree.fromstring(text_reply("o", "gh", text, 5))] == [
        ("ToUserName", "o"),
        ("FromUserName", "gh"),
        ("CreateTime", "5"),
        ("MsgType", "text"),
        ("Content", text),
    ]


def test_a_reply_holds_nothing_that_xml_cannot() -> None:
    reply = etree.fromstring(text_reply("o", "gh", "\x02粗\x03\ud800\x00\uffff🏮\n\t]\x01]>", 5))
    assert reply.findtext("Content") == "粗🏮\n\t]]>"


@given(body=st.binary(max_size=300) | st.text(alphabet="<>/xmlAB![]CDATA&;?- \x00🏮", max_size=200).map(str.encode))
def test_no_body_does_worse_than_being_unreadable(body: bytes) -> None:
    for read in (read_xml, lambda raw: CODEC.open({}, raw)):
        _try(read, body)
        _try(read, b"<xml>" + body + b"</xml>")


def _try(read: Callable[[bytes], object], body: bytes) -> None:
    try:
        read(body)
    except (Forged, Unreadable):
        return


#: What may stand in a message: signs of every kind that XML takes, takes away, changes or refuses.
signs = st.text(
    st.sampled_from("a好🏮<>&;]\r\n\t\x08\x7f\x85\u2028\ufffe\uffff") | st.characters(codec="utf-8"), max_size=12
)


@example("\r\n", "B", "1")
@example("\ufffe", "B", "1")
@example("]", "B", "1")
@example("", "A", "1")
@given(signs, st.sampled_from(["A", "B", "b"]), st.sampled_from(["", "1", "-1.5", "x&amp;y", " "]))
def test_the_usual_form_is_read_as_xml_reads_it(text: str, name: str, bare: str) -> None:
    body = f"<xml><A><![CDATA[{text}]]></A>\n<{name}>{bare}</{name}></xml>".encode()
    assert told(body) == told(b'<?xml version="1.0"?>' + body)  # which only the parser takes


def told(body: bytes) -> Sheet | str:
    try:
        return read_xml(body)
    except Unreadable as wrong:
        return str(wrong)


def test_what_came_before_changes_nothing_in_what_is_opened_and_sealed(platform: Platform) -> None:
    codec = Codec(TOKEN, AES_KEY, APP_ID)
    for text in ("一", "二" * 500, "三"):
        with pytest.raises(Unreadable):
            codec.open(*platform.signed(encrypted(b"too short")))
        assert codec.open(*platform.sealed(said(text))) == said(text).encode()
        sealed = etree.fromstring(codec.seal(said(text).encode(), NOW)).findtext("Encrypt")
        key = base64.b64decode(f"{AES_KEY}=")
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        assert cipher.update(base64.b64decode(sealed or ""))[16:].startswith(wrapped(said(text).encode())[16:])
