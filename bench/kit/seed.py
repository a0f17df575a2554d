"""A database filled for a benchmark through the platform's own actions, and its environment."""

import os
import subprocess
import sys
import urllib.parse
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
_SEED = """
import django; django.setup()
from alerts import rulebook
from people import actions
from people.models import Role, User
from sensors.actions import register
from sensors.models import Thing
from sensors.thing import StreamSpec, ThingSpec
rulebook.sync_shelf()
count, observed, out = {count}, {observed!r}, {out!r}
specs = [
    ThingSpec(f"B{{n}}", f"基准站{{n}}", f"Bench {{n}}", "bench", 113.3 + n % 100 * 0.01,
              34.5 + n // 100 * 0.01, "410105", (StreamSpec(observed, 60),), simulated=True)
    for n in range(count)
]
if not Thing.objects.exists():
    register(specs)
with open(out, "w") as file:
    for thing in Thing.objects.order_by("id"):
        secret, _ = actions.issue_device_token(thing.pk, "bench", simulated=True)
        file.write(f"{{thing.datastreams.get().pk}} {{secret}}\\n")
"""
_PEOPLE = """
import django; django.setup()
from people import actions
from people.models import Role, User
with open({out!r}, "w") as file:
    for name, role, areas in {people!r}:
        user = User.objects.filter(username=name).first() or actions.enrol(
            name, Role(role), password=None, areas=areas)
        file.write(f"{{name}} {{actions.issue_token(user)[0]}}\\n")
"""


def libpq(url: str) -> dict[str, str]:
    """Return libpq's environment for an address."""
    parts = urllib.parse.urlsplit(url)
    return {
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": urllib.parse.unquote(parts.username or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGDATABASE": parts.path.strip("/"),
    }


def environment(url: str, folder: Path) -> dict[str, str]:
    """Return what the platform's processes need."""
    return {
        "DATABASE_URL": url,
        "ZHIHUI_DATA": str(folder / "data"),
        "ZHIHUI_SECRET_KEY": "only-for-a-benchmark-" * 3,
        "DJANGO_SETTINGS_MODULE": "city.settings",
    }


def _python(code: list[str], url: str, folder: Path) -> None:
    env = os.environ | environment(url, folder)
    subprocess.run([sys.executable, "-P", *code], check=True, env=env, stderr=subprocess.DEVNULL)


def empty(url: str) -> None:
    """Forget what an earlier run left: its readings would be repeats, its alerts open already."""
    tables = (
        "sensors_observation, sensors_latest, alerts_standing, alerts_alert, people_token, "
        "feed_event, feed_entry"
    )
    with psycopg.connect(url) as connection:
        for action in ("DISABLE", "ENABLE"):
            for table in ("feed_event", "feed_entry"):
                connection.execute(f"ALTER TABLE {table} {action} TRIGGER no_truncate")
            if action == "DISABLE":
                connection.execute(f"TRUNCATE {tables} CASCADE")


def migrate(url: str, folder: Path) -> None:
    """Bring the tables to this version."""
    _python([str(ROOT / "platform" / "manage.py"), "migrate", "-v0"], url, folder)


def things(url: str, folder: Path, count: int, observed: str) -> Path:
    """Register stations of one property; writes `things.txt`: datastream and token a line."""
    out = folder / "things.txt"
    _python(["-c", _SEED.format(count=count, observed=observed, out=str(out))], url, folder)
    return out


def people(url: str, folder: Path, named: list[tuple[str, str, list[str]]]) -> dict[str, str]:
    """Enrol people (name, role, areas); returns their tokens by name."""
    out = folder / "people.txt"
    _python(["-c", _PEOPLE.format(people=named, out=str(out))], url, folder)
    return dict(line.split() for line in out.read_text().splitlines())
