"""The plug-in loader: `thing.py` is the contract, `things/` beside it is the shelf."""

import dataclasses
import inspect
import pkgutil
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
D = TypeVar("D")


class BadShelf(SystemExit):
    """A file on a shelf cannot be used; the start stops with the file, the key and the remedy."""


def classes(package: str, base: type[T]) -> Iterator[tuple[str, type[T]]]:
    """Yield (module name, class) for every concrete subclass of `base` defined in the package."""
    for found in pkgutil.iter_modules(import_module(package).__path__):
        module = import_module(f"{package}.{found.name}")
        for thing in vars(module).values():
            if (
                inspect.isclass(thing)
                and thing.__module__ == module.__name__
                and issubclass(thing, base)
                and not inspect.isabstract(thing)
            ):
                yield found.name, thing


def tables(folder: Path, into: type[D]) -> dict[str, D]:
    """Read every .toml of a folder into the frozen dataclass `into`, by file name.

    The file's name becomes the field `code`. A misspelt or missing key stops the start.
    """
    return {path.stem: _table(path, into) for path in sorted(folder.glob("*.toml"))}


def _table(path: Path, into: type[D]) -> D:
    try:
        row = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadShelf(f"{path}: not valid TOML: {error}") from error
    return build(into, {"code": path.stem, **row}, str(path))


def build(into: type[D], row: dict[str, Any], where: str) -> D:
    """Make the dataclass from a mapping, naming the file and the key of every mistake."""
    fields = {field.name: field for field in dataclasses.fields(into)}  # type: ignore[arg-type]
    unknown = sorted(set(row) - set(fields))
    if unknown:
        raise BadShelf(
            f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(fields))}"
        )
    needed = {
        name
        for name, field in fields.items()
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    missing = sorted(needed - set(row))
    if missing:
        raise BadShelf(f"{where}: key {missing[0]!r} is missing")
    hints = typing.get_type_hints(into)
    row = {key: _fit(hints[key], value, f"{where} [{key}]") for key, value in row.items()}
    try:
        return into(**row)
    except (TypeError, ValueError) as error:
        raise BadShelf(f"{where}: {error}") from error


def _fit(hint: Any, value: Any, where: str) -> Any:
    """Turn TOML tables inside a table into the dataclasses that the field's type names."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return build(typing.cast(type, hint), dict(value), where)
    if origin is tuple and isinstance(value, list):
        return tuple(_fit(inner[0], item, f"{where}[{at}]") for at, item in enumerate(value))
    if origin is dict and isinstance(value, Mapping):
        return {key: _fit(inner[1], item, f"{where}.{key}") for key, item in value.items()}
    if origin in (typing.Union, types.UnionType):
        kinds = [one for one in inner if one is not types.NoneType]
        return _fit(kinds[0], value, where) if len(kinds) == 1 else value
    if hint in (int, str, bool) and type(value) is not hint:
        raise BadShelf(f"{where}: {value!r} is not of type {hint.__name__}")
    return value
