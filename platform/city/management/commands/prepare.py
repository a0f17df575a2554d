"""Make the database ready for this version: safety copy, migrations, first administrator, demo."""

import argparse
import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from city import env
from city.launch import archive, credentials, database, state
from city.launch.layout import Layout, from_environment
from city.launch.speech import say, step
from core.command import Job
from people import actions
from people.models import Role, User

_LOCK = 0x7A680001  # an advisory lock of our own: two starts do not migrate at once
DEMO_CITY = "410100"


class Command(Job):
    """`./zhihui up` runs this before the processes; containers run it as a job of its own."""

    help = "Safety copy, migrations, first administrator, and the demo city where it is wanted."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the file that says what was done."""
        parser.add_argument("--report", type=Path, help="JSON file to write: what was made")

    def handle(self, *args: object, report: Path | None = None, **options: object) -> None:
        """Do what is not done yet; a second run changes nothing."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interruption needs no traceback
        layout = from_environment()
        layout.make()
        with _alone(layout):
            wanted = _migrate(layout)
            made = _first_administrator(layout, wanted)
            if wanted:
                _load_demo(layout)
        if report:
            state.write_json(report, {"made": made, "demo": wanted})


@contextlib.contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    with psycopg.connect(database.url_of(layout), autocommit=True) as keeper:
        keeper.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield


def _migrate(layout: Layout) -> bool:
    """Apply what is pending; say whether the demo city is still to be loaded."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    fresh = not executor.loader.applied_migrations
    marker = layout.data / "demo.pending"  # survives a first start that is killed half-way
    if fresh and env.flag("ZHIHUI_DEMO", default=database.is_private()):
        marker.touch()
    if plan and not fresh:
        _safety_copy(layout)
    if plan:
        with step(f"数据库迁移（{len(plan)} 项）", f"migrating the database ({len(plan)} steps)"):
            call_command("migrate", interactive=False, verbosity=0)
    return marker.exists()


def _safety_copy(layout: Layout) -> None:
    path = layout.backups / f"before-migration-{archive.stamp()}.tar"
    archive.save(layout, path)
    say(f"迁移前备份：{path}", f"saved before the migration: {path}")
    archive.keep_newest(layout.backups, "before-migration-*.tar")


def _first_administrator(layout: Layout, demo: bool) -> list[str]:
    """Enrol `admin` when nobody administers yet; return the names of the secrets made for it."""
    made = []
    if demo:
        made += _keep_password(layout, "demo_password", "ZHIHUI_DEMO_PASSWORD")
    if User.objects.filter(role=Role.ADMIN, is_active=True).exists():
        return made
    password = env.text("ZHIHUI_ADMIN_PASSWORD")
    if not password and demo:
        # one password for all people of a demo city, `admin` among them
        password = env.text("ZHIHUI_DEMO_PASSWORD") or credentials.read(layout, "demo_password")
    if not password:
        made += _keep_password(layout, "admin_password", "ZHIHUI_ADMIN_PASSWORD")
        password = credentials.read(layout, "admin_password")
    actions.enrol(
        "admin", Role.ADMIN, password=password, name_zh="系统管理员", name_en="Administrator"
    )
    return made


def _keep_password(layout: Layout, name: str, variable: str) -> list[str]:
    if env.text(variable) or credentials.read(layout, name):
        return []
    credentials.write(layout, name, credentials.password())
    return [name]


def _load_demo(layout: Layout) -> None:
    call_command("demo_city", city=DEMO_CITY)
    (layout.data / "demo.pending").unlink()
