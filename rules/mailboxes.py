"""E-mail addresses as people type them, and what exactly is missing from an incomplete one."""

from __future__ import annotations

import re

from rules.cleaning import echo, folded
from rules.faults import Unreadable

#: Octets, RFC 5321 4.5.3.1.
LONGEST_USER, LONGEST = 64, 254
_LABEL = re.compile(r"^\s*(?:mailto:|(?:电子)?(?:邮箱|邮件|邮址)(?:地址)?\s*:?|e-?mail\s*:)\s*", re.IGNORECASE)
_EDGES = " \t\n<>《》〈〉()[]【】“”\"'。.,、;:!"
_USER = re.compile(r"[A-Za-z0-9._%+'-]+")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")
_LABELS = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59})")


def read_email(raw: str) -> str:
    """One address, its domain in lower case. Raises `Unreadable`; quoted user parts are not taken."""
    typed = echo(raw)
    text = _LABEL.sub("", " ".join(folded(raw).split())).strip(_EDGES).replace("。", ".")
    text = re.sub(r"\s*([@.])\s*", r"\1", text)
    if text.count("@") > 1:
        raise Unreadable("email_several", typed=typed, count=text.count("@"))
    if "@" not in text:
        raise Unreadable("email_at_missing", typed=typed)
    user, _, domain = text.partition("@")
    if not user:
        raise Unreadable("email_user_missing", typed=typed)
    if not domain:
        raise Unreadable("email_domain_missing", typed=typed)
    strange = _USER.sub("", user) + _DOMAIN.sub("", domain)
    if strange:
        found = "".join("空格" if char.isspace() else char for char in dict.fromkeys(strange))
        raise Unreadable("email_characters", typed=typed, found=found[:10])
    if "." not in domain:
        raise Unreadable("email_domain_short", typed=typed, domain=domain)
    if not _LABELS.fullmatch(domain) or user.startswith(".") or user.endswith(".") or ".." in user:
        raise Unreadable("email_dots", typed=typed)
    if len(user) > LONGEST_USER or len(text) > LONGEST:
        raise Unreadable("email_long", typed=typed, length=len(text), most=LONGEST, user_most=LONGEST_USER)
    return f"{user}@{domain.lower()}"
