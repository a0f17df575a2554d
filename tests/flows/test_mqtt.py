"""Readings by MQTT through a real broker: acknowledged when they are on disk, and not before."""

import json
from typing import Any

import pytest
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from sensors.models import Refusal


@pytest.fixture
def publish(broker: int) -> Any:
    """Publish at QoS 1; the broker has it when this returns."""

    def send(topic: str, *payloads: Any) -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.connect("127.0.0.1", broker)
        client.loop_start()
        for payload in payloads:
            body = payload if isinstance(payload, bytes) else json.dumps(payload)
            client.publish(topic, body, qos=1).wait_for_publish(10)
        client.disconnect()
        client.loop_stop()

    return send


def topic(stream: int) -> str:
    return f"v1.1/Datastreams({stream})/Observations"


BAD = [
    b"",
    b"\x00\xff",
    b"{",
    b"[" * 100_000,
    {"result": "wet"},
    {"result": 1, "phenomenonTime": "never"},
    b'{"result": 1e999}',
    b'{"result": ' + b"9" * 5000 + b"}",
]


def test_rubbish_is_written_down_and_holds_nothing_up(
    city: Any, spawn: Any, broker: int, publish: Any, moment: Any, eventually: Any
) -> None:
    station = city.station()
    gateway = spawn("gateway", ZHIHUI_MQTT_URL=f"mqtt://127.0.0.1:{broker}")
    good = {"phenomenonTime": moment.isoformat(), "result": 500}

    def heard() -> bool:
        publish(topic(station.stream), good)  # it subscribes when it is up
        return bool(station.stored())

    eventually(heard)
    # more of them than a broker lets wait for an answer
    publish(topic(station.stream), *(BAD * 5))
    publish(topic(10**9), good)
    publish("v1.1/Datastreams(x)/Observations", good)
    publish("v1.1/Things(1)/Observations", good)
    last = city.station()
    publish(topic(last.stream), good)
    eventually(last.stored)
    (alert,) = last.alerts()
    assert alert.severity == 1
    assert station.stored() == {moment: 500.0}
    noted = Refusal.objects.filter(door="mqtt")
    assert noted.filter(sender=topic(station.stream)).count() == len(BAD) * 5
    assert noted.filter(sender=topic(10**9), code="not_found").exists()
    gateway.terminate()
    assert gateway.wait(60) == 0


def test_what_cannot_be_taken_now_stays_with_the_broker(
    city: Any, spawn: Any, broker: int, publish: Any, moment: Any, eventually: Any, tmp_path: Any
) -> None:
    station = city.station()
    cramped = spawn(
        "gateway", ZHIHUI_MQTT_URL=f"mqtt://127.0.0.1:{broker}", ZHIHUI_MIN_FREE_MB="2000000000"
    )
    log = tmp_path / "gateway-0.log"
    eventually(lambda: "listening" in log.read_text())
    publish(topic(station.stream), {"phenomenonTime": moment.isoformat(), "result": 7})
    eventually(lambda: "nearly full" in log.read_text())
    assert not station.stored()
    cramped.terminate()
    cramped.wait(60)
    spawn("gateway", ZHIHUI_MQTT_URL=f"mqtt://127.0.0.1:{broker}")
    eventually(station.stored)
    assert station.stored() == {moment: 7.0}
