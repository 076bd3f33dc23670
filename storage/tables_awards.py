"""The tables of awards: prizes given, decisions before, listings for 公示, objections, and changes after."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, text

from storage.columns import key, metadata, whole, words

#: A campaign has one of these at most.
_LIVE = "state IN ('waiting', 'listed', 'final')"

#: One row for each prize that an entry, or a unit, was given.
honours = Table(
    "honours",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    words("campaign"),
    #: The prize by its key, and the track, theme or category it was given in ("" for all at once).
    words("prize"),
    words("within"),
    #: The prize's full name as it is printed, such as “一等奖（文字类）”.
    words("label"),
    #: The entry that won it; 0 for a prize of a unit, such as 优秀组织奖.
    whole("entry"),
    whole("unit"),
    words("track"),
    whole("gift"),
    #: "listed" while it is shown for objections (公示), then "final"; "withdrawn" when the committee took it back.
    words("state"),
    whole("at"),
    whole("settled"),
    Index("ix_honours_campaign", "campaign", "state"),
)

#: Every decision about prizes, in the order in which they were made; the newest of a kind, prize and place is in force.
award_decisions = Table(
    "award_decisions",
    metadata,
    key("id"),
    words("campaign"),
    words("kind"),
    words("prize"),
    words("within"),
    #: What was decided, as JSON.
    words("value"),
    words("reason"),
    whole("by"),
    whole("at"),
    Index("ix_award_decisions_campaign", "campaign"),
)

#: Prizes that were put before the committee. `state`: "waiting" for another admin, "listed" (公示), "final"; "refused"
#: and "recalled" ones are only kept.
listings = Table(
    "listings",
    metadata,
    key("id"),
    words("campaign"),
    words("state"),
    #: `rules.award_field.Given` of every prize, as JSON.
    words("given"),
    words("basis"),
    whole("opens"),
    whole("closes"),
    whole("by"),
    whole("second"),
    whole("at"),
    whole("decided"),
    whole("confirmed"),
    Index("uq_listings_live", "campaign", unique=True, sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)),
)

#: Objections (异议) with what was handed in for them. `state`: "open", "answered".
objections = Table(
    "objections",
    metadata,
    key("id"),
    words("campaign"),
    whole("number"),
    whole("honour"),
    whole("person"),
    whole("unit"),
    words("words"),
    words("files"),
    words("state"),
    words("outcome"),
    words("answer"),
    whole("by"),
    whole("at"),
    whole("ended"),
    Index("uq_objections_campaign_number", "campaign", "number", unique=True),
)

#: What became of prizes after they were listed: "withdrawn", "moved", "added", "vacant".
honour_changes = Table(
    "honour_changes",
    metadata,
    key("id"),
    words("campaign"),
    whole("honour"),
    words("what"),
    #: "listed" or "final": whether it was before the prizes were confirmed or after.
    words("stage"),
    words("before"),
    words("after"),
    words("reason"),
    whole("objection"),
    #: The withdrawn honour whose place was filled, or was left free.
    whole("place"),
    whole("by"),
    whole("at"),
    Index("ix_honour_changes_campaign", "campaign"),
)
