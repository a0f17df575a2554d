"""Ports: which are free, and who holds one that is not."""

import contextlib
import errno
import random
import socket
from pathlib import Path

from city.launch.speech import Trouble

_CLUSTER_PORTS = range(5433, 6433)  # where Debian counts on from 5432, below the ephemeral ports
_LISTENING = "0A"  # in /proc/net/tcp


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, not listening yet; OSError says why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen there now."""
    try:
        with contextlib.closing(bind(host, port)) as sock:
            sock.listen(1)
    except OSError:
        return False
    return True


def pick_cluster_port() -> int:
    """Return a free loopback port for a private cluster; random, so that two starts differ."""
    for port in random.sample(_CLUSTER_PORTS, 200):
        if is_free("127.0.0.1", port):
            return port
    raise Trouble(
        "127.0.0.1 的 5433–6432 端口全部被占用，无法启动数据库：请停止不用的程序。",
        "No free port from 5433 to 6432 on 127.0.0.1 for the database: stop what is not needed.",
    )


def claim(host: str, port: int, variable: str) -> socket.socket:
    """Bind the address that `variable` names, or say who holds it and how to change it."""
    try:
        return bind(host, port)
    except OSError as error:
        raise refused(host, port, variable, error) from error


def refused(host: str, port: int, variable: str, error: OSError) -> Trouble:
    """Turn a refused address into a sentence that names the holder and the variable."""
    if error.errno == errno.EADDRINUSE:
        who = holder(port)
        by_zh, by_en = (f"（{who}）", f" ({who})") if who else ("", "")
        return Trouble(
            f"端口 {port} 已被占用{by_zh}：请停止该程序，"
            f"或换一个端口，例如 {variable}={port + 1}。",
            f"Port {port} is taken{by_en}: stop that program, or choose another port, "
            f"for example {variable}={port + 1} ./zhihui up",
        )
    if error.errno == errno.EACCES:
        return Trouble(
            f"没有权限使用端口 {port}：请用 {variable} 选 1024 以上的端口。",
            f"Port {port} may not be used without root: choose one above 1024 by {variable}.",
        )
    return Trouble(
        f"无法监听 {host}:{port}（{error.strerror}）：请用 ZHIHUI_BIND 指定本机地址。",
        f"Cannot listen on {host}:{port} ({error.strerror}): "
        "name an address of this machine by ZHIHUI_BIND.",
    )


def holder(port: int) -> str:
    """Return "command, pid N" of the listener on a port, or "" if it cannot be seen."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(port)}
    for descriptors in Path("/proc").glob("[0-9]*/fd"):
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in wanted for link in descriptors.iterdir()):
                return _describe(descriptors.parent)
    return ""


def _describe(process: Path) -> str:
    words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return f"{words.strip()[:80]}, pid {process.name}"


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            rows = Path(table).read_text().splitlines()[1:]
            found |= {
                fields[9]
                for fields in map(str.split, rows)
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port
            }
    return found
