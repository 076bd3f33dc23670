"""What an admin may decide about works that look like one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rules.deeds import AdminDeed, Done


@dataclass(frozen=True, slots=True)
class SetApart(AdminDeed):
    """Note that two works are no duplicates of one another; they come up again only with new content.

    `what` is "film" or "text". Declined: decided already, or one of them was withdrawn or changed.
    """

    command = "twins"
    result = Done
    campaign: str
    one: int
    other: int
    what: str
    by: int

    def told(self) -> dict[str, Any]:
        return {"one": self.one, "other": self.other, "what": self.what, "apart": True}
