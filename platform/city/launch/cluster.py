"""A private PostgreSQL cluster: own folder, own port, an unprivileged user even for root."""

import contextlib
import functools
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from city.launch import tuning
from city.launch.speech import Trouble, step
from city.launch.vault import Vault

SUPERUSER = "postgres"
_INSTALLED = Path("/usr/lib/postgresql")
_EXTENSIONS = Path("/usr/share/postgresql")
_SYSTEM_USER = "postgres"  # made by Debian's postgresql-common
_BURIAL = 5.0  # seconds
_KEEP_WAL = Path(__file__).with_name("keep-wal.sh")


@dataclass(frozen=True)
class Cluster:
    """One cluster: its folder, its logs, how durable it is, and settings beyond the usual ones."""

    home: Path
    logs: Path
    throw_away: bool = False
    more: str = ""
    reads: Path | None = None  # a folder that the server must be able to enter, too

    @property
    def exists(self) -> bool:
        """Say whether the folder holds a whole cluster (it is renamed into place when whole)."""
        return (self.home / "PG_VERSION").exists()

    @property
    def bin(self) -> Path:
        """Return the folder of the programs that fit this cluster."""
        if not self.exists:
            return newest_programs()
        return programs_of((self.home / "PG_VERSION").read_text().strip(), self.home)

    @property
    def identifier(self) -> int:
        """Return the number that tells this cluster, and what is restored of it, from others."""
        return int.from_bytes((self.home / "global" / "pg_control").read_bytes()[:8], sys.byteorder)

    @property
    def vault(self) -> Vault | None:
        """Return where its WAL is kept, None while that is off.

        Written beside the data, so that a command without the variable does not turn it off.
        """
        note = self.home / "zhihui.archive"
        return Vault(Path(note.read_text().rstrip("\n"))) if note.exists() else None

    def keep_wal_in(self, archive: Path | None) -> None:
        """Keep WAL in the folder of this name from the next start on; None keeps none."""
        if archive is None:
            (self.home / "zhihui.archive").unlink(missing_ok=True)
            return
        vault = Vault(archive / str(self.identifier))
        vault.home.mkdir(mode=0o711, exist_ok=True)
        vault.base.mkdir(mode=0o700, exist_ok=True)
        self.make_folder(vault.wal)
        self.write("zhihui.archive", f"{vault.home}\n")

    def running_port(self) -> int | None:
        """Return the port of the running server, or None.

        It works in its folder, whoever started it and by which words.
        """
        try:
            lines = (self.home / "postmaster.pid").read_text().split("\n")
            pid, port = int(lines[0]), int(lines[3])
            _collect(pid)
            works_in = Path(f"/proc/{pid}/cwd").readlink()
        except (OSError, ValueError, IndexError):
            return None
        return port if works_in == self.home.resolve() else None

    def create(self, password: str) -> None:
        """Make the cluster; a start that is killed half-way leaves nothing that passes for one."""
        part = self.home.with_name(self.home.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        self.make_folder(part)
        self.make_folder(self.logs)
        secret = part.with_name(part.name + ".password")
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
        self.own(secret)
        options = ["-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
        options += ["--no-sync"] if self.throw_away else []
        try:
            with step("创建数据库集群", "making the database cluster"):
                self.call("initdb", "-D", str(part), *options, f"--pwfile={secret}")
        finally:
            secret.unlink(missing_ok=True)
        with (part / "postgresql.conf").open("a") as file:
            file.write("include_if_exists = 'zhihui.conf'\n")
        part.rename(self.home)

    def start(self, port: int, wait: bool = True) -> None:
        """Start the server and wait until it answers; its settings are written anew each time."""
        self._await_burial()
        self.make_folder(self.logs)
        self._write_settings()
        log = str(self.logs / "start.log")
        arguments = ["-D", str(self.home), "-o", f"-p {port}", "-l", log, "-t", "600", "-s"]
        arguments.append("-w" if wait else "-W")
        with step("启动数据库", "starting the database"):
            self.call("pg_ctl", "start", *arguments)

    def await_recovery(self) -> None:
        """Wait until a server that was just started has replayed its WAL, hours if need be."""
        appeared, begun = False, time.monotonic()
        while not self._is_ready():
            running = self.running_port() is not None
            if not running and (appeared or time.monotonic() - begun > _BURIAL):
                raise self._failed("postgres", "")
            appeared |= running
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            return (self.home / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
        return False

    def _write_settings(self) -> None:
        archive = ""
        if self.vault:
            # a copy of its own: the server's user may not be able to enter our checkout
            program = self.write("zhihui-keep-wal.sh", _KEEP_WAL.read_text())
            words = (str(program), "%p", "%f", str(self.vault.wal))
            archive = "sh " + " ".join(_in_command(word) for word in words)
        text = tuning.settings(self.logs, self.throw_away, archive=archive)
        self.write("zhihui.conf", text + self.more)

    def write(self, name: str, text: str) -> Path:
        """Write a file of ours into the cluster's folder; return its path."""
        path = self.home / name
        path.write_text(text)
        self.own(path)
        return path

    def _await_burial(self) -> None:
        # a killed server may not be collected yet, and PostgreSQL would take it for alive
        deadline = time.monotonic() + _BURIAL
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.home / "postmaster.pid").read_text().split("\n")[0])
            while time.monotonic() < deadline and not Path(f"/proc/{pid}/cmdline").read_bytes():
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server: finish what runs, then close; at once if that takes two minutes."""
        if self.running_port() is None:
            return
        with step("停止数据库", "stopping the database"):
            try:
                self.call("pg_ctl", "stop", "-D", str(self.home), "-m", "fast", "-t", "120", "-s")
            except Trouble:
                self.call("pg_ctl", "stop", "-D", str(self.home), "-m", "immediate", "-s")

    def reset_password(self, password: str) -> None:
        """Set the superuser's password in a stopped cluster whose kept one was lost."""
        sql = f"ALTER ROLE {SUPERUSER} PASSWORD '{password}';\n"
        self.call("postgres", "--single", "-D", str(self.home), "postgres", send=sql)

    def open_to_network(self) -> None:
        """Let other hosts sign in with a password (containers on a network of their own)."""
        with (self.home / "pg_hba.conf").open("a") as file:
            file.write("host all all all scram-sha-256\n")

    def foreground(self, port: int) -> list[str]:
        """Return the command that serves all addresses in the foreground, logging to stderr."""
        settings = ["listen_addresses=*", f"port={port}", "logging_collector=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        return [*self.user(), str(self.bin / "postgres"), "-D", str(self.home), *options]

    def remove(self) -> None:
        """Stop a cluster that nobody needs and delete it."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, program: str, *arguments: str, send: str = "") -> None:
        """Run one of PostgreSQL's programs as the cluster's user; a Trouble tells its words."""
        # cwd: the unprivileged user may not be able to enter the one that we stand in;
        # no pipes: a server that pg_ctl leaves behind would hold them open
        report = self.home.with_name(self.home.name + ".out")
        with report.open("w+") as output:
            child = subprocess.Popen(
                [*self.user(), str(self.bin / program), *arguments],
                cwd="/",
                env=_plain_environment(os.environ),
                stdin=subprocess.PIPE if send else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            code = _finish(child, send.encode())
        text = report.read_text(errors="replace").strip()
        report.unlink()
        if code:
            raise self._failed(program, text)

    def _failed(self, program: str, text: str) -> Trouble:
        tail = "\n".join([text, *self._last_words()])[-1500:]
        return Trouble(
            f"数据库程序 {program} 失败，日志在 {self.logs}：",
            f"{program} failed; look into {self.logs}:\n{tail}",
        )

    def _last_words(self) -> list[str]:
        newest = sorted(self.logs.glob("*.log"), key=lambda path: path.stat().st_mtime)[-2:]
        return [
            line for path in newest for line in path.read_text(errors="replace").split("\n")[-6:]
        ]

    def user(self) -> tuple[str, ...]:
        """Return the words to put before a command, so that it runs as the cluster's user."""
        folders = (self.home.parent, self.vault and self.vault.wal, self.reads)
        return as_cluster_user(*(folder for folder in folders if folder and folder.is_dir()))

    def make_folder(self, folder: Path) -> None:
        """Make a folder that the cluster's user alone may enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own(folder)

    def own(self, path: Path) -> None:
        """Give a file or folder to the cluster's user."""
        if os.geteuid() == 0:
            shutil.chown(path, _SYSTEM_USER, _SYSTEM_USER)


def _finish(child: "subprocess.Popen[bytes]", send: bytes) -> int:
    """Let the program end even if we are told to stop meanwhile: half a start is no start."""
    try:
        child.communicate(send or None)
    except KeyboardInterrupt:
        child.wait()
        raise
    return child.returncode


def _collect(pid: int) -> None:
    # a killed server that fell to us (we are a container's first process) stays as a zombie, and
    # PostgreSQL would take it for alive
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def programs_of(version: str, made: Path) -> Path:
    """Return the programs of a version that made a folder; a Trouble if they are not here."""
    folder = _INSTALLED / version / "bin"
    if (folder / "postgres").exists():
        return folder
    raise Trouble(
        f"{made} 由 PostgreSQL {version} 创建，本机没有该版本。"
        f"请安装 postgresql-{version}-postgis-3 与 postgresql-{version}-pgrouting，"
        "或在旧机器上 ./zhihui backup 后移走此目录再 restore。",
        f"{made} was made by PostgreSQL {version}, which is not installed. Install "
        f"postgresql-{version}-postgis-3 and postgresql-{version}-pgrouting, or make a backup "
        "where that version runs (./zhihui backup FILE), move the folder away and restore.",
    )


def newest_programs() -> Path:
    """Return the newest installed PostgreSQL that has PostGIS and pgRouting."""
    found = [folder for folder in _INSTALLED.glob("[0-9]*") if _is_whole(folder)]
    if not found:
        raise Trouble(
            "没有找到带 PostGIS 与 pgRouting 的 PostgreSQL：请重新运行 ./zhihui up 安装，"
            "或用 DATABASE_URL 指定现有数据库。",
            "No PostgreSQL with PostGIS and pgRouting: run ./zhihui up again to install it, "
            "or name an existing database by DATABASE_URL.",
        )
    return max(found, key=lambda folder: int(folder.name)) / "bin"


def _is_whole(installed: Path) -> bool:
    extensions = _EXTENSIONS / installed.name / "extension"
    return (
        (installed / "bin" / "postgres").exists()
        and all((extensions / f"{name}.control").exists() for name in ("postgis", "pgrouting"))
        and all(
            any((installed / "lib").glob(name)) for name in ("postgis-*.so", "libpgrouting*.so")
        )
    )


def _in_command(word: str) -> str:
    return word if word in ("%p", "%f") else shlex.quote(word).replace("%", "%%")


@functools.cache
def as_cluster_user(*folders: Path) -> tuple[str, ...]:
    """Return the words to put before a command, so that it does not run as root."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError as error:
        raise Trouble(
            "系统用户 postgres 不存在：请安装 Debian 的 postgresql-common 包。",
            "There is no system user postgres: install Debian's package postgresql-common.",
        ) from error
    user = (f"--reuid={_SYSTEM_USER}", f"--regid={_SYSTEM_USER}", "--init-groups")
    plain = ("setpriv", *user)
    if all(_can_enter(plain, folder) for folder in folders):
        return plain
    # a checkout under a 0700 home: the user alone could not reach its own folder
    return (*plain, "--inh-caps=+dac_override", "--ambient-caps=+dac_override")


def _can_enter(user: tuple[str, ...], folder: Path) -> bool:
    words = [*user, "test", "-x", str(folder)]
    return subprocess.run(words, cwd="/", capture_output=True, check=False).returncode == 0


def _plain_environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in environ}
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **kept}
