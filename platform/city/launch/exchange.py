"""A proven cluster put in the present one's place, and back again if the city does not run on it.

The supervisor holds still meanwhile and keeps its sockets.
"""

import contextlib
import datetime
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from city.launch import archive, credentials, database, state
from city.launch.cluster import Cluster
from city.launch.layout import Layout
from city.launch.speech import Trouble, say, step
from city.launch.vault import Base, Turn
from core import heartbeat

_PATIENCE = 90.0  # seconds for the processes to stop, to be ready again, and for WAL to be kept
_LOOK_EVERY = 0.1


def put_in_place(layout: Layout, incoming: Cluster, timeline: int, bases: Sequence[Base]) -> None:
    """Make `incoming` the city's cluster; its files come from the first base and those after it.

    On any failure the old state is put back.
    """
    undo = contextlib.ExitStack()
    try:
        # undone inside the standstill: no process meets what is half in place
        with _standstill(layout), _undoing(undo):
            undo.callback(_put_back, layout, incoming.home)
            _swap(layout, incoming.home)
            undo.callback(_turn(database.cluster_of(layout), timeline))
            undo.callback(_bring_secrets(layout, bases[0]))
            undo.callback(_bring_files(layout, bases))
            with database.serving(layout):
                pass
        _await_life(layout)
    except BaseException:
        with _standstill(layout):
            undo.close()
        raise
    undo.pop_all()
    _drop_old(layout)


@contextlib.contextmanager
def _undoing(undo: contextlib.ExitStack) -> Iterator[None]:
    try:
        yield
    except BaseException:
        say("恢复未成功，放回原状态", "the restore failed, the old state is put back")
        undo.close()
        raise


@contextlib.contextmanager
def _standstill(layout: Layout) -> Iterator[None]:
    """Have the supervisor, if one runs, stop its processes as long as this lasts."""
    with state.held(layout):
        with step("停止服务", "stopping the processes"):
            wait_for(
                lambda: (
                    state.supervisor_pid(layout) is None or bool(state.status(layout).get("held"))
                ),
                Trouble(
                    "服务未能停止：./zhihui down 后再试。",
                    "The processes did not stop: run ./zhihui down and try again.",
                ),
            )
        yield


def wait_for(condition: Callable[[], bool], trouble: Trouble) -> None:
    """Wait for a condition; raise the trouble if it does not come."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise trouble
        time.sleep(_LOOK_EVERY)


def _swap(layout: Layout, incoming: Path) -> None:
    cluster = database.cluster_of(layout)
    _set_aside(layout)
    with database.start_lock(layout):
        cluster.stop()
        if cluster.home.exists():
            cluster.home.rename(layout.old_cluster)
        incoming.rename(cluster.home)


def _put_back(layout: Layout, incoming: Path) -> None:
    cluster = database.cluster_of(layout)
    with database.start_lock(layout):
        cluster.stop()
        if cluster.home.exists() and not incoming.exists():
            cluster.home.rename(incoming)
        if layout.old_cluster.exists() and not cluster.home.exists():
            layout.old_cluster.rename(cluster.home)


def _drop_old(layout: Layout) -> None:
    """Delete the old cluster, whose state is in the archive, or keep it if it is not all there."""
    old = Cluster(layout.old_cluster, layout.logs)
    unkept = any((old.home / "pg_wal" / "archive_status").glob("*.ready"))
    if old.exists and (unkept or old.vault is None):
        _set_aside(layout)
    shutil.rmtree(old.home, ignore_errors=True)


def _set_aside(layout: Layout) -> None:
    if layout.old_cluster.exists():
        kept = layout.backups / f"pg-before-restore-{archive.stamp()}"
        layout.old_cluster.rename(kept)
        say(f"原数据库未全部归档，保存在 {kept}", "— the old cluster, not wholly archived, is kept")


def _turn(cluster: Cluster, timeline: int) -> Callable[[], None]:
    """Note in the archive that the city lives on another timeline from now on."""
    vault = cluster.vault
    if vault is None:
        return _nothing
    before = vault.turns()
    vault.write_turns([*before, Turn(timeline, datetime.datetime.now(datetime.UTC))])
    return lambda: vault.write_turns(before)


def _nothing() -> None:
    """Undo nothing."""


def _bring_secrets(layout: Layout, base: Base) -> Callable[[], None]:
    """Bring back the keys and passwords of that time; they belong to the database's content."""
    before: dict[str, str] = {}
    for path in sorted((base.folder / "secrets").glob("*")):
        before[path.name] = credentials.read(layout, path.name)
        credentials.write(layout, path.name, path.read_text(encoding="utf-8").strip())

    def undo() -> None:
        for name, value in before.items():
            if value:
                credentials.write(layout, name, value)
            else:
                (layout.secrets / name).unlink()

    return undo


def _bring_files(layout: Layout, bases: Sequence[Base]) -> Callable[[], None]:
    """Bring back what is missing; what is there stays, for files are added, never changed.

    Those of the first base backup, and of later ones: some came before the moment, none harms.
    """
    added: list[Path] = []

    def undo() -> None:
        for path in added:
            path.unlink(missing_ok=True)

    for base in bases:
        kept = base.folder / "files"
        for source in sorted(path for path in kept.rglob("*") if path.is_file()):
            target = layout.data / source.relative_to(kept)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                added.append(target)
                shutil.copy2(source, target)
    return undo


def _await_life(layout: Layout) -> None:
    """Wait until each process of a running system has given a sign of life on the new cluster."""
    if state.supervisor_pid(layout) is None:
        return
    begun = time.time()
    with step("等待服务就绪", "waiting for the processes"):
        wait_for(
            lambda: _lives_since(layout, begun),
            Trouble(
                f"恢复后服务未就绪；日志在 {layout.logs}。",
                f"The processes did not come up after the restore; logs are in {layout.logs}.",
            ),
        )


def _lives_since(layout: Layout, begun: float) -> bool:
    found = state.status(layout)
    ages = [heartbeat.age(each["name"], layout.run) for each in found.get("processes", [])]
    limit = time.time() - begun
    return not found.get("held") and all(age is not None and age < limit for age in ages)
