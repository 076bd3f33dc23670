"""The word by which somebody brings friends, and the sentence with which an admin takes the platform's rule on."""

from __future__ import annotations

from rules.codes import ALPHABET, LENGTH, read_letters

#: What such a word begins with; invitations have no prefix, and so no word is read as one.
BEFORE = "YQ"
#: How long after they first wrote somebody may still name who brought them (microseconds).
NEW_FOR = 24 * 3600 * 1_000_000
#: Where one is somebody by the platform's word, and cannot be anew at will.
MESSENGERS = frozenset({"wechat", "telegram"})
#: What an admin must type, word for word (blanks and full stops aside).
SENTENCE = "我已知晓微信禁止诱导关注和诱导分享，由主办单位承担后果"


def read_word(text: str) -> str | None:
    """The word that somebody typed, in capitals and without separators; None where it is not one."""
    word = read_letters(text)
    fits = len(word) == LENGTH + len(BEFORE) and word.startswith(BEFORE)
    return word if fits and all(char in ALPHABET for char in word) else None


def acknowledges(text: str) -> bool:
    """Whether these are the words."""

    def bare(said: str) -> str:
        return "".join(char for char in said if not char.isspace() and char not in '，,。.！!“”"')

    return bare(text) == bare(SENTENCE)
