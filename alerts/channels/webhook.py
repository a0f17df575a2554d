"""Webhooks: signed JSON by POST; no redirects, no private addresses, no waiting without end.

Signature: `Zhihui-Signature: v1=HEX`, the HMAC-SHA256 by the recipient's secret of the bytes
`TIMESTAMP.BODY`, with TIMESTAMP (Unix seconds) in `Zhihui-Timestamp`.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import socket
import time
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

from alerts.channel import LONGEST_SEND, BadAddress, Channel, Parcel, Undelivered

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_PASSING = {408, 425, 429}  # refusals that another try may mend
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature that receivers compare."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"


class Webhook(Channel):
    """Posts to a program of somebody else."""

    title_zh = "网络回调"
    title_en = "Webhook"
    signs = True

    def off(self) -> tuple[str, str] | None:
        """Return None: it is always on."""
        return None

    def check(self, address: str) -> None:
        """Refuse what is no address of the web, carries a password, or names a private machine."""
        parts = _parts(address)
        if "@" in parts.netloc:
            raise BadAddress("an address must not carry a password", "网址中不得包含密码")
        try:
            literal = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return
        if not _open(literal):
            raise BadAddress(
                "loopback and private addresses are refused (ZHIHUI_WEBHOOK_PRIVATE=1 allows them)",
                "不允许本机或内网地址（设置 ZHIHUI_WEBHOOK_PRIVATE=1 可放行）",
            )

    def shown(self, address: str) -> str:
        """Return the address without its query, where others keep their tokens."""
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}{parts.path}" + ("?…" if parts.query else "")

    def send(self, parcel: Parcel) -> str:
        """Post it, and take any 2xx as taken."""
        parts = _parts(parcel.address)
        place = _resolved(parts)
        body = _body(parcel)
        timestamp = str(int(time.time()))
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Zhihui",
            "Zhihui-Delivery": parcel.uid,
            "Zhihui-Event": parcel.kind,
            "Zhihui-Timestamp": timestamp,
            "Zhihui-Signature": sign(parcel.secret, timestamp, body),
        }
        try:
            status = asyncio.run(_post(_at(parts, place), parts.hostname or "", headers, body))
        except TimeoutError:
            raise Undelivered("the receiver did not answer in time", "接收方未及时应答") from None
        except httpx.HTTPError as error:
            what = type(error).__name__
            raise Undelivered(f"the receiver cannot be reached: {what}", "无法连接接收方") from None
        return _judged(status)


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadAddress("this is no address of the web", "网址无效") from None
    unfit = any(character.isspace() for character in address) or port == 0
    if parts.scheme not in ("http", "https") or not parts.hostname or unfit:
        raise BadAddress(
            "the address must begin with https:// or http://", "网址须为 https:// 或 http://"
        )
    return parts


def _open(address: Address) -> bool:
    """Say whether an address is somebody else's public machine, or private ones are allowed."""
    if settings.WEBHOOK_PRIVATE:
        return True
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is not None:
            return _open(hidden)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _resolved(parts: SplitResult) -> Address:
    """Return the address to connect to; it is used as it is, so that no second answer counts."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Undelivered("the receiver's name cannot be resolved", "无法解析接收方域名") from None
    places = [ipaddress.ip_address(str(row[4][0]).split("%")[0]) for row in found]
    if not places or not all(map(_open, places)):
        raise Undelivered(
            "the name leads to a loopback or private address: refused",
            "域名指向本机或内网地址，已拒绝",
            final=True,
        )
    return places[0]


def _at(parts: SplitResult, place: Address) -> str:
    host = f"[{place}]" if place.version == 6 else str(place)
    port = f":{parts.port}" if parts.port else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{parts.path or '/'}{query}"


def _body(parcel: Parcel) -> bytes:
    content = {
        "id": parcel.uid,
        "type": parcel.kind,
        "made_at": parcel.made_at,
        "title": parcel.title,
        "data": parcel.data,
        "cap": parcel.cap.decode() if parcel.cap is not None else None,
    }
    return json.dumps(content, ensure_ascii=False).encode()


async def _post(url: str, host: str, headers: dict[str, str], body: bytes) -> int:
    """Return the status; the answer's body is not read, and the whole takes a bounded time."""
    async with (
        asyncio.timeout(LONGEST_SEND),
        httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client,
        client.stream(
            "POST", url, content=body, headers=headers, extensions={"sni_hostname": host}
        ) as answer,
    ):
        return answer.status_code


def _judged(status: int) -> str:
    if 200 <= status < 300:
        return f"HTTP {status}"
    if 300 <= status < 400:
        raise Undelivered(
            f"HTTP {status}: redirects are not followed", f"HTTP {status}：不跟随重定向", final=True
        )
    raise Undelivered(
        f"the receiver answered HTTP {status}",
        f"接收方返回 HTTP {status}",
        final=400 <= status < 500 and status not in _PASSING,
    )
