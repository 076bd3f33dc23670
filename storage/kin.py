"""Units under a unit, by the name that the roster gives as 上级, however deep."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from storage.tables import units


def with_below(unit: ColumnElement[int] | int) -> Any:
    """The ids of a unit and of every unit under it, as a subquery. A circle in the roster ends where it began."""
    top = select(units.c.id, units.c.campaign, units.c.name, units.c.short).where(units.c.id == unit)
    kin = top.cte("kin", recursive=True)
    named = (units.c.parent == kin.c.name) | ((units.c.parent == kin.c.short) & (kin.c.short != ""))
    under = select(units.c.id, units.c.campaign, units.c.name, units.c.short).join(
        kin, (units.c.campaign == kin.c.campaign) & (units.c.parent != "") & named
    )
    return select(kin.union(under).c.id)
