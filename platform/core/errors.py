"""One error root: what went wrong, where, and what to do, as RFC 9457 problem details."""

import json
from typing import Any


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


class Conflict(Problem):
    """The thing has moved on since the asker looked."""

    status, code, title = 409, "conflict", "Conflict"


class TooLarge(Problem):
    """More than one request may carry."""

    status, code, title = 413, "too_large", "Too large"


class Busy(Problem):
    """Cannot be taken now; the same request later may be."""

    status, code, title = 503, "busy", "Try again shortly"
