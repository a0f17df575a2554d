"""Device tokens that a program on this machine may use: kept under ZHIHUI_DATA/secrets, mode 600.

The database has digests only, so what is issued here is written down here and nowhere else. A kept
token that has expired, was revoked or belongs to another thing is replaced.
"""

import fcntl
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from city.launch import credentials
from city.launch.layout import Layout
from core import clock
from people import actions
from people.models import Token, digest
from sensors.models import Thing

FILE = "device_tokens"


def issue(layout: Layout, things: Iterable[Thing]) -> dict[str, str]:
    """Return a good token for each thing by its code; makes and keeps those that are missing."""
    with _alone(layout):
        kept = _read(layout)
        good = _good(kept)
        found = {}
        for thing in things:
            secret = kept.get(thing.code, "")
            if good.get(digest(secret)) != thing.pk:
                label = f"kept {thing.code}"[:80]
                secret, _ = actions.issue_device_token(thing.pk, label, simulated=thing.simulated)
            found[thing.code] = secret
        if not found.items() <= kept.items():
            credentials.write(layout, FILE, json.dumps(kept | found, ensure_ascii=False))
        return found


def revoke(layout: Layout, things: Iterable[Thing]) -> int:
    """Revoke the kept tokens of things and forget them; returns how many there were."""
    with _alone(layout):
        kept = _read(layout)
        gone = [kept.pop(thing.code) for thing in things if thing.code in kept]
        for token in Token.objects.filter(digest__in=[digest(secret) for secret in gone]):
            actions.revoke(token)
        credentials.write(layout, FILE, json.dumps(kept, ensure_ascii=False))
        return len(gone)


def read_file(text: str) -> dict[str, str]:
    """Read tokens by code as they are kept; raises ValueError for anything else."""
    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise ValueError("a JSON object of code and token is needed")
    return found


def _read(layout: Layout) -> dict[str, str]:
    text = credentials.read(layout, FILE)
    return read_file(text) if text else {}


def _good(kept: Mapping[str, str]) -> dict[str, int | None]:
    """Return the things of the tokens that open something, by digest."""
    rows = Token.objects.filter(digest__in=[digest(secret) for secret in kept.values()])
    now = clock.now()
    return {row.digest: row.thing_id for row in rows if row.good_at(now)}


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    layout.make()
    with (layout.run / "device_tokens.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
