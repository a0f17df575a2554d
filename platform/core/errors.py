"""One error root: what went wrong, where, and what to do, as RFC 9457 problem details."""

import json
from typing import Any

_LONGEST = 80  # characters of somebody's input that a sentence quotes


def quoted(value: object) -> str:
    """Return a value as a problem's sentence may quote it: short, whatever was sent."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # more digits, or levels, than Python prints
        text = f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


class Problem(Exception):
    """A refusal that a person or program can act on.

    `status` is the HTTP status, `code` a stable word for programs, `detail` the sentence (English),
    `zh` the same sentence in Chinese, `field` the offending field, `remedy` what to do about it.
    """

    status = 400
    code = "bad_request"
    title = "Bad request"

    def __init__(
        self, detail: str, *, zh: str = "", field: str = "", remedy: str = "", **more: Any
    ) -> None:
        super().__init__(detail)
        self.detail, self.zh, self.field, self.remedy, self.more = detail, zh, field, remedy, more

    def as_dict(self) -> dict[str, Any]:
        """Return the members of application/problem+json."""
        body: dict[str, Any] = {
            "type": f"urn:zhihui:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        named = {"detail_zh": self.zh, "field": self.field, "remedy": self.remedy}
        body.update({key: value for key, value in named.items() if value})
        return body | self.more

    def as_json(self) -> bytes:
        """Return the UTF-8 body."""
        return json.dumps(self.as_dict(), ensure_ascii=False, default=str).encode()


class Invalid(Problem):
    """The request's content cannot be taken."""

    status, code, title = 400, "invalid", "Invalid content"


class Unknown(Problem):
    """What was named does not exist, or not for the one who asks."""

    status, code, title = 404, "not_found", "Not found"


class SignIn(Problem):
    """Nobody is signed in, or the token opens nothing."""

    status, code, title = 401, "sign_in", "Sign in first"


class Forbidden(Problem):
    """Signed in, but this is not theirs to do."""

    status, code, title = 403, "forbidden", "Not allowed"


class NotThisWay(Problem):
    """The address exists, but not for this method."""

    status, code, title = 405, "method_not_allowed", "Method not allowed"


class TooMany(Problem):
    """Tried too often; later again."""

    status, code, title = 429, "too_many", "Too many attempts"


class Conflict(Problem):
    """The thing has moved on since the asker looked."""

    status, code, title = 409, "conflict", "Conflict"


class TooLarge(Problem):
    """More than one request may carry."""

    status, code, title = 413, "too_large", "Too large"


class Busy(Problem):
    """Cannot be taken now; the same request later may be."""

    status, code, title = 503, "busy", "Try again shortly"


class Away(Busy):
    """The database cannot be reached, or says that it cannot serve."""

    code = "database_away"

    def __init__(self) -> None:
        super().__init__(
            "the database cannot be reached",
            zh="数据库暂时无法访问",
            remedy="send the same again in a few seconds; nothing of it was acknowledged",
        )


class TooSlow(Problem):
    """The request did not come in time."""

    status, code, title = 408, "too_slow", "Request timeout"


class Broken(Problem):
    """The fault is ours; what was sent is not to blame."""

    status, code, title = 500, "broken", "Internal error"

    def __init__(self) -> None:
        super().__init__(
            "something went wrong here",
            zh="系统内部出错",
            remedy="send the same again later; the fault stands in the server's log",
        )


class Full(Problem):
    """The disk is nearly full: nothing more is taken in before the database itself would stop."""

    status, code, title = 507, "disk_full", "Insufficient storage"

    def __init__(self, free_mb: int | None = None) -> None:
        left, zh = ("no room", "无空间") if free_mb is None else (f"{free_mb} MB", f"{free_mb} MB")
        super().__init__(
            f"the server's disk is nearly full: {left} left",
            zh=f"服务器磁盘空间不足：剩余 {zh}",
            remedy="keep the reading and send it again later; an operator must make room",
        )
