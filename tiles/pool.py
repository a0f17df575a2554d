"""A small pool of database connections for tiles and feature pages.

psycopg opens the connections; the statements go straight through its libpq wrapper. One tile then
costs a third of the service time of a cursor, and at high zooms service time is what counts.
"""

import asyncio
import collections
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg import pq

from core.errors import Busy
from tiles.statement import Statement

log = logging.getLogger(__name__)

T = TypeVar("T")
Values = Sequence[bytes | None]
Answer = asyncio.Future[pq.abc.PGresult]
Then = Callable[[Answer | None], None]

# parallel workers and JIT cost small statements more than they run
SMALL = (
    "-c max_parallel_workers_per_gather=0 -c jit=off -c default_transaction_read_only=on"
    " -c TimeZone=UTC -c statement_timeout={ms}"
)
# a tile's plan is the same for every tile: made once
OPTIONS = SMALL.format(ms=10_000) + " -c plan_cache_mode=force_generic_plan"
WAITING = 2000  # requests that may queue before the next is sent away
FIRST = 3.0  # seconds that the first request waits for the first connections
RETRY = 0.5  # seconds between attempts to reach a database that is away


class LineLost(Exception):
    """The connection broke while a statement ran."""


class Line:
    """One connection; runs one statement at a time."""

    def __init__(
        self, connection: psycopg.AsyncConnection[Any], on_loss: Callable[["Line"], None]
    ) -> None:
        self._connection = connection
        self._wire = connection.pgconn
        self._socket = self._wire.socket
        self._on_loss = on_loss
        self._loop = asyncio.get_running_loop()
        self._prepared: set[bytes] = set()
        self._answer: Answer | None = None
        self._result: pq.abc.PGresult | None = None
        self._loop.add_reader(self._socket, self._readable)

    async def tile(self, statement: Statement, numbers: list[bytes]) -> bytes:
        """Return the statement's only value; prepares the statement at its first use here."""
        await self._prepare(statement)
        result = await self._run(self._ask, statement.name, numbers)
        return result.get_value(0, 0) or b""

    async def rows(self, statement: Statement, values: Values) -> pq.abc.PGresult:
        """Return a prepared statement's rows, as text."""
        await self._prepare(statement)
        return await self._run(self._wire.send_query_prepared, statement.name, values)

    async def planned(self, text: bytes, values: Values) -> pq.abc.PGresult:
        """Return the rows of a statement that is planned for these values, as text."""
        return await self._run(self._wire.send_query_params, text, values)

    def begin(self, statement: Statement, values: Values) -> "Answer":
        """Ask for a prepared statement's rows without waiting; prepares it first if need be."""
        if statement.name not in self._prepared:
            return asyncio.ensure_future(self.rows(statement, values))
        return self._begin(self._wire.send_query_prepared, statement.name, values)

    async def _prepare(self, statement: Statement) -> None:
        if statement.name not in self._prepared:
            await self._run(self._wire.send_prepare, statement.name, statement.text)
            self._prepared.add(statement.name)

    @property
    def busy(self) -> bool:
        """Say whether a statement still runs."""
        return self._answer is not None

    def close(self) -> None:
        """Let go of the connection; a statement that still runs fails with LineLost."""
        self._loop.remove_reader(self._socket)
        self._wire.finish()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LineLost("the tile database connection was closed"))

    def _ask(self, name: bytes, numbers: list[bytes]) -> None:
        self._wire.send_query_prepared(name, numbers, result_format=pq.Format.BINARY)

    async def _run(self, send: Any, *args: Any) -> pq.abc.PGresult:
        return await self._begin(send, *args)

    def _begin(self, send: Any, *args: Any) -> "Answer":
        answer = self._answer = self._loop.create_future()
        self._result = None
        try:
            send(*args)
            self._wire.flush()
        except psycopg.OperationalError as error:
            raise LineLost(str(error)) from error
        return answer

    def _readable(self) -> None:
        wire = self._wire
        try:
            wire.consume_input()
            while not wire.is_busy():
                result = wire.get_result()
                if result is None:
                    self._finish()
                    return
                self._result = result
        except psycopg.OperationalError as error:
            self._lose(error)

    def _finish(self) -> None:
        answer, result = self._answer, self._result
        if answer is None or result is None:
            return
        self._answer = None
        if answer.done():  # whoever waited has gone away
            return
        if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            answer.set_result(result)
        else:
            answer.set_exception(_error(result))

    def _lose(self, error: psycopg.OperationalError) -> None:
        self._loop.remove_reader(self._socket)
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LineLost(str(error)))
        self._on_loss(self)


class Pool:
    """Keeps `size` lines open, hands each tile to a free one, and mends what breaks."""

    def __init__(self, conninfo: str, size: int, options: str = OPTIONS) -> None:
        self._conninfo, self._size, self._options = conninfo, size, options
        self._idle: list[Line] = []
        self._lines: set[Line] = set()
        self._waiting: collections.deque[asyncio.Future[Line]] = collections.deque()
        self._mending: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect; a database that is away now is tried again until it is there."""
        for _ in range(self._size):
            self._mend()
        await asyncio.wait(self._mending, timeout=FIRST)

    async def close(self) -> None:
        """Close every line and send away who waits."""
        for task in self._mending:
            task.cancel()
        for line in self._lines:
            line.close()
        self._lines.clear()
        self._idle.clear()
        while self._waiting:
            self._waiting.popleft().cancel()

    async def tile(self, statement: Statement, z: int, x: int, y: int, *more: bytes) -> bytes:
        """Return a tile; one that met a broken line is tried once more on another."""
        numbers = [b"%d" % z, b"%d" % x, b"%d" % y, *more]
        return await self._run(lambda line: line.tile(statement, numbers))

    async def rows(self, statement: Statement, values: Values) -> pq.abc.PGresult:
        """Return a prepared statement's rows; raises psycopg's error for what cannot be had."""
        return await self._run(lambda line: line.rows(statement, values))

    def ask(self, statement: Statement, values: Values, then: Then) -> None:
        """Ask for a prepared statement's rows without a task; `then` is called once, later.

        It gets the answer, or None where there was none: no line was free, or it broke.
        """
        if self._idle:
            self._begin(self._idle.pop(), statement, values, then)
            return
        if len(self._waiting) >= WAITING or not self._lines:
            asyncio.get_running_loop().call_soon(then, None)
            return

        def come(waiting: asyncio.Future[Line]) -> None:
            if waiting.cancelled() or waiting.exception() is not None:
                then(None)
            else:
                self._begin(waiting.result(), statement, values, then)

        waiting: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        waiting.add_done_callback(come)
        self._waiting.append(waiting)

    def _begin(self, line: Line, statement: Statement, values: Values, then: Then) -> None:
        def ended(answer: Answer) -> None:
            if answer.cancelled() or isinstance(answer.exception(), LineLost):
                self.lost(line)
                then(None)
                return
            self._leave(line)
            then(answer)

        try:
            line.begin(statement, values).add_done_callback(ended)
        except LineLost:
            self.lost(line)
            asyncio.get_running_loop().call_soon(then, None)

    async def planned(self, text: bytes, values: Values) -> pq.abc.PGresult:
        """Return the rows of a statement that is planned for these values."""
        return await self._run(lambda line: line.planned(text, values))

    async def _run(self, ask: Callable[[Line], Awaitable[T]]) -> T:
        for _ in range(2):
            line = self._idle.pop() if self._idle else await self._next()
            try:
                found = await ask(line)
            except LineLost:
                self.lost(line)
                continue
            except BaseException:
                self._leave(line)
                raise
            self._give_back(line)
            return found
        raise _away()

    def lost(self, line: Line) -> None:
        """Forget a broken line, open another in its place; without any, nobody need wait."""
        if line not in self._lines:
            return
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)
        self._mend()
        while self._waiting and not self._lines:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(_away())

    def _leave(self, line: Line) -> None:
        """Give back a line after an error, or break it if its statement still runs."""
        if not line.busy:
            self._give_back(line)
            return
        line.close()
        self.lost(line)

    def _give_back(self, line: Line) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(line)
                return
        self._idle.append(line)

    async def _next(self) -> Line:
        if len(self._waiting) >= WAITING or not self._lines:
            raise _away()
        waiting: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return await waiting

    def _mend(self) -> None:
        task = asyncio.create_task(self._connect())
        self._mending.add(task)
        task.add_done_callback(self._mending.discard)

    async def _connect(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    self._conninfo,
                    autocommit=True,
                    options=self._options,
                    application_name="zhihui tiles",
                )
            except psycopg.OperationalError as error:
                log.warning("the tile database cannot be reached: %s", error)
                await asyncio.sleep(RETRY)
            else:
                break
        line = Line(connection, self.lost)
        self._lines.add(line)
        self._give_back(line)


def _error(result: pq.abc.PGresult) -> psycopg.Error:
    """Return what the database said, as the error of its SQLSTATE."""
    said = result.error_message.decode("utf-8", "replace")
    state = result.error_field(pq.DiagnosticField.SQLSTATE) or b""
    try:
        return psycopg.errors.lookup(state.decode())(said)
    except KeyError:
        return psycopg.DatabaseError(said)


def _away() -> Busy:
    return Busy(
        "tiles cannot be made now", zh="暂时无法生成瓦片", remedy="ask again in a few seconds"
    )
