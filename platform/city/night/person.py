"""Somebody who works with the running system over HTTP, as a browser or an app would."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from city.scenario import Unplayable
from city.stage.wire import Wire

File = tuple[str, str, bytes]  # name, media type, content


class Declined(Exception):
    """The system said no: its status, its stable word, its sentence."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code") or problem.get("title") or status)
        super().__init__(f"{status} {problem.get('detail', '')}")


class Person:
    """One person with one token; a citizen has none."""

    def __init__(self, wire: Wire, name: str = "") -> None:
        self._wire, self.name, self._token = wire, name, ""
        self.id = 0
        self.areas: tuple[str, ...] = ()

    async def sign_in(self, password: str) -> "Person":
        """Get a token; raises Unplayable if that fails."""
        given = {"username": self.name, "password": password}
        try:
            self._token = (await self.post("/auth/token", given))["token"]
            me = await self.get("/me")
        except Declined as error:
            raise Unplayable(
                f"以 {self.name} 登录失败：{error}", f"cannot sign in as {self.name}: {error}"
            ) from error
        self.id, self.areas = me["id"], tuple(me["areas"])
        return self

    @property
    def token(self) -> str:
        """Return the bearer token, for the WebSocket."""
        return self._token

    async def get(self, path: str) -> Any:
        """Read something below /api/v1; raises Declined."""
        return await self._ask("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        """Do something; raises Declined."""
        return await self._ask("POST", path, json.dumps(body or {}).encode(), "application/json")

    async def upload(
        self, path: str, fields: Mapping[str, Any], files: Sequence[tuple[str, File]] = ()
    ) -> Any:
        """Send a form with files, each under a field's name; raises Declined."""
        boundary = secrets.token_hex(16)
        body = _form(fields, files, boundary)
        return await self._ask("POST", path, body, f"multipart/form-data; boundary={boundary}")

    async def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            headers["Content-Type"] = kind
        answer = await self._wire.patiently(method, f"/api/v1{path}", headers, body)
        content = answer.json() if answer.body else {}
        if answer.status >= 400:
            raise Declined(answer.status, content)
        return content


def _form(fields: Mapping[str, Any], files: Sequence[tuple[str, File]], boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for field, (name, kind, content) in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()
