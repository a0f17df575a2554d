"""What runs: web, gateway, worker, each as a command line of its own."""

import os
import shutil
import signal
import socket
import sys
from dataclasses import dataclass, field

from city import env
from city.launch.layout import ROOT

BACKLOG = 4096
MANAGE = str(ROOT / "platform" / "manage.py")


@dataclass(frozen=True)
class Process:
    """One process: its command, the sockets it inherits, and its time to finish, in seconds."""

    name: str
    command: tuple[str, ...]
    grace: float = 15.0
    sockets: tuple[socket.socket, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return what kind of process this is: web-1 is a web."""
        return self.name.partition("-")[0]


def python(*arguments: str) -> tuple[str, ...]:
    """Return a command line of our own Python that ends when its parent is killed."""
    # -P: nothing is imported from the folder that somebody happens to stand in
    command = (sys.executable, "-P", *arguments)
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--", *command) if setpriv else command


def web(number: int, sock: socket.socket) -> Process:
    """Return one web process on the shared listening socket."""
    name = f"web-{number}"
    command = python("-m", "city.launch.web", "--fd", str(sock.fileno()), "--name", name)
    return Process(name, command, grace=10.0, sockets=(sock,))


def managed(name: str) -> Process:
    """Return a process that is a management command of the same name."""
    return Process(name, python(MANAGE, name))


def all_processes(sock: socket.socket, archives: bool = False) -> list[Process]:
    """Return everything that the supervisor runs, in the order in which it is stopped.

    With an archive the base backups have a process of their own: they take long, and neither the
    supervisor's rounds nor the worker's clock may wait for them.
    """
    workers = env.number("ZHIHUI_WEB_WORKERS", 2, low=1, high=64)
    webs = [web(number + 1, sock) for number in range(workers)]
    keeper = [Process("keeper", python("-m", "city.launch.keeper"))] if archives else []
    return [*webs, managed("gateway"), managed("worker"), *keeper]


def exit_words(code: int) -> str:
    """Say how a process ended: its exit code, or the signal that killed it."""
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def become(process: Process) -> None:
    """Turn this very process into the given one (for containers, where each stands alone)."""
    os.environ.update(process.extra)
    for sock in process.sockets:
        sock.set_inheritable(True)
    command = process.command[process.command.index(sys.executable) :]
    os.execv(command[0], command)
