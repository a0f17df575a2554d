"""`restore --at`: the city as it was at a moment, put in place of the present one."""

import datetime
import urllib.parse
from pathlib import Path

from city.launch import (
    archiving,
    basebackup,
    credentials,
    database,
    exchange,
    moment,
    recovery,
    restore,
)
from city.launch.cluster import programs_of
from city.launch.layout import Layout
from city.launch.speech import Trouble, complain, say, step
from city.launch.vault import Vault


def turn_back(layout: Layout, at: datetime.datetime, folder: Path | None = None) -> None:
    """Bring the private cluster to a moment; the present one goes on until that is proven.

    On any failure the old state is put back.
    """
    if not database.is_private():
        raise Trouble(
            "restore --at 只用于自带的数据库；外部数据库请用其自身的归档。",
            "restore --at works on the private database; one that DATABASE_URL names has its own "
            "archive.",
        )
    vault = _vault(layout, folder)
    with basebackup.alone(layout, "restore"):
        _flush(layout, vault)
        way = moment.find(vault, at, lambda base: programs_of(base.postgresql, base.folder))
        restore.refuse_newer(way.base.version)
        say(f"基础备份 {way.base.folder.name}", "is the base backup that leads there")
        incoming, timeline = recovery.recover(layout, way, vault.wal)
        try:
            incoming.keep_wal_in(_archive_of(layout))
            exchange.put_in_place(layout, incoming, timeline, vault.bases_from(way.base))
        finally:
            incoming.remove()


def _vault(layout: Layout, folder: Path | None) -> Vault:
    """Return the vault to restore from: that of the folder, or the one that is archived to."""
    cluster = database.cluster_of(layout)
    if folder is None and cluster.exists and cluster.vault:
        return archiving.required(layout)
    root = folder.resolve() if folder else archiving.wanted()
    if root is None:
        return archiving.required(layout)
    found = [Vault(path.parent) for path in (root / "wal", *root.glob("*/wal")) if path.is_dir()]
    own = [each for each in found if cluster.exists and each.home.name == str(cluster.identifier)]
    if len(own or found) == 1:
        return (own or found)[0]
    names = ", ".join(sorted(each.home.name for each in found))
    raise Trouble(
        f"{root} 中有 {len(found)} 座城市的归档（{names or '无'}）：请给出其中一个目录。",
        f"{root} holds the archives of {len(found)} cities ({names or 'none'}): "
        "name the folder of one.",
    )


def _archive_of(layout: Layout) -> Path | None:
    """Return the folder that the new cluster archives to: as the present one does."""
    cluster = database.cluster_of(layout)
    vault = cluster.vault if cluster.exists else None
    if vault:
        return vault.home.parent if vault.wal.is_dir() else None
    return None if cluster.exists else archiving.wanted()


def _flush(layout: Layout, vault: Vault) -> None:
    """Have everything up to now archived, as far as the present cluster still can."""
    cluster = database.cluster_of(layout)
    if not cluster.exists or cluster.vault != vault:
        return
    try:
        with database.serving(layout), step("归档最新的 WAL", "archiving the newest WAL"):
            _archive_all(layout)
    except Trouble as trouble:
        complain(trouble)
        say("继续使用已有归档", "going on with what is in the archive")


def _archive_all(layout: Layout) -> None:
    port = urllib.parse.urlsplit(database.url_of(layout)).port or 0
    password = credentials.read(layout, "database_superuser")
    done = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
    with database.superuser_connection(port, password) as connection:
        connection.execute("SELECT pg_current_xact_id()")  # a commit after every moment asked for
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None

        def is_archived() -> bool:
            return connection.execute(done, [row[0]]).fetchone() == (True,)

        exchange.wait_for(
            is_archived,
            Trouble(
                "最新的 WAL 未能归档，原因见 ./zhihui doctor。",
                "The newest WAL could not be archived; ./zhihui doctor says why.",
            ),
        )
