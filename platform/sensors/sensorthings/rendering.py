"""From rows to JSON: control information, links, the next page, data arrays."""

import dataclasses
import datetime
import urllib.parse
from collections.abc import Mapping
from typing import Any

from sensors.sensorthings.options import Options, token
from sensors.sensorthings.readings import iso
from sensors.sensorthings.rows import Page, Row
from sensors.sensorthings.schema import ENTITIES, OBSERVATION, Entity

_COMPONENTS = {"id": "id", "@iot.id": "id"} | {name: name for name in OBSERVATION.properties}


@dataclasses.dataclass(frozen=True, slots=True)
class Renderer:
    """Renders for one service root: scheme://host/sensorthings/v1.1."""

    base: str

    def link(self, entity: Entity, identity: int | str) -> str:
        """Return an entity's own address."""
        key = identity if isinstance(identity, int) else f"'{identity}'"
        return f"{self.base}/{entity.collection}({key})"

    def entity(self, row: Row, entity: Entity, options: Options) -> dict[str, Any]:
        """Return one entity with what is selected and expanded."""
        own = self.link(entity, row.id)
        shown: dict[str, Any] = {}
        if not options.select or {"id", "@iot.id"} & set(options.select):
            shown["@iot.id"] = row.id
        if not options.select:
            shown["@iot.selfLink"] = own
        for name, known in entity.properties.items():
            value = row.values.get(name)
            if name in options.select or (
                not options.select and (value is not None or not known.optional)
            ):
                shown[name] = plain(value)
        for name in entity.links:
            if name in row.linked:
                shown |= self._linked(row.linked[name], entity, name, options.expand[name], own)
            elif not options.select or name in options.select:
                shown[f"{name}@iot.navigationLink"] = f"{own}/{name}"
        return shown

    def _linked(
        self, page: Page, entity: Entity, name: str, options: Options, own: str
    ) -> dict[str, Any]:
        link = entity.links[name]
        target = ENTITIES[link.target]
        shown = [self.entity(row, target, options) for row in page.rows]
        if not link.many:
            return {name: shown[0] if shown else None}
        found: dict[str, Any] = {name: shown}
        if page.count is not None:
            found[f"{name}@iot.count"] = page.count
        following = self._next(page, f"{own}/{name}", options)
        return found | ({f"{name}@iot.nextLink": following} if following else {})

    def collection(
        self, page: Page, entity: Entity, options: Options, path: str, *, refs: bool = False
    ) -> dict[str, Any]:
        """Return a page; with `refs` only the addresses of what is on it."""
        value = [
            {"@iot.selfLink": self.link(entity, row.id)}
            if refs
            else self.entity(row, entity, options)
            for row in page.rows
        ]
        return self._around(page, value, options, path)

    def data_array(self, page: Page, options: Options, path: str) -> dict[str, Any]:
        """Return a page of observations as data arrays, one a datastream (clause 13.2)."""
        names = options.select or ("id", "phenomenonTime", "resultTime", "result")
        groups: dict[int, list[list[Any]]] = {}
        for row in page.rows:
            cells = [
                row.id if _COMPONENTS[name] == "id" else plain(row.values.get(name))
                for name in names
            ]
            groups.setdefault(row.key, []).append(cells)
        value = [
            {
                "Datastream@iot.navigationLink": f"{self.base}/Datastreams({stream})",
                "components": list(names),
                "dataArray@iot.count": len(rows),
                "dataArray": rows,
            }
            for stream, rows in groups.items()
        ]
        return self._around(page, value, options, path)

    def _around(self, page: Page, value: list[Any], options: Options, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
        following = self._next(page, f"{self.base}/{path}", options)
        if following:
            found["@iot.nextLink"] = following
        return found | {"value": value}

    def _next(self, page: Page, address: str, options: Options) -> str:
        """Return where the next page is: behind the last row's place in the order."""
        if not page.more or not page.rows:
            return ""
        kept = {n: t for n, t in options.raw.items() if n not in ("$skip", "$skiptoken")}
        return f"{address}?{_query(kept | {'$skiptoken': token(page.rows[-1].place)})}"


def _query(options: Mapping[str, str]) -> str:
    return urllib.parse.urlencode(options, safe="$(),/;='*", quote_via=urllib.parse.quote)


def plain(value: Any) -> Any:
    """Return a value with its times as SensorThings shows them."""
    if isinstance(value, datetime.datetime):
        return iso(value)
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return value
