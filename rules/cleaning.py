"""Text as it may be kept and printed: without what nobody can see, in one spelling of every character."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters but newline and tab, surrogates and non-characters (none may stand in XML), directional marks and
# overrides, zero-width spaces, soft hyphens, invisible tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e00ff]+"
)
_PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_LOOSE_JOINER = re.compile(f"(?<![{_PICTURE}])\u200d|\u200d(?![{_PICTURE}])")
_ENCLOSED = re.compile("[\u2460-\u249b\u24ea-\u24f4\u2776-\u2793\u3220-\u3229\u3280-\u3289]")
_LONGEST_ECHO = 40


def clean(text: str) -> str:
    """`text` without control and invisible characters, newlines as "\\n", in NFC. Emoji stay whole."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text  # nothing that would be removed is printable; nearly every message ends here
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    if "\u200d" in text:
        text = _LOOSE_JOINER.sub("", text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Cleaned text on one line, each stretch of white space a single space."""
    return " ".join(clean(text).split())


def tidy(text: str) -> str:
    """Cleaned text of several paragraphs: no indentation, no empty lines, parted by "\\n"."""
    lines = (line.strip() for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


def folded(text: str) -> str:
    """Cleaned text as it is compared: full-width to half-width, ③ to " 3 ", every dash and hyphen to "-"."""
    text = _ENCLOSED.sub(lambda mark: f" {int(unicodedata.numeric(mark[0]))} ", clean(text))
    return re.sub("[\u2010-\u2015\u2212\u30fc]", "-", unicodedata.normalize("NFKC", text))


def echo(text: str) -> str:
    """What was typed, short enough to be repeated in a sentence."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_ECHO else f"{line[:_LONGEST_ECHO]}…"
