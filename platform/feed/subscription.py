"""How a socket comes to be live: snapshot, or every event since its cursor, then without a seam."""

import json
from collections.abc import Iterable

from feed import cursor
from feed.hub import WINDOW, Hub, Subscriber, gone, snapshot
from feed.picture import Logged, Picture
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
    if since is None or not await _resumed(hub, stream, subscriber, since):
        _begin(hub, stream, subscriber, again=bool(wish.since))
    subscriber.outbox.push(f'{{"type":"live","cursor":"{hub.cursor_of(subscriber)}"}}')


def _begin(hub: Hub, stream: Stream, subscriber: Subscriber, again: bool) -> None:
    """Send the present picture and join; without a wait between, so it belongs to one number."""
    assert hub.picture is not None
    hub.join(subscriber)
    subscriber.stale.clear()
    events = hub.picture.visible(subscriber.rights, subscriber.topics & EVENT_TOPICS)
    reset = ',"reset":true' if again else ""
    items = events + stream.items(subscriber)
    subscriber.outbox.push(snapshot(hub.cursor_of(subscriber), items, reset))


def _resumable(since: cursor.Cursor, subscriber: Subscriber, picture: Picture) -> bool:
    return (
        since.origin == picture.origin
        and since.rights == cursor.fingerprint(subscriber.rights)
        and since.seq <= picture.seq
        and picture.seq - since.seq <= WINDOW
    )


async def _resumed(hub: Hub, stream: Stream, subscriber: Subscriber, since: cursor.Cursor) -> bool:
    """Send what was missed, then join; topics that are new to the cursor come as a snapshot.

    False, with the socket not joined, if the cursor is none of this log, or part of it is gone.
    """
    assert hub.picture is not None
    await hub.level()  # `live` promises that nothing committed before is still to come
    if since.origin == hub.picture.origin:
        await hub.reach(since.seq)
    if not _resumable(since, subscriber, hub.picture):
        return False
    known = subscriber.topics & since.topics & EVENT_TOPICS
    seq = since.seq
    while seq < hub.picture.seq and not subscriber.outbox.closed:
        missed = await hub.past(seq, PAGE)
        if not missed or missed[-1].seq - seq != len(missed):
            return False  # a month that held some of them has been dropped
        _send(hub, subscriber, known, missed)
        seq = missed[-1].seq
        await subscriber.outbox.flush()
    # no wait between the last look at the picture's number and joining: nothing falls between
    hub.join(subscriber)
    _send_added(hub, subscriber, (subscriber.topics - since.topics) & EVENT_TOPICS)
    if subscriber.topics & STATE_TOPICS:
        stream.send_all(subscriber)
    return True


def _send(
    hub: Hub, subscriber: Subscriber, topics: frozenset[str], events: Iterable[Logged]
) -> None:
    for event in events:
        if event.topic in topics and event.shown.seen_by(subscriber.rights):
            place = hub.cursor_of(subscriber, event.seq)
            subscriber.outbox.push(f'{{"type":"event","cursor":"{place}",{event.shown.tail}')


def _send_added(hub: Hub, subscriber: Subscriber, topics: frozenset[str]) -> None:
    assert hub.picture is not None
    if topics:
        names = json.dumps(sorted(topics))
        items = hub.picture.visible(subscriber.rights, topics)
        place = hub.cursor_of(subscriber)
        subscriber.outbox.push(snapshot(place, items, f',"topics":{names}'))


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
