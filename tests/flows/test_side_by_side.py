"""Several processes at the same work: one stream, one clock, one log."""

import asyncio
import datetime
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from alerts.models import Alert, Tick
from city.management.commands.worker import OWNER
from core import clock
from feed import chain, sql
from feed.hub import dsn
from feed.log import Happening, encode, record
from feed.models import Entry
from people import actions
from people.models import Role

MINUTE = datetime.timedelta(minutes=1)
CREATE = "/sensorthings/v1.1/CreateObservations"


@pytest.fixture(scope="module")
def pair(shared: None, start_web: Any) -> Iterator[tuple[Any, Any]]:
    """Two web processes on one listening socket, as the launcher has them."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as sock:
        both = start_web(sock), start_web(sock)
        yield both
        for each in both:
            each.process.terminate()
            each.process.wait(60)


def send(city: Any, station: Any, start: datetime.datetime, seed: int, taken: list[Any]) -> None:
    """Post overlapping readings of one stream; keep what was acknowledged."""
    dice = random.Random(seed)
    headers = {"Authorization": f"Bearer {station.token}"}
    for _ in range(12):
        with httpx.Client(base_url=city.live.url, headers=headers, timeout=60) as client:
            minutes = [dice.randrange(120) for _ in range(dice.choice([1, 1, 5, 30]))]
            rows = [[(start + n * MINUTE).isoformat(), 100.0 + n] for n in sorted(set(minutes))]
            group = {
                "Datastream": {"@iot.id": station.stream},
                "components": ["phenomenonTime", "result"],
                "dataArray": rows,
            }
            answer = client.post(CREATE, json=[group])
            assert answer.status_code == 201, answer.text
            assert not any(cell.startswith("error") for cell in answer.json())
            taken.extend(start + n * MINUTE for n in minutes)


def test_two_web_processes_take_the_same_stream_at_once(
    city: Any, pair: tuple[Any, Any], moment: Any
) -> None:
    city.live = pair[0]
    stations = [city.station("pm25"), city.station("rain")]
    start, taken = moment - 180 * MINUTE, {station.stream: [] for station in stations}
    threads = [
        threading.Thread(target=send, args=(city, each, start, seed, taken[each.stream]))
        for seed in range(4)
        for each in stations
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for station in stations:
        assert taken[station.stream], "nothing was acknowledged"
        stored = station.stored()
        assert set(stored) == set(taken[station.stream])
        assert all(value == 100.0 + (at - start) / MINUTE for at, value in stored.items())
        assert len(station.alerts()) <= 1
    assert len(stations[0].alerts()) == 1
    assert chain.verify().fault is None
    told = Counter(Alert.objects.values_list("datastream_id", "rule"))
    assert max(told.values()) == 1


# --- a row that only the database refuses ------------------------------------------------------


@pytest.fixture
def picky() -> Iterator[float]:
    """Let the database refuse one value, which no door knows of."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sensors_observation ADD CONSTRAINT picky CHECK (value <> 66.6)")
    yield 66.6
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sensors_observation DROP CONSTRAINT picky")


def test_a_poisonous_row_harms_neither_its_neighbours_nor_its_own_message(
    city: Any, moment: Any, picky: float
) -> None:
    bad, good = city.station("rain"), [city.station("rain") for _ in range(4)]
    answers: dict[int, httpx.Response] = {}
    first = moment - 400 * MINUTE

    def post(place: int, station: Any, values: list[float]) -> None:
        rows = [[(first + n * MINUTE).isoformat(), value] for n, value in enumerate(values)]
        group = {
            "Datastream": {"@iot.id": station.stream},
            "components": ["phenomenonTime", "result"],
            "dataArray": rows,
        }
        with city.live.client(station.token) as client:
            answers[place] = client.post(CREATE, json=[group])

    mixed = [picky if n in (7, 200, 201) else n / 10 for n in range(400)]
    plain = [n / 10 for n in range(50)]
    threads = [threading.Thread(target=post, args=(0, bad, mixed))]
    threads += [
        threading.Thread(target=post, args=(n, each, plain)) for n, each in enumerate(good, start=1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for place, station in enumerate(good, start=1):
        assert answers[place].status_code == 201 and len(station.stored()) == 50
    cells = answers[0].json()
    wrong = [place for place, cell in enumerate(cells) if cell.startswith("error: result: ")]
    assert answers[0].status_code == 201 and wrong == [7, 200, 201]
    assert len(bad.stored()) == 397
    single = city.post(bad.path, {"phenomenonTime": moment.isoformat(), "result": picky}, bad.token)
    assert single.status_code == 400 and single.json()["field"] == "result"
    assert single.json()["detail_zh"] and single.json()["remedy"]


# --- delivery ----------------------------------------------------------------------------------


def happening(name: str) -> Happening:
    return Happening("alert", "raised", "alert", name, "test", {"now": {}})


def commit(name: str) -> None:
    with transaction.atomic():
        record(happening(name))


async def test_a_slow_transaction_delays_nobody_and_comes_when_it_commits(city: Any) -> None:
    secret, _ = await sync_to_async(actions.issue_token)(
        await sync_to_async(city.person)(Role.DISPATCHER)
    )
    async with city.live.socket(secret) as line:
        await line.subscribe("alert")
        slow = await psycopg.AsyncConnection.connect(dsn(), autocommit=False)
        await slow.execute(sql.INSERT, [encode([happening("slow")])])
        loop = asyncio.get_running_loop()
        begun, waits = loop.time(), []
        while loop.time() - begun < 3:
            sent = loop.time()
            await sync_to_async(commit)("fast")
            assert (await line.hear(2))["id"] == "fast"
            waits.append(loop.time() - sent)
        assert max(waits) < 1 and sorted(waits)[len(waits) // 2] < 0.1
        await slow.commit()
        last = await line.hear(2)
        assert last["id"] == "slow" and last["seq"] == await sync_to_async(_end)()
        await slow.close()


def _end() -> int:
    return int(Entry.objects.order_by("-seq").values_list("seq", flat=True)[0])


async def test_whoever_comes_back_to_another_process_misses_nothing_and_gets_nothing_twice(
    city: Any, pair: tuple[Any, Any]
) -> None:
    secret, _ = await sync_to_async(actions.issue_token)(
        await sync_to_async(city.person)(Role.DISPATCHER)
    )
    stop = asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            await sync_to_async(commit, thread_sensitive=False)(f"n{count}")
            count += 1
        return count

    async with pair[0].socket(secret) as line:
        cursor = (await line.subscribe("alert"))[-1]["cursor"]
    first = int(cursor.split("-")[1]) + 1
    writing = asyncio.create_task(write())
    seen: list[int] = []
    for _ in range(25):
        async with pair[0].socket(secret) as line:
            frames = await line.subscribe("alert", since=cursor)
            frames += [await line.hear() for _ in range(random.randrange(1, 6))]
            assert not any(frame.get("reset") for frame in frames), "a fresh snapshot was sent"
            seen += [frame["seq"] for frame in frames if frame["type"] == "event"]
            cursor = [frame["cursor"] for frame in frames if "cursor" in frame][-1]
    stop.set()
    await writing
    assert seen == list(range(first, first + len(seen)))


# --- one clock ---------------------------------------------------------------------------------


def owner() -> int | None:
    """Return the session that holds the clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [OWNER],
        )
        held = [pid for (pid,) in cursor.fetchall()]
    assert len(held) <= 1
    return held[0] if held else None


def port_of(pid: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_port FROM pg_stat_activity WHERE pid = %s", [pid])
        (found,) = cursor.fetchone()
        return int(found)


def test_of_two_workers_one_owns_the_clock_and_the_other_takes_it_over(
    city: Any, spawn: Any, moment: Any, eventually: Any
) -> None:
    workers = [spawn("worker"), spawn("worker")]
    first = eventually(owner)
    # a hold time that only the clock can end: decided once, by one of them
    station = city.station("water_depth", "water_level")
    nearly_held(city, station)
    (alert,) = eventually(station.alerts)
    assert alert.severity == 2
    assert Tick.objects.filter(subject=f"d:{station.stream}").count() == 1
    holder = next(each for each in workers if _holds(each.pid, port_of(first)))
    holder.kill()
    holder.wait()
    eventually(lambda: owner() not in (None, first))
    station = city.station("water_depth", "water_level")
    nearly_held(city, station)
    eventually(station.alerts)


def nearly_held(city: Any, station: Any) -> None:
    """Send what holds for 58 s of the 60 that the rule asks for: the clock must do the rest."""
    now = clock.now()
    for at in (now - datetime.timedelta(seconds=58), now):
        body = {"phenomenonTime": at.isoformat(), "result": 30}
        assert city.post(station.path, body, station.token).status_code == 201
    assert not station.alerts()


def _holds(pid: int, port: int) -> bool:
    """Say whether a process has the connection from this local port."""
    lines = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{line[9]}]" for line in lines if line[1].endswith(f":{port:04X}")}
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(link.readlink()))
    return bool(found & inodes)
