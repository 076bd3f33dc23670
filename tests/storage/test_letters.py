"""Messages come back from storage as they were."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.messages import BOLD, PLAIN, Attachment, Choice, File, Incoming, Outgoing, Press
from rules.instants import from_micros
from storage.letters import incoming_body, outgoing_body, outgoing_of
from tests.storage.world import NOW

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.just(f"{BOLD}截止{PLAIN}\n第二段")
choices = st.builds(Choice, texts, texts, st.booleans())
letters = st.builds(
    Outgoing,
    texts,
    st.lists(choices, max_size=4).map(tuple),
    texts,
    several=st.booleans(),
    numbered=st.booleans(),
    attachment=st.none() | st.builds(Attachment, texts, texts, texts),
)


@given(letters)
def test_a_message_to_a_person_comes_back_as_it_was(outgoing: Outgoing) -> None:
    assert outgoing_of(outgoing_body(outgoing)) == outgoing


@given(letters, letters)
def test_different_messages_are_kept_differently(one: Outgoing, other: Outgoing) -> None:
    assert (outgoing_body(one) == outgoing_body(other)) == (one == other)


@given(letters)
def test_a_kept_message_holds_no_character_that_a_database_refuses(outgoing: Outgoing) -> None:
    assert "\x00" not in outgoing_body(outgoing)


def test_a_bare_message_is_kept_in_few_bytes() -> None:
    assert outgoing_body(Outgoing("好")) == '{"t":"好"}'


def test_what_somebody_sent_is_kept_with_the_label_they_saw() -> None:
    incoming = Incoming(
        "web", "a", "1", from_micros(NOW), text="你好", press=Press("7/track", "case"),
        files=(File("表.docx", 9, "ab"),), topic="document",
    )  # fmt: skip
    assert orjson.loads(incoming_body(incoming, "信用案例")) == {
        "t": "你好", "p": ["7/track", "case", "信用案例"], "f": [["表.docx", 9, "ab"]], "i": "document",
    }  # fmt: skip
    assert incoming_body(Incoming("web", "a", "1", from_micros(NOW))) == "{}"
