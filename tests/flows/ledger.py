"""A sender that keeps its own ledger: a line for each reading that was acknowledged, on disk.

Run as a process of its own: ledger.py CONFIG.json. Each station's readings go one after the other;
one that was not acknowledged is sent again until it is. SIGTERM ends it after the last answer.
"""

import datetime
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

stop = threading.Event()
lock = threading.Lock()


def note(book: Any, stream: int, at: str, value: float) -> None:
    """Write an acknowledged reading down, whatever becomes of this process."""
    with lock:
        book.write(json.dumps([stream, at, value]) + "\n")
        book.flush()
        os.fsync(book.fileno())


def readings(start: str, values: list[float]) -> Any:
    """Yield time and value, second by second, the values over and over."""
    begun = datetime.datetime.fromisoformat(start)
    count = 0
    while not stop.is_set():
        at = begun + datetime.timedelta(seconds=count)
        yield at.isoformat(), values[count % len(values)]
        count += 1


def post(url: str, station: dict[str, Any], book: Any) -> None:
    """Send one station's readings over HTTP."""
    path = f"{url}/sensorthings/v1.1/Datastreams({station['stream']})/Observations"
    headers = {"Authorization": f"Bearer {station['token']}"}
    client = httpx.Client(headers=headers, timeout=30)
    for at, value in readings(station["start"], station["values"]):
        while True:
            try:
                answer = client.post(path, json={"phenomenonTime": at, "result": value})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                break
            if answer.status_code < 500:
                sys.exit(f"refused: {answer.text}")
            time.sleep(0.05)
        note(book, station["stream"], at, value)


def publish(port: int, station: dict[str, Any], book: Any) -> None:
    """Send one station's readings over MQTT; the broker's word counts."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"sender-{station['stream']}")
    client.connect("127.0.0.1", port)
    client.loop_start()
    topic = f"v1.1/Datastreams({station['stream']})/Observations"
    for at, value in readings(station["start"], station["values"]):
        message = json.dumps({"phenomenonTime": at, "result": value})
        client.publish(topic, message, qos=1).wait_for_publish(30)
        note(book, station["stream"], at, value)
        time.sleep(0.002)  # fast enough that some are always on their way
    client.loop_stop()
    client.disconnect()


def main() -> None:
    """Send until told to stop."""
    given = json.loads(Path(sys.argv[1]).read_text())
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Path(given["ledger"]).open("a") as book:
        threads = [
            threading.Thread(target=post, args=(given["url"], each, book)) for each in given["http"]
        ] + [
            threading.Thread(target=publish, args=(given["broker"], each, book))
            for each in given["mqtt"]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
