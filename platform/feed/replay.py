"""What changed between two moments, in order: the log's events, and thinned states.

Folded upon the state at the first moment it gives the state at the last one, by either clock.
"""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

from feed import state
from feed.projection import Change, sees, sources
from people.may import Rights, may

LONGEST = datetime.timedelta(minutes=10)
AT_ONCE = 20_000  # changes in one answer

_FROM = "FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at"
_KNOWN = f"""
SELECT e.entity, e.actor, f.numbered_at, {state.COLUMNS} {_FROM}
WHERE f.seq > %s AND f.seq <= %s AND e.topic = ANY(%s) ORDER BY f.seq
"""
_WAS = f"""
SELECT e.entity, e.actor, e.at, {state.COLUMNS} {_FROM}
WHERE e.at > %s::timestamptz AND e.at <= %s::timestamptz AND e.topic = ANY(%s)
ORDER BY e.at, f.seq
"""
_LAST_SCOPE = f"""
SELECT DISTINCT ON (e.topic, e.entity_id) e.topic, e.entity_id, e.scope, e.body->>'gone'
{_FROM} WHERE e.entity = ANY(%s) AND e.entity_id = ANY(%s) AND {{before}}
ORDER BY e.topic, e.entity_id, {{newest}}
"""

Key = tuple[str, str]


class Told(NamedTuple):
    """One event as a replay tells it; without `entity` it only ends what the reader was shown."""

    moment: datetime.datetime
    key: Key
    actor: str
    entity: state.Entity | None
    gone: bool


class Window(NamedTuple):
    """What of the past is asked for: (since, until] by one of the two clocks."""

    since: datetime.datetime
    until: datetime.datetime
    known: bool
    topics: frozenset[str]
    every: datetime.timedelta


class Page(NamedTuple):
    """Changes in order, complete up to `through`."""

    told: list[Told]
    changes: list[Change]
    through: datetime.datetime


def page(who: Rights, window: Window, at_once: int = AT_ONCE) -> Page:
    """Return what somebody may see of a window, as much of it as goes into one answer."""
    told = _events(who, window)
    changes = _states(who, window)
    moments = sorted([one.moment for one in told] + [one.moment for one in changes])
    if len(moments) <= at_once:
        return Page(told, changes, window.until)
    # the last moment that goes in whole; if a single one is too much, it goes in all the same
    cut = moments[at_once]
    through = max((moment for moment in moments[:at_once] if moment < cut), default=cut)
    return Page(
        [one for one in told if one.moment <= through],
        [one for one in changes if one.moment <= through],
        through,
    )


def _states(who: Rights, window: Window) -> list[Change]:
    return [
        change
        for topic, source in sources().items()
        if topic in window.topics and may(who, f"{topic}.see")
        for change in source.between(window.since, window.until, window.known, window.every)
        if sees(who, change.item)
    ]


def _events(who: Rights, window: Window) -> list[Told]:
    rows = _rows(window)
    if not rows:
        return []
    kinds = sorted({row[0] for row in rows}), sorted({row[4] for row in rows})
    base = {} if window.known else state.was_at(window.since, window.topics, kinds)
    told = list(_folded(rows, base, window))
    if all(_seen(who, one) for one in told):
        return told
    return _without_hidden(who, told, _shown(who, window, kinds))


def _rows(window: Window) -> list[tuple[Any, ...]]:
    topics = sorted(window.topics)
    if window.known:
        ends = [state.seq_at(window.since), state.seq_at(window.until)]
        return _ask(_KNOWN, [*ends, topics])
    return _ask(_WAS, [window.since, window.until, topics])


def _folded(rows: Iterable[tuple[Any, ...]], base: state.Fold, window: Window) -> Iterable[Told]:
    moment = window.since
    for _, actor, at, *columns in rows:
        moment = max(moment, min(at, window.until))  # a clock that was set back tears no order
        key = (columns[0], columns[1])
        then = state.step(base, tuple(columns), merged=not window.known)
        if then.gone:
            base.pop(key, None)
        else:
            base[key] = then.entity
        yield Told(moment, key, actor, then.entity, then.gone)


def _seen(who: Rights, told: Told) -> bool:
    topic, entity_id = told.key
    thing_id = int(entity_id) if topic == "thing" else None
    return may(who, f"{topic}.see", told.entity.scope if told.entity else "", thing_id)


def _without_hidden(who: Rights, told: list[Told], shown: set[Key]) -> list[Told]:
    """Leave out what may not be seen; what moved out of somebody's rights is gone for them."""
    kept = []
    for one in told:
        if _seen(who, one):
            kept.append(one)
            (shown.discard if one.gone else shown.add)(one.key)
        elif one.key in shown:
            shown.discard(one.key)
            kept.append(Told(one.moment, one.key, "", None, True))
    return kept


def _shown(who: Rights, window: Window, kinds: tuple[list[str], list[str]]) -> set[Key]:
    if window.known:
        before, newest = "f.seq <= %s", "f.seq DESC"
        last: Any = state.seq_at(window.since)
    else:
        before, newest, last = "e.at <= %s::timestamptz", "e.at DESC, f.seq DESC", window.since
    rows = _ask(_LAST_SCOPE.format(before=before, newest=newest), [*kinds, last])
    return {
        (topic, entity_id)
        for topic, entity_id, scope, gone in rows
        if gone != "true"
        and may(who, f"{topic}.see", scope, int(entity_id) if topic == "thing" else None)
    }


def _ask(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


# --- marks on the slider -------------------------------------------------------------------------

MARKED = ("alert", "incident", "warning")
_SEVERITY = """
CASE WHEN jsonb_typeof(e.body->'now'->'severity') = 'number'
     THEN (e.body->'now'->>'severity')::int END
"""
_BIRTHS = f"""
SELECT floor(extract(epoch FROM {{moment}} - %s::timestamptz) / %s)::int, e.topic, e.scope,
       {_SEVERITY}, count(*)
{_FROM}
WHERE {{moment}} > %s::timestamptz AND {{moment}} <= %s::timestamptz AND e.topic = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM feed_event p
                  WHERE p.entity = e.entity AND p.entity_id = e.entity_id AND p.id < e.id)
GROUP BY 1, 2, 3, 4
"""
_ENDS = {
    True: "SELECT min(numbered_at), max(numbered_at) FROM feed_entry",
    False: "SELECT min(at), max(at) FROM feed_event",
}

Part = dict[str, Any]


def ends(known: bool) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """Return the first and the last moment of the log by one of its clocks."""
    ((first, last),) = _ask(_ENDS[known], [])
    return first, last


def marks(who: Rights, window: Window) -> list[Part]:
    """Return how much began in each interval of `window.every`; intervals without any are left out.

    Each counts what began by topic, and names the worst severity among it.
    """
    moment = "f.numbered_at" if window.known else "e.at"
    seconds = window.every.total_seconds()
    asked = [window.since, seconds, window.since, window.until, sorted(window.topics)]
    parts: dict[int, Part] = {}
    for part, topic, scope, severity, count in _ask(_BIRTHS.format(moment=moment), asked):
        if not may(who, f"{topic}.see", scope):
            continue
        at = (window.since + part * window.every).isoformat()
        found = parts.setdefault(part, {"at": at, **dict.fromkeys(MARKED, 0), "worst": None})
        found[topic] += count
        if severity is not None:
            found["worst"] = min(severity, found["worst"] or severity)
    return [parts[part] for part in sorted(parts)]
