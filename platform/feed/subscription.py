"""How a socket comes to be live: snapshot, or every event since its cursor, then without a seam."""

import json

import psycopg
from psycopg.rows import dict_row

from feed import cursor
from feed.hub import WINDOW, Hub, Subscriber, dsn, gone, page, snapshot
from feed.picture import of_row
from feed.request import Wish
from feed.stream import Stream
from feed.topics import EVENT_TOPICS, STATE_TOPICS
from people.may import Rights

PAGE = 1000


async def subscribe(hub: Hub, stream: Stream, subscriber: Subscriber, wish: Wish) -> None:
    """Serve a subscription, first or changed; afterwards the socket is live."""
    await hub.ready.wait()
    if wish.topics & STATE_TOPICS:
        await stream.ready()
    hub.leave(subscriber)
    subscriber.topics, subscriber.box = wish.topics, wish.box
    since = cursor.parse(wish.since) if wish.since else None
    picture = hub.picture
    assert picture is not None
    if since is None or not _resumable(since, subscriber, picture.origin, picture.seq):
        hub.join(subscriber)
        # no wait between joining and taking the picture: it belongs to exactly this number
        subscriber.stale.clear()
        states = stream.items(subscriber)
        events = picture.visible(subscriber.rights, wish.topics & EVENT_TOPICS)
        reset = ',"reset":true' if wish.since else ""
        place = hub.cursor_of(subscriber)
        subscriber.outbox.push(snapshot(place, events + states, reset))
    else:
        await _resume(hub, stream, subscriber, since)
    subscriber.outbox.push(f'{{"type":"live","cursor":"{hub.cursor_of(subscriber)}"}}')


def _resumable(since: cursor.Cursor, subscriber: Subscriber, origin: str, seq: int) -> bool:
    return (
        since.origin == origin
        and since.rights == cursor.fingerprint(subscriber.rights)
        and since.seq <= seq
        and seq - since.seq <= WINDOW
    )


async def _resume(hub: Hub, stream: Stream, subscriber: Subscriber, since: cursor.Cursor) -> None:
    """Send what was missed, then join; topics that are new to the cursor come as a snapshot."""
    known = subscriber.topics & since.topics & EVENT_TOPICS
    added = (subscriber.topics - since.topics) & EVENT_TOPICS
    seq = since.seq
    assert hub.picture is not None
    if seq < hub.picture.seq:
        async with await psycopg.AsyncConnection.connect(
            dsn(), autocommit=True, row_factory=dict_row
        ) as connection:
            while seq < hub.picture.seq and not subscriber.outbox.closed:
                seq = await _catch_up(hub, connection, subscriber, known, seq)
                await subscriber.outbox.flush()
    hub.join(subscriber)
    if added:
        names = json.dumps(sorted(added))
        items = hub.picture.visible(subscriber.rights, added)
        place = hub.cursor_of(subscriber)
        subscriber.outbox.push(snapshot(place, items, f',"topics":{names}'))
    if subscriber.topics & STATE_TOPICS:
        stream.send_all(subscriber)


async def _catch_up(
    hub: Hub,
    connection: "psycopg.AsyncConnection[dict[str, object]]",
    subscriber: Subscriber,
    topics: frozenset[str],
    seq: int,
) -> int:
    assert hub.picture is not None
    rows = await page(connection, seq, PAGE, hub.picture.seq)
    for row in rows:
        event = of_row(row)
        seq = event.seq
        if event.topic in topics and event.shown.seen_by(subscriber.rights):
            place = hub.cursor_of(subscriber, seq)
            subscriber.outbox.push(f'{{"type":"event","cursor":"{place}",{event.shown.tail}')
    return seq if rows else hub.picture.seq


def rights_changed(hub: Hub, stream: Stream, subscriber: Subscriber, now: Rights) -> None:
    """Take over changed rights: `gone` for what left, a snapshot of what came into sight."""
    assert hub.picture is not None
    before, topics = subscriber.rights, subscriber.topics & EVENT_TOPICS
    old = {(s.topic, s.id) for s in hub.picture.visible(before, topics)}
    hub.leave(subscriber)
    subscriber.rights = now
    hub.join(subscriber)
    new = hub.picture.visible(now, topics)
    for topic, entity_id in sorted(old - {(s.topic, s.id) for s in new}):
        subscriber.outbox.push(gone(topic, entity_id))
    for topic, entity_id in stream.hide(subscriber, before):
        subscriber.outbox.push(gone(topic, entity_id))
    came = [shown for shown in new if (shown.topic, shown.id) not in old]
    place = hub.cursor_of(subscriber)
    names = json.dumps(sorted({shown.topic for shown in came}))
    subscriber.outbox.push(snapshot(place, came, f',"topics":{names}'))
    stream.send_all(subscriber)
