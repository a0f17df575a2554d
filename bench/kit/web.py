"""Serves an application as the supervisor does: web processes on one socket, stopped together."""

import argparse
import signal
import socket
import subprocess
import sys

from city.launch.processes import BACKLOG


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("application")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with socket.create_server(("127.0.0.1", asked.port), backlog=BACKLOG) as sock:
        fd = sock.fileno()
        argv = [sys.executable, "-P", "-m", "city.launch.web", "--fd", str(fd)]
        argv += ["--application", asked.application]
        serving = [
            subprocess.Popen([*argv, "--name", f"web{number}"], pass_fds=[fd])
            for number in range(1, asked.workers + 1)
        ]
    signal.signal(signal.SIGTERM, lambda *_: [each.terminate() for each in serving])
    sys.exit(max(each.wait() for each in serving))


if __name__ == "__main__":
    main()
