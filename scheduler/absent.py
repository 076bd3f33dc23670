"""Who is out of reach, as platforms said: read anew now and then, learnt in between, not forgotten by a reading."""

from __future__ import annotations

import asyncio

from storage.contacts import Contacts


class Absent:
    """The addresses ("channel:name") that take nothing until somebody writes from there again."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts, self._addresses = contacts, set[str]()
        # A reading that began before somebody was learnt of must not take the place of what was learnt.
        self._one_at_a_time = asyncio.Lock()

    def __contains__(self, address: object) -> bool:
        """Whether nothing goes there."""
        return address in self._addresses

    async def read(self) -> None:
        """Read all of them anew."""
        async with self._one_at_a_time:
            self._addresses = await self._contacts.shut()

    async def learn(self, address: str) -> None:
        """A platform says that somebody left, or shut the bot out."""
        async with self._one_at_a_time:
            self._addresses.add(address)
            await self._contacts.reach(address, "unfollowed" if address.startswith("wechat:") else "blocked")
