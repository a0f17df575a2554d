"""A sender that keeps its own ledger: a line for each reading that was acknowledged, on disk.

Run as a process of its own: ledger.py CONFIG.json. Each station's readings go one after the other;
one that was not acknowledged is sent again until it is. SIGTERM ends it after the last answer.
"""

import datetime
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from gateway.protocols.hj212.frame import framed

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
    client = httpx.Client(headers=headers, timeout=60)
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


def upload(port: int, station: dict[str, Any], book: Any) -> None:
    """Send one device's readings by HJ 212; what is not answered in time is sent again."""
    for at, value in readings(station["start"], station["values"]):
        told = datetime.datetime.fromisoformat(at) + datetime.timedelta(hours=8)
        stamp = f"{told:%Y%m%d%H%M%S}"
        frame = framed(
            f"QN={stamp}000;ST=22;CN=2011;PW=123456;MN={station['mn']};Flag=5;"
            f"CP=&&DataTime={stamp};a34004-Rtd={value},a34004-Flag=N&&"
        )
        while not answered(port, station, frame):
            time.sleep(0.05)
        note(book, station["stream"], at, value)


def answered(port: int, station: dict[str, Any], frame: bytes) -> bool:
    """Send a frame and wait for its 9014; the connection is kept in the station."""
    try:
        sock = station.get("sock") or socket.create_connection(("127.0.0.1", port), timeout=60)
        station["sock"] = sock
        sock.sendall(frame)
        heard = b""
        while not heard.endswith(b"\r\n"):
            got = sock.recv(4096)
            if not got:
                raise ConnectionResetError
            heard += got
        return frame[6:26] + b";ST=91;CN=9014" in heard
    except OSError:
        if "sock" in station:
            station.pop("sock").close()
        return False


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
        threads += [
            threading.Thread(target=upload, args=(given["hj212_port"], each, book))
            for each in given["hj212"]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main()
