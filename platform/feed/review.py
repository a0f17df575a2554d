"""After the action: what began in a span, each step of it with both clocks, and what was late.

Made from the log alone: the first event of each kind is a step, so any topic can be reviewed.
"""

import dataclasses
import datetime
import json
import statistics
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection

from core import clock
from feed import timeline
from feed.topics import EVENT_TOPICS
from people.may import Rights, may

TOPICS = frozenset({"alert", "incident", "warning", "case", "closure"})
LONGEST = datetime.timedelta(days=31)
MOST = 1000  # entities in one review

_FROM = "FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at"
_FIRST = """
NOT EXISTS (SELECT 1 FROM feed_event p
            WHERE p.entity = e.entity AND p.entity_id = e.entity_id AND p.id < e.id)
"""
_BEGUN = f"""
SELECT entity, entity_id FROM (
    SELECT f.seq, e.entity, e.entity_id {_FROM}
    WHERE e.at > %(since)s AND e.at <= %(until)s AND e.topic = ANY(%(topics)s) AND {_FIRST}
    UNION
    SELECT f.seq, e.entity, e.entity_id {_FROM}
    WHERE f.numbered_at > %(since)s AND f.numbered_at <= %(until)s
      AND e.topic = ANY(%(topics)s) AND {_FIRST}
) begun ORDER BY seq LIMIT %(most)s
"""
_EVENTS = f"""
SELECT e.entity, e.entity_id, e.topic, e.kind, e.at, f.numbered_at, e.actor, e.scope,
       coalesce(e.body->'did', '{{}}')::text, coalesce(e.body->>'gone', 'false') = 'true',
       CASE WHEN lag(f.seq) OVER life IS NULL OR lead(f.seq) OVER life IS NULL
            THEN coalesce(e.body->'now', '{{}}')::text END
{_FROM} WHERE e.entity = ANY(%s) AND e.entity_id = ANY(%s)
WINDOW life AS (PARTITION BY e.entity, e.entity_id ORDER BY f.seq) ORDER BY f.seq
"""
_ABOUT = f"""
SELECT DISTINCT e.entity, e.entity_id {_FROM}
WHERE f.numbered_at >= %s AND f.numbered_at <= %s AND e.topic = ANY(%s)
  AND e.body->'now'->>%s = %s
"""

Key = tuple[str, str]
Moment = datetime.datetime


class Row(NamedTuple):
    """One event of an entity; `now` is only there for its first and its last."""

    entity: str
    entity_id: str
    topic: str
    kind: str
    at: Moment
    known_at: Moment
    actor: str
    scope: str
    did: str
    gone: bool
    now: str | None


@dataclasses.dataclass
class Step:
    """The first event of one kind: when it was so, when we knew, who; `count` of them in all."""

    step: str
    at: Moment
    known_at: Moment
    actor: str
    count: int = 1

    @property
    def delay_s(self) -> float:
        """Return how long after the fact it was known, in seconds."""
        return (self.known_at - self.at).total_seconds()


@dataclasses.dataclass(frozen=True)
class Late:
    """A step that came after its limit, or not at all: `at` is None while it is still awaited."""

    step: str
    due: Moment
    at: Moment | None
    by_s: float
    why_zh: str
    why_en: str


@dataclasses.dataclass
class File:
    """One entity's life as the log tells it."""

    topic: str
    id: str
    scope: str
    steps: list[Step]
    late: list[Late]
    ended: Moment | None
    told: Moment  # when its last event was known
    first: dict[str, Any]
    last: dict[str, Any]

    @property
    def begun(self) -> Moment:
        """Return when it was first so."""
        return self.steps[0].at


def of_span(who: Rights, since: Moment, until: Moment, topics: frozenset[str]) -> list[File]:
    """Return what began in (since, until] by either clock, oldest first, at most `MOST`."""
    allowed = sorted(topic for topic in topics if may(who, f"{topic}.see"))
    asked: dict[str, Any] = {"since": since, "until": until, "topics": allowed, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, asked)
        keys = cursor.fetchall()
    return sorted(_files(who, keys), key=lambda file: (file.begun, file.topic, file.id))


def of_entity(who: Rights, topic: str, entity_id: str) -> list[File]:
    """Return one entity's file and those of whatever names it or is linked to it; empty: none."""
    own = _files(who, [(topic, entity_id)])
    if not own:
        return []
    ends = own[0].steps[0].known_at, own[0].told
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, [*ends, sorted(EVENT_TOPICS), topic, entity_id])
        keys = {(entity, found) for entity, found in cursor.fetchall()}
    keys |= set(_links(own[0].last))
    others = _files(who, keys - {(topic, entity_id)})
    return own + sorted(others, key=lambda file: (file.begun, file.topic, file.id))


def _links(now: dict[str, Any]) -> Iterator[Key]:
    links = now.get("links")
    for plural, ids in links.items() if isinstance(links, dict) else ():
        topic = plural.removesuffix("s")
        if topic in EVENT_TOPICS and isinstance(ids, list):
            yield from ((topic, str(one)) for one in ids)


def _files(who: Rights, keys: Iterable[Key]) -> list[File]:
    wanted = set(keys)
    lives: dict[Key, list[Row]] = {}
    if wanted:
        kinds = [sorted({entity for entity, _ in wanted}), sorted({one for _, one in wanted})]
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS, kinds)
            for row in map(Row._make, cursor.fetchall()):
                if (row.entity, row.entity_id) in wanted:
                    lives.setdefault((row.entity, row.entity_id), []).append(row)
    return [
        _file(life)
        for life in lives.values()
        if may(who, f"{life[-1].topic}.see", life[-1].scope, _thing(life[-1]))
    ]


def _thing(row: Row) -> int | None:
    return int(row.entity_id) if row.topic == "thing" else None


def _file(life: list[Row]) -> File:
    first, last = json.loads(life[0].now or "{}"), json.loads(life[-1].now or "{}")
    line = timeline.of(life[0].topic)
    steps: dict[str, Step] = {}
    for row in life:
        name = line.step(row.kind, json.loads(row.did)) if steps else row.kind
        if name is None:
            continue
        known = steps.setdefault(name, Step(name, row.at, row.known_at, row.actor, 0))
        known.count += 1
    ended = life[-1].at if life[-1].gone else None
    late = _late(line.limits(max(life[0].at, life[0].known_at), first, last), steps, ended)
    return File(
        life[0].topic, life[0].entity_id, life[-1].scope, list(steps.values()), late, ended,
        life[-1].known_at, first, last,
    )  # fmt: skip


def _late(
    limits: Iterable[timeline.Limit], steps: dict[str, Step], ended: Moment | None
) -> list[Late]:
    found = []
    for limit in limits:
        taken = [steps[name] for name in (limit.step, *limit.also) if name in steps]
        step = min(taken, key=lambda one: one.at, default=None)
        by = ((step.at if step else ended or clock.now()) - limit.due).total_seconds()
        if by > 0:
            at = step.at if step else None
            found.append(Late(limit.step, limit.due, at, by, limit.why_zh, limit.why_en))
    return found


# --- figures -------------------------------------------------------------------------------------


def figures(files: Iterable[File]) -> list[dict[str, Any]]:
    """Return per topic how many there were, how many ended and were late, and how long steps took.

    Seconds are counted from an entity's first event; p90 is the nearest rank.
    """
    topics: dict[str, list[File]] = {}
    for file in files:
        topics.setdefault(file.topic, []).append(file)
    return [
        {
            "topic": topic,
            "count": len(those),
            "ended": sum(file.ended is not None for file in those),
            "late": sum(bool(file.late) for file in those),
            "delay": _spread([file.steps[0].delay_s for file in those]),
            "steps": list(_intervals(topic, those)),
        }
        for topic, those in sorted(topics.items())
    ]


def _intervals(topic: str, files: list[File]) -> Iterator[dict[str, Any]]:
    taken: dict[str, list[float]] = {}
    for file in files:
        for step in file.steps[1:]:
            taken.setdefault(step.step, []).append((step.at - file.begun).total_seconds())
    for name, seconds in taken.items():
        zh, en = timeline.of(topic).called(name)
        yield {"step": name, "step_zh": zh, "step_en": en, **_spread(seconds)}


def _spread(seconds: list[float]) -> dict[str, Any]:
    ordered = sorted(seconds)
    return {
        "n": len(ordered),
        "median_s": statistics.median(ordered),
        "p90_s": ordered[-(-len(ordered) * 9 // 10) - 1],
        "worst_s": ordered[-1],
    }
