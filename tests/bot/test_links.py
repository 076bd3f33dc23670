"""A signed address opens what it was made for, as long as it was made for, and nothing else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import LONGEST, Links
from bot.talk.messages import Attachment
from web.ports import BadLink, LinkExpired, NotOurs

NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
KEY = b"k" * 32
LINKS = Links("https://host.example/", KEY)
READER = "wechat:o" + "0" * 27
FORM = Attachment("annex", "XA-7F3K-2Q", "附件1 典型案例申报表（示例市市场监督管理局）.docx")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def token(url: str) -> str:
    return url.rpartition("/")[2]


def file_token(attachment: Attachment = FORM, address: str = READER, links: Links = LINKS) -> str:
    return token(links.file(address, attachment, NOW))


def test_addresses_stand_below_the_public_one_and_are_short() -> None:
    file, upload = LINKS.file(READER, FORM, NOW), LINKS.upload(READER, NOW)
    assert (file.rpartition("/")[0], upload.rpartition("/")[0]) == ("https://host.example/d", "https://host.example/u")
    assert (len(token(file)), len(token(upload))) == (163, 74)
    assert set(token(file)) <= set(ALPHABET)


def test_without_a_public_address_there_are_none() -> None:
    nowhere = Links("", KEY)
    assert (nowhere.file(READER, FORM, NOW), nowhere.upload(READER, NOW)) == ("", "")


@pytest.mark.parametrize(
    ("question", "found"),
    [("7123456789012345678/film", "7123456789012345678/film"), ("", ""), ("7/" + "长" * 60, "")],
)
def test_an_upload_link_knows_its_question_where_there_is_room(question: str, found: str) -> None:
    made = token(LINKS.upload(READER, NOW, question))
    assert LINKS.open_upload(made, NOW) == (READER, found)
    assert len(made) <= LONGEST


def test_what_was_signed_comes_back() -> None:
    assert LINKS.open_file(file_token(), NOW) == (READER, FORM)
    assert LINKS.open_upload(token(LINKS.upload(READER, NOW)), NOW) == (READER, "")


@pytest.mark.parametrize(("after", "opens"), [(-1, True), (0, False), (1, False)])
def test_a_link_ends_to_the_microsecond(after: int, opens: bool) -> None:
    lives = {"file": timedelta(days=7), "upload": timedelta(days=2)}
    tries = {"file": lambda now: LINKS.open_file(file_token(), now)} | {
        "upload": lambda now: LINKS.open_upload(token(LINKS.upload(READER, NOW)), now)
    }
    for purpose, opened in tries.items():
        now = NOW + lives[purpose] + timedelta(microseconds=after)
        if opens:
            assert opened(now)
        else:
            with pytest.raises(LinkExpired):
                opened(now)


def test_a_token_of_one_purpose_is_nothing_for_the_other() -> None:
    with pytest.raises(NotOurs):
        LINKS.open_upload(file_token(), NOW)
    with pytest.raises(NotOurs):
        LINKS.open_file(token(LINKS.upload(READER, NOW)), NOW)


def test_another_deployment_s_key_opens_nothing() -> None:
    with pytest.raises(NotOurs):
        Links("https://host.example", b"x" * 32).open_file(file_token(), NOW)


def test_every_changed_character_is_noticed_even_long_after_the_end() -> None:
    good = file_token()
    late = NOW + timedelta(days=365)
    for place in range(len(good)):
        other = ALPHABET[(ALPHABET.index(good[place]) + 1) % 64]
        with pytest.raises(NotOurs):
            LINKS.open_file(good[:place] + other + good[place + 1 :], late)


@pytest.mark.parametrize(
    "change",
    [
        lambda good: good[:-1],
        lambda good: good + "A",
        lambda good: good + "=",
        lambda good: good + "==",
        lambda good: good + "\n",
        lambda good: " " + good,
        lambda good: good.replace("-", "+").replace("_", "/") + "+",
        lambda good: good + "。",
        lambda good: "",
        lambda good: "A" * 21,
        lambda good: "A" * 100_000,
    ],
)
def test_a_cut_or_padded_link_is_not_ours(change: object) -> None:
    assert callable(change)
    with pytest.raises(NotOurs):
        LINKS.open_file(change(file_token()), NOW)


def test_the_unused_bits_of_the_last_character_make_no_second_spelling() -> None:
    good = next(one for size in range(4) if len(one := file_token(address="web:" + "a" * size)) % 4)
    bits = 4 if len(good) % 4 == 2 else 2
    twin = good[:-1] + ALPHABET[ALPHABET.index(good[-1]) ^ (1 << (bits - 1))]
    padding = "=" * (-len(good) % 4)
    assert base64.urlsafe_b64decode(twin + padding) == base64.urlsafe_b64decode(good + padding)
    with pytest.raises(NotOurs):
        LINKS.open_file(twin, NOW)


def test_a_long_name_is_shortened_before_its_ending() -> None:
    long = Attachment("annex", "XA-7F3K-2Q", "表" * 200 + ".docx")
    made = file_token(long)
    address, opened = LINKS.open_file(made, NOW)
    assert len(made) <= LONGEST
    assert (address, opened.ref, opened.name) == (READER, long.ref, "表" * 35 + ".docx")


def test_a_long_mail_address_leaves_the_name_its_ending() -> None:
    address = f"mail:{'a' * 64}@{'b' * 60}.example"
    assert LINKS.open_file(file_token(address=address), NOW) == (address, Attachment("annex", FORM.ref, "file.docx"))


def test_a_nul_is_refused_because_it_parts_what_is_signed() -> None:
    with pytest.raises(ValueError, match="without NUL"):
        LINKS.file(READER, Attachment("annex", "a\0b", "c"), NOW)


plain = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(address=plain, kind=plain, ref=plain, name=plain)
def test_anything_signed_comes_back(address: str, kind: str, ref: str, name: str) -> None:
    found, opened = LINKS.open_file(token(LINKS.file(address, Attachment(kind, ref, name), NOW)), NOW)
    assert (found, opened.kind, opened.ref) == (address, kind, ref)


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    with pytest.raises(BadLink):
        LINKS.open_file(text, NOW)
