"""Asking the running web whether it is ready."""

import http.client
import ipaddress
import json
import ssl

from city import env

READY = "/readyz"


def public_address() -> str:
    """Return the address to print and to open in a browser."""
    return f"{scheme()}://{local_host()}:{port()}/"


def scheme() -> str:
    """Return https when the launcher itself holds the certificate."""
    return "https" if env.text("ZHIHUI_TLS_CERT") else "http"


def port() -> int:
    """Return the port of the web, API, tiles and sockets."""
    return env.number("ZHIHUI_HTTP_PORT", 8000, low=1, high=65535)


def local_host() -> str:
    """Return a host by which this machine reaches its own web, in URL form."""
    bind = env.text("ZHIHUI_BIND", "127.0.0.1")
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return str(address) if address.version == 4 else f"[{address}]"


def get(path: str, timeout: float = 2.0) -> tuple[int, bytes]:
    """Return status and body of a page of our own web; OSError if nobody answers."""
    connection = _connection(timeout)
    try:
        connection.request("GET", path, headers={"Host": _host_header()})
        answer = connection.getresponse()
        return answer.status, answer.read(100_000)
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP answer: {error!r}") from error
    finally:
        connection.close()


def _host_header() -> str:
    # a name that ALLOWED_HOSTS accepts, whatever address is used to reach it
    names = env.words("ZHIHUI_HOSTS", "localhost")
    return next((name.lstrip(".") for name in names if name != "*"), "localhost")


def _connection(timeout: float) -> http.client.HTTPConnection:
    host = local_host().strip("[]")
    if scheme() == "http":
        return http.client.HTTPConnection(host, port(), timeout=timeout)
    context = ssl.create_default_context()
    # our own certificate names the public host, not this loopback address
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port(), timeout=timeout, context=context)


def readiness() -> tuple[bool, str]:
    """Say whether all parts are ready, and else what the web itself says about it."""
    try:
        status, body = get(READY)
    except OSError as error:
        return False, str(error)
    return status == 200, f"{status} {_summary(body)}"


def _summary(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)[:400]
    except ValueError:
        return ""
