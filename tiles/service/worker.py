"""MapProxy inside a process of its own: one request in, one answer out."""

import io
import logging
import multiprocessing
import os
import signal
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import django
import yaml

django.setup()  # a process that is spawned begins with this module

from django.db import connection  # noqa: E402
from mapproxy.wsgiapp import make_wsgi_app  # noqa: E402

from layers import catalogue  # noqa: E402
from layers.models import State  # noqa: E402
from tiles.service import configuration, dimensions, sources  # noqa: E402
from tiles.service.child import Answer, Asked  # noqa: E402

log = logging.getLogger(__name__)


class _Proxy:
    """The application for the layers as they stood when it was made."""

    def __init__(self) -> None:
        self._key: Any = None
        self._app: Any = None

    def app(self) -> Any:
        """Return MapProxy; made anew after a layer was changed, added or removed."""
        layers, states = catalogue.layers(), State.objects.in_bulk()
        key = (catalogue.stamp(), sorted((code, one.version) for code, one in states.items()))
        if key != self._key:
            found = configuration.drawn(layers, states)
            self._app, self._key = _make(configuration.make(found)), key
        return self._app


_proxy = _Proxy()


def _make(found: dict[str, Any]) -> Any:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mapproxy.yaml"
        path.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
        return make_wsgi_app(str(path))


def begin() -> None:
    """Make this process ready; it ends with the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(5)
    sources.plug_in()
    dimensions.plug_in()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def answer(asked: Asked) -> Answer:
    """Answer one request."""
    try:
        return _answer(asked)
    finally:
        connection.close()


def _answer(asked: Asked) -> Answer:
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        told[:] = [status, headers]

    body = b"".join(_proxy.app()(_environ(asked), start))
    # what the asker did wrong is no failure of ours, whatever status MapProxy gives it
    status = "400 Bad Request" if b"ServiceException" in body[:2000] else told[0]
    return Answer(status, told[1], body)


def _environ(asked: Asked) -> dict[str, Any]:
    def authorize(service: str, layers: list[str], **_: Any) -> dict[str, Any]:
        rights = {"map": True, "tile": True, "featureinfo": False, "legendgraphic": False}
        seen = {code: rights for code in layers if code in asked.allowed}
        return {"authorized": "partial", "layers": seen}

    # MapProxy itself answers questions at /service; what lies below is mounted there
    below = dimensions.path(asked.path.removeprefix("/service").rstrip("/"))
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "/service" if below else "",
        "PATH_INFO": below or "/service",
        "QUERY_STRING": asked.query,
        "HTTP_HOST": asked.host,
        "SERVER_NAME": asked.host,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": asked.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "mapproxy.authorize": authorize,
    }
