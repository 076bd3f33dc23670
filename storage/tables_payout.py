"""The tables of payment: each packet's one payment by WeChat, why payment rests, codes, and who brought whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from storage.columns import key, metadata, whole, words

_OPEN, _GIVEN = "state IN ('ready', 'asked', 'sent')", "slot > 0"

payouts = Table(
    "payouts",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("slot", Integer, nullable=False),
    #: The number that the platform knows this payment by; there is never another one.
    words("bill"),
    whole("person"),
    words("openid"),
    whole("amount"),
    #: As in `rules.payouts`.
    words("state"),
    Column("tries", Integer, nullable=False, server_default="0"),
    whole("at"),
    #: When the platform was called last, and when to look again.
    whole("asked"),
    whole("due"),
    words("why"),
    #: When the admins were told of a refusal.
    whole("told"),
    PrimaryKeyConstraint("campaign", "slot"),
    Index("uq_payouts_bill", "bill", unique=True),
    Index("ix_payouts_open", "state", "due", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    Index("ix_payouts_openid", "openid", "asked"),
    sqlite_with_rowid=False,
)  # fmt: skip
#: Its index serves only statements in which this stands, see `storage.tables.STILL_OPEN`.
UNDER_WAY = text(f"payouts.{_OPEN}")

payout_rests = Table(
    "payout_rests",
    metadata,
    Column("campaign", Text, primary_key=True),
    words("why"),
    #: 0 where the program itself stopped.
    whole("by"),
    whole("at"),
    sqlite_with_rowid=False,
)

vouchers = Table(
    "vouchers",
    metadata,
    key("id"),
    words("campaign"),
    words("code"),
    whole("amount"),
    words("kind"),
    #: The packet it was given for, 0 where it is still here.
    Column("slot", Integer, nullable=False, server_default="0"),
    whole("given"),
    whole("by"),
    whole("at"),
    Index("uq_vouchers_code", "campaign", "code", unique=True),
    Index(
        "uq_vouchers_slot", "campaign", "slot", unique=True, sqlite_where=text(_GIVEN), postgresql_where=text(_GIVEN)
    ),
)

referral_terms = Table(
    "referral_terms",
    metadata,
    Column("campaign", Text, primary_key=True),
    #: Whether followers count now (1), and the words in which the platform's rule was taken on.
    Column("is_on", Integer, nullable=False, server_default="0"),
    words("words"),
    whole("by"),
    whole("at"),
    sqlite_with_rowid=False,
)

referral_links = Table(
    "referral_links",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("person", BigInteger, nullable=False),
    words("code"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "person"),
    Index("uq_referral_links_code", "code", unique=True),
    sqlite_with_rowid=False,
)

referrals = Table(
    "referrals",
    metadata,
    Column("campaign", Text, nullable=False),
    #: Who is new, and who brought them.
    Column("person", BigInteger, nullable=False),
    whole("inviter"),
    whole("at"),
    PrimaryKeyConstraint("campaign", "person"),
    Index("ix_referrals_inviter", "campaign", "inviter"),
    sqlite_with_rowid=False,
)
