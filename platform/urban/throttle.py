"""How often one address may knock at doors that need no sign-in, counted per web process."""

import dataclasses

from django.core.cache import cache
from django.http import HttpRequest

from core.errors import TooMany


@dataclasses.dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many requests of one address in so many seconds."""

    name: str
    most: int
    seconds: int

    def count(self, request: HttpRequest) -> None:
        """Count a request; raises TooMany."""
        key = f"urban:{self.name}:{request.META.get('REMOTE_ADDR', '')}"
        cache.add(key, 0, self.seconds)
        try:
            times = cache.incr(key)
        except ValueError:  # it ran out in between
            return
        if times > self.most:
            raise TooMany(
                "too many requests from this address",
                zh="来自此地址的请求过于频繁",
                remedy=f"wait {self.seconds // 60} minutes and send the same again",
            )
