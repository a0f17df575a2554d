"""A taken port is said with its holder and the variable that changes it."""

import os
import socket

import pytest

from city.launch import ports
from city.launch.speech import Trouble


def test_a_taken_port_names_its_holder_and_the_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble) as caught:
            ports.claim("127.0.0.1", port, "ZHIHUI_HTTP_PORT")
    for sentence in (caught.value.zh, caught.value.en):
        assert f"pid {os.getpid()}" in sentence
        assert f"ZHIHUI_HTTP_PORT={port + 1}" in sentence


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(Trouble, match="ZHIHUI_BIND"):
        ports.claim("192.0.2.1", 0, "ZHIHUI_HTTP_PORT")


def test_a_claimed_port_refuses_until_it_listens() -> None:
    with ports.claim("127.0.0.1", 0, "ZHIHUI_HTTP_PORT") as sock:
        address = sock.getsockname()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        sock.listen()
        socket.create_connection(address).close()


def test_the_clusters_port_lies_below_the_ephemeral_ones() -> None:
    port = ports.pick_cluster_port()
    assert 5432 < port < 32768
    assert ports.is_free("127.0.0.1", port)
