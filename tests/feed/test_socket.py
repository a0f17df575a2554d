"""The WebSocket protocol, through a real server: resume, rights, views, slow readers, refusals."""

import asyncio
import datetime
import json

import psycopg
import pytest
import websockets
from asgiref.sync import sync_to_async

from alerts import actions as alert_actions
from alerts import ingest
from alerts.models import Alert
from feed.hub import dsn
from people import actions, may
from people.models import User

MINUTE = datetime.timedelta(minutes=1)


def flood(stream, at, *values: float) -> None:
    for value in values:
        ingest.commit([ingest.Row.of(stream.pk, at, value)])
        at += MINUTE


async def in_db(call, *args):
    return await sync_to_async(call, thread_sensitive=True)(*args)


async def test_a_snapshot_then_every_event_once_in_order(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, one = await in_db(station, "D1", "water_depth")
    _, two = await in_db(station, "D2", "water_depth")
    await in_db(flood, one, noon, 20, 20)
    async with live.socket(await in_db(token, dispatcher)) as line:
        snapshot, ready = await line.subscribe("alert", "rule")
        assert {item["topic"] for item in snapshot["items"]} == {"alert", "rule"}
        (alert,) = [item for item in snapshot["items"] if item["topic"] == "alert"]
        assert alert["data"]["severity"] == 3 and alert["geometry"]["type"] == "Point"
        await in_db(flood, two, noon, 60, 60)
        event = await line.hear()
        assert (event["type"], event["kind"], event["data"]["severity"]) == ("event", "raised", 1)
        assert event["cursor"] != ready["cursor"]


async def test_a_returning_client_misses_nothing_and_gets_nothing_twice(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, depth = await in_db(station, "D1", "water_depth")
    pass_word = await in_db(token, dispatcher)
    async with live.socket(pass_word) as line:
        cursor = (await line.subscribe("alert"))[-1]["cursor"]
    await in_db(flood, depth, noon, 20, 20)
    ding = may.of_user(dispatcher)
    alert_id = await in_db(lambda: ingest_alert(depth))
    for words in ("一", "二", "三"):
        await in_db(alert_actions.comment, alert_id, words, ding)
    async with live.socket(pass_word) as line:
        frames = await line.subscribe("alert", since=cursor)
        kinds = [frame.get("kind") for frame in frames[:-1]]
        assert kinds == ["raised", "commented", "commented", "commented"]
        seqs = [frame["seq"] for frame in frames[:-1]]
        assert seqs == sorted(set(seqs))
    async with live.socket(pass_word) as line:
        frames = await line.subscribe("alert", since=frames[1]["cursor"])
        assert [frame.get("kind") for frame in frames] == ["commented", "commented", None]


def ingest_alert(stream) -> int:
    return Alert.objects.get(datastream_id=stream.pk).pk


async def test_a_wider_subscription_brings_the_added_topics(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, depth = await in_db(station, "D1", "water_depth")
    await in_db(flood, depth, noon, 20, 20)
    async with live.socket(await in_db(token, dispatcher)) as line:
        cursor = (await line.subscribe("rule"))[-1]["cursor"]
        frames = await line.subscribe("rule", "alert", since=cursor)
        assert frames[0]["type"] == "snapshot" and frames[0]["topics"] == ["alert"]
        assert [item["topic"] for item in frames[0]["items"]] == ["alert"]


@pytest.mark.parametrize("cursor", ["rubbish", "0-0-0-0", "feedfeedfeed-999999-1-00000000"])
async def test_a_cursor_of_another_log_gets_a_fresh_snapshot(
    live, shelf_rules, dispatcher, token, cursor
) -> None:
    async with live.socket(await in_db(token, dispatcher)) as line:
        first = (await line.subscribe("rule", since=cursor))[0]
        assert first["type"] == "snapshot" and first["reset"] is True


async def test_events_go_by_rights_wherever_the_map_looks(
    live, shelf_rules, station, noon, dispatcher, district_dispatcher, token
) -> None:
    _, here = await in_db(station, "D1", "water_depth", "410105001")
    _, there = await in_db(station, "D2", "water_depth", "410102001")
    nowhere = [0.0, 0.0, 1.0, 1.0]
    async with (
        live.socket(await in_db(token, dispatcher)) as city,
        live.socket(await in_db(token, district_dispatcher)) as district,
    ):
        await city.subscribe("alert", bbox=nowhere)
        await district.subscribe("alert", bbox=nowhere)
        await in_db(flood, there, noon, 20, 20)
        await in_db(flood, here, noon, 20, 20)
        seen = [(await city.hear())["scope"], (await city.hear())["scope"]]
        assert seen == ["410102001", "410105001"]
        assert (await district.hear())["scope"] == "410105001"


async def test_a_citizen_and_a_stranger_see_nothing(live, shelf_rules, citizen, token) -> None:
    async with live.socket(await in_db(token, citizen)) as line:
        snapshot, _ = await line.subscribe("alert", "rule", "thing")
        assert snapshot["items"] == []
    async with live.socket() as line:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.hear()
        assert closed.value.rcvd.code == 4001


async def test_a_foreign_page_cannot_open_the_socket(live, dispatcher, token) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with live.socket(await in_db(token, dispatcher), Origin="https://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_a_ticket_opens_one_socket_once(live, dispatcher) -> None:
    ticket = await in_db(actions.issue_ticket, dispatcher)
    async with live.socket(query=f"?ticket={ticket}") as line:
        assert (await line.subscribe("alert"))[-1]["type"] == "live"
    async with live.socket(query=f"?ticket={ticket}") as line:
        with pytest.raises(websockets.ConnectionClosed):
            await line.hear()


async def test_states_come_by_view_and_latest_wins(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, rain = await in_db(station, "R1", "rain")
    await in_db(flood, rain, noon, 0.2)
    pass_word = await in_db(token, dispatcher)
    async with live.socket(pass_word) as near, live.socket(pass_word) as far:
        (snapshot, _) = await near.subscribe("observation", bbox=[113.6, 34.7, 113.7, 34.8])
        assert [item["data"]["value"] for item in snapshot["items"]] == [0.2]
        (empty, _) = await far.subscribe("observation", bbox=[0, 0, 1, 1])
        assert empty["items"] == []
        await in_db(flood, rain, noon + MINUTE, *[float(n) for n in range(1, 20)])
        got = [await near.hear()]
        while got[-1]["data"]["value"] != 19.0:
            got.append(await near.hear())
        assert len(got) < 19  # coalesced: at most two looks a second
        await far.say(type="ping", t=7)
        assert await far.hear() == {"type": "pong", "t": 7}


async def test_rubbish_is_refused_with_a_sentence_and_the_line_stays(
    live, dispatcher, token
) -> None:
    async with live.socket(await in_db(token, dispatcher)) as line:
        for rubbish in (
            "{",
            "[]",
            '{"type":"launch"}',
            '{"type":"subscribe"}',
            '{"type":"subscribe","topics":["weather"]}',
            '{"type":"subscribe","topics":["alert"],"bbox":[1,2,3]}',
            '{"type":"subscribe","topics":["alert"],"bbox":[9,9,1,1]}',
        ):
            await line.raw.send(rubbish)
            answer = await line.hear()
            assert answer["type"] == "error" and answer["detail"] and answer["detail_zh"], rubbish
        assert (await line.subscribe("alert"))[-1]["type"] == "live"


async def test_lost_rights_close_the_socket(live, shelf_rules, dispatcher, token) -> None:
    async with live.socket(await in_db(token, dispatcher)) as line:
        await line.subscribe("alert")
        await sync_to_async(lambda: User.objects.filter(pk=dispatcher.pk).update(is_active=False))()
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await line.hear(timeout=60)
        assert closed.value.rcvd.code == 4001


async def test_narrowed_rights_take_away_what_they_no_longer_show(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, there = await in_db(station, "D2", "water_depth", "410102001")
    await in_db(flood, there, noon, 20, 20)
    async with live.socket(await in_db(token, dispatcher)) as line:
        snapshot, _ = await line.subscribe("alert")
        await sync_to_async(
            lambda: User.objects.filter(pk=dispatcher.pk).update(areas=["410105"])
        )()
        gone = await line.hear(timeout=60)
        assert (gone["type"], gone["topic"]) == ("gone", "alert")
        assert gone["id"] == snapshot["items"][0]["id"]


async def test_a_slow_transaction_does_not_delay_a_fast_alert(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, depth = await in_db(station, "D1", "water_depth")
    async with (
        live.socket(await in_db(token, dispatcher)) as line,
        await psycopg.AsyncConnection.connect(dsn()) as slow,
    ):
        await line.subscribe("alert")
        await slow.execute(
            "INSERT INTO feed_event (at, topic, kind, entity, entity_id, actor) "
            "VALUES (now(), 'alert', 'raised', 'alert', '-1', 'test')"
        )
        started = asyncio.get_running_loop().time()
        await in_db(flood, depth, noon, 20, 20)
        event = await line.hear()
        assert event["data"]["severity"] == 3
        assert asyncio.get_running_loop().time() - started < 2
        await slow.commit()
        assert (await line.hear())["id"] == "-1"  # late, but not lost


async def test_a_socket_that_never_reads_is_closed_and_the_others_are_not_slowed(
    live, shelf_rules, station, noon, dispatcher, token
) -> None:
    _, depth = await in_db(station, "D1", "water_depth")
    await in_db(flood, depth, noon, 20, 20)
    alert_id = await in_db(lambda: ingest_alert(depth))
    pass_word = await in_db(token, dispatcher)
    url = f"ws://127.0.0.1:{live.port}/ws/feed/"
    auth = {"Authorization": f"Bearer {pass_word}"}
    async with live.socket(pass_word) as reader:
        await reader.subscribe("alert")
        deaf = await websockets.connect(
            url, additional_headers=auth, max_queue=1, write_limit=1024, ping_interval=None
        )
        await deaf.send(json.dumps({"type": "subscribe", "topics": ["alert"]}))
        first = json.loads(await deaf.recv())
        deaf.transport.pause_reading()
        ding = may.of_user(dispatcher)
        words = "水" * 10
        heard = 0
        for _ in range(60):
            await in_db(lambda: [alert_actions.comment(alert_id, words, ding) for _ in range(5)])
            for _ in range(5):
                assert (await reader.hear())["kind"] == "commented"
                heard += 1
        assert heard == 300 and first["type"] == "snapshot"
        deaf.transport.abort()
