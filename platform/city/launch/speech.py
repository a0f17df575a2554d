"""How the launcher speaks: Chinese first, English second, a clock for all that takes long."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

_PATIENCE = 1.0  # seconds of work that pass without a word
_LOG_EVERY = 15  # seconds between signs of life where there is no terminal


class Trouble(Exception):
    """What went wrong and what to do about it, in both languages; the command ends with `code`."""

    def __init__(self, zh: str, en: str, code: int = 1) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh, self.en, self.code = zh, en, code


def _write(text: str) -> None:
    # the terminal may be gone (hung up, a closed pipe): the work goes on without it
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


def say(zh: str, en: str = "") -> None:
    """Print one line of progress."""
    _write(f"· {zh} {en}".rstrip() + "\n")


def show(text: str = "") -> None:
    """Print a line of the answer itself on standard output."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def complain(trouble: Trouble) -> None:
    """Print a failure with its remedy."""
    _write(f"\n✗ {trouble.zh}\n  {trouble.en}\n")


class _Clock(threading.Thread):
    """Announces a piece of work once it has taken a second, then counts."""

    def __init__(self, sentence: str) -> None:
        super().__init__(daemon=True)
        self.sentence, self.done, self.spoke = sentence, threading.Event(), False
        self.begun = time.monotonic()

    def run(self) -> None:
        """Count seconds: in place on a terminal, as a line now and then in a log."""
        terminal = sys.stderr.isatty()
        pause = _PATIENCE
        while not self.done.wait(pause):
            took = time.monotonic() - self.begun
            if terminal:
                _write(f"\r· {self.sentence} … {took:.0f} s ")
            elif not self.spoke or pause == _LOG_EVERY:
                _write(f"· {self.sentence} … {took:.0f} s\n")
            pause = 1.0 if terminal else _LOG_EVERY
            self.spoke = True

    def finish(self) -> None:
        """Stop counting and leave how long it took."""
        self.done.set()
        self.join()
        if self.spoke:
            end = "\r" if sys.stderr.isatty() else ""
            _write(f"{end}· {self.sentence}: {time.monotonic() - self.begun:.1f} s   \n")


@contextlib.contextmanager
def step(zh: str, en: str) -> Iterator[None]:
    """Show that a piece of work goes on if it takes longer than a second, and what it took."""
    clock = _Clock(f"{zh} {en}")
    clock.start()
    try:
        yield
    finally:
        clock.finish()
