"""A statement in the making: values are bound by name, rows are kept to what the reader may see."""

import re
from typing import Any

from django.core.exceptions import EmptyResultSet

from people import may
from sensors.models import Thing
from sensors.sensorthings.schema import Entity


class Statement:
    """Collects bound values; hands out aliases; knows the reader's rights."""

    def __init__(self, rights: may.Rights) -> None:
        self.rights = rights
        self.values: dict[str, Any] = {}
        self._aliases = 0
        self._things: dict[str, str] = {}

    def bind(self, value: Any, cast: str) -> str:
        """Bind a value and return its place; the cast keeps indexes usable (small integers)."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s::{cast}"

    def alias(self) -> str:
        """Return an alias that no other table of the statement has."""
        self._aliases += 1
        return f"t{self._aliases}"

    def guard(self, entity: Entity, alias: str) -> str:
        """Return the condition that keeps what the reader may see."""
        if may.RIGHTS[entity.verb].get(self.rights.role) is may.Reach.EVERYWHERE:
            return "TRUE"
        staff = self.rights.thing_id is None
        things = self._visible_things(entity.verb)
        return entity.guard.format(a=alias, things=things, staff=str(staff).upper())

    def _visible_things(self, verb: str) -> str:
        """Return the subselect of visible things: the rule itself stands in `people.may`."""
        if verb not in self._things:
            rows = Thing.objects.filter(may.visible(self.rights, verb)).values("id")
            try:
                text, values = rows.query.sql_with_params()
            except EmptyResultSet:
                text, values = "SELECT NULL::bigint WHERE FALSE", ()
            left = iter(values)
            self._things[verb] = re.sub("%s", lambda _: self._plain(next(left)), text)
        return self._things[verb]

    def _plain(self, value: Any) -> str:
        return self.bind(value, "bigint" if isinstance(value, int) else "text")
