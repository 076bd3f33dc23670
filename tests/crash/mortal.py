"""A program that may die at any statement: SQLite's connections that count and end, and a time that stands.

Everything runs in one thread and in virtual time: statements are run at once where aiosqlite would send them to a
thread, and whoever sleeps costs nothing. So a run is the same each time, and a point can be found again by its number.
"""

from __future__ import annotations

import asyncio
import selectors
import sqlite3
from collections.abc import Callable, Coroutine, Generator
from typing import Any

import aiosqlite
from sqlalchemy import Dialect, Engine, create_engine, event

from storage.database import Database


class Death(BaseException):
    """The program ends here, as if somebody had pulled the plug."""


#: How statements begin that change nothing which a program leaves that ends: the others end a transaction, or are none.
_INSIDE = ("SELECT", "WITH", "BEGIN", "INSERT", "UPDATE", "DELETE", "ROLLBACK")


class Fate:
    """Counts the points at which a program could end, and ends it at one of them (`deadly`, from 1; 0: it lives).

    `says` may raise what a statement fails with, without the program's end: it is asked before each. `acts` are those
    that may have changed what is left.
    """

    def __init__(self, deadly: int = 0, *, says: Callable[[str], None] | None = None) -> None:
        self.deadly, self.says = deadly, says or _nothing
        self.points, self.acts, self.dead = 0, 0, False
        self.connections: list[_Connection] = []
        self.databases: list[Database] = []
        self.ended: Callable[[], None] = _nothing
        #: Told the number of each point before the program ends there.
        self.seen: Callable[[int], None] = _nothing

    def point(self) -> None:
        """One point. Raises `Death` where it is the deadly one, and ever after."""
        if self.dead:
            raise Death
        self.points += 1
        self.seen(self.points)
        if self.points == self.deadly:
            self.dead = True
            self.ended()
            raise Death

    def around(self, what: str, act: Callable[[], Any]) -> Any:
        """Do something between two points."""
        self.point()
        self.says(what)
        done = act()
        self.acts += not what.startswith(_INSIDE)
        self.point()
        return done

    def bury(self) -> None:
        """Close what the program had open; what was not committed is gone. Nobody is told any more."""
        while self.connections:
            self.connections[-1].close()
        self.databases.clear()
        self.says, self.ended, self.seen = _nothing, _nothing, _nothing


def _nothing(*_: object) -> None:
    """What is to be done where nobody waits for it."""


class _Cursor(sqlite3.Cursor):
    """A cursor whose statements are points."""

    connection: _Connection

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]  # as it is called
        return self.connection.fate.around(sql, lambda: super(_Cursor, self).execute(sql, *values))  # type: ignore[no-any-return]

    def executemany(self, sql: str, rows: Any) -> _Cursor:
        return self.connection.fate.around(sql, lambda: super(_Cursor, self).executemany(sql, rows))  # type: ignore[no-any-return]


class _Connection(sqlite3.Connection):
    """A connection of a program with a fate."""

    fate: Fate

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_Cursor)

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self.cursor().execute(sql, *values)  # type: ignore[no-any-return]

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        return self.cursor().executemany(sql, rows)  # type: ignore[no-any-return]

    def commit(self) -> None:
        self.fate.around("COMMIT", super().commit)

    def rollback(self) -> None:
        if not self.fate.dead:  # what a dead one had begun is undone when it is buried
            self.fate.around("ROLLBACK", super().rollback)

    def close(self) -> None:
        if self in self.fate.connections:
            self.fate.connections.remove(self)
            super().rollback()  # a cursor that somebody still holds would keep it open
            super().close()


class _NoQueue:
    """Does at once what would be put into the queue of a thread."""

    def put_nowait(self, job: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Do it."""
        future, act = job
        done = act()
        if future is not None:
            future.set_result(done)


class _AtOnce(aiosqlite.Connection):
    """aiosqlite's connection without its thread."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, 64)
        self._tx = _NoQueue()  # type: ignore[assignment]

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    async def _connect(self) -> aiosqlite.Connection:
        self._connection = self._connector()
        return self

    def __await__(self) -> Generator[Any, None, aiosqlite.Connection]:
        return self._connect().__await__()

    def stop(self) -> None:
        self._connection = None

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        """Nothing to stop."""


#: Compiled statements of all lives, and the dialects they were compiled for: they are code, and know nothing of a run.
_COMPILED: dict[Any, Any] = {}
_DIALECTS: dict[type[Dialect], Dialect] = {}


def engine_with_kept_code(url: str, **more: Any) -> Engine:
    """An engine that knows the statements that were compiled before; stands in for `create_engine` of direct ones."""
    return _knowing(create_engine(url, **more))


def _knowing(engine: Engine) -> Engine:
    engine._compiled_cache = _COMPILED
    engine.dialect = _DIALECTS.setdefault(type(engine.dialect), engine.dialect)
    return engine


async def at_once(act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do what would be done in a thread; stands in for `asyncio.to_thread`: time would pass as the thread is fast."""
    return act(*given, **named)


def opened(url: str, fate: Fate) -> Database:
    """A database of a program with a fate."""
    database = Database.open(url)
    fate.databases.append(database)

    def connect(dialect: Any, record: Any, arguments: list[Any], keywords: dict[str, Any]) -> None:
        def connector() -> sqlite3.Connection:
            connection = sqlite3.connect(arguments[0], factory=_Connection)
            connection.fate = fate
            fate.connections.append(connection)
            return connection

        keywords["async_creator_fn"] = lambda *_, **__: _AtOnce(connector)

    event.listen(database.engine.sync_engine, "do_connect", connect)
    _knowing(database.engine.sync_engine)
    return database


class Deadlock(RuntimeError):
    """Everybody waits for somebody else, and no time will help."""


class _Still(selectors.DefaultSelector):
    """Waits for nobody: where the loop would wait, its time goes on at once."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            raise Deadlock("expected something to be due, found tasks that wait for each other")
        if not found and timeout is not None and timeout > 0:
            self.passed += timeout
        return found


class StandingLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds pass only while all wait."""

    def __init__(self, since: float) -> None:
        self._still = _Still()
        self._still.passed = since
        super().__init__(self._still)

    def time(self) -> float:
        """Seconds."""
        return self._still.passed


def lived(loop: StandingLoop, fate: Fate, life: Coroutine[Any, Any, None]) -> None:
    """Run a program until it has lived or died. Raises what went wrong with it."""
    fate.ended = loop.stop
    task = loop.create_task(life)

    def stop(_: asyncio.Task[None]) -> None:
        loop.stop()

    task.add_done_callback(stop)
    try:
        loop.run_forever()
    except Deadlock:
        for each in asyncio.all_tasks(loop):
            each.print_stack()
        raise
    task.remove_done_callback(stop)
    wrong = task.exception() if task.done() and not fate.dead else None
    fate.dead = True  # what is still at work does nothing any more
    _cleared(loop)
    for database in fate.databases:
        loop.run_until_complete(database.close())  # so that no pool complains of what it lost
    fate.bury()
    loop.close()
    if wrong is not None:
        raise wrong


def _cleared(loop: StandingLoop) -> None:
    """Take the tasks of a dead program away, so that nobody sees them end."""
    for _ in range(9):
        if not (tasks := asyncio.all_tasks(loop)):
            return
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks, timeout=60))
        for task in tasks:
            if task.done() and not task.cancelled():
                task.exception()
    raise Deadlock(f"expected the tasks of a dead program to end, found {asyncio.all_tasks(loop)}")
