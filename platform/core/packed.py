"""Arrays in PostgreSQL's binary form: many numbers or moments as one parameter, made at once.

psycopg's own way dumps element by element through Python, a microsecond each for a moment.
"""

import struct
from collections.abc import Sequence
from itertools import chain, repeat

from psycopg import adapters
from psycopg.adapt import Dumper
from psycopg.pq import Format

_INT8, _FLOAT8, _TIMESTAMPTZ = 20, 701, 1184  # pg_type.oid of the elements, and of their arrays:
_INT8S, _FLOAT8S, _TIMESTAMPTZS = 1016, 1022, 1185


class Packed(bytes):
    """One dimension without nulls, ready to be sent."""


class Int8s(Packed):
    """A bigint[]."""


class Float8s(Packed):
    """A double precision[]."""


class Moments(Packed):
    """A timestamptz[]."""


def int8s(numbers: Sequence[int]) -> Int8s:
    """Pack whole numbers."""
    return Int8s(_packed(_INT8, "q", numbers))


def float8s(numbers: Sequence[float]) -> Float8s:
    """Pack numbers."""
    return Float8s(_packed(_FLOAT8, "d", numbers))


def moments(micros: Sequence[int]) -> Moments:
    """Pack moments, given in microseconds since 2000-01-01 UTC."""
    return Moments(_packed(_TIMESTAMPTZ, "q", micros))


def _packed(element: int, code: str, items: Sequence[float]) -> bytes:
    count = len(items)
    head = struct.pack("!5i", 1, 0, element, count, 1)  # dimensions, nulls, type, length, from 1
    cells = chain.from_iterable(zip(repeat(8), items, strict=False))
    return head + struct.pack("!" + f"i{code}" * count, *cells)


class _Dumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return bytes(obj)


def _dumper(oid: int) -> type[Dumper]:
    return type(f"Dumper{oid}", (_Dumper,), {"oid": oid})


for _kind, _oid in ((Int8s, _INT8S), (Float8s, _FLOAT8S), (Moments, _TIMESTAMPTZS)):
    adapters.register_dumper(_kind, _dumper(_oid))
