"""The process that takes the nightly base backup, and one at once where none helps."""

import datetime
import os
import time
import zoneinfo
from pathlib import Path

from city import env
from city.launch import archiving, basebackup, children
from city.launch.layout import Layout, from_environment
from city.launch.speech import Trouble, complain, say
from city.launch.vault import Base, Vault
from core import heartbeat

_BEAT_EVERY = 2.0  # seconds
_LOOK_EVERY = 20.0
_AGAIN_AFTER = 600.0  # after a failure
_BUSY = 1.0  # while somebody's own base backup goes on
_NICE = 10  # the city's own processes come first
NAME = "keeper"


def last_night(now: datetime.datetime, hour: int) -> datetime.datetime:
    """Return the last moment at which the hour struck (`now` is in the city's time zone)."""
    struck = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return struck if struck <= now else struck - datetime.timedelta(days=1)


def is_due(vault: Vault, now: datetime.datetime, hour: int) -> bool:
    """Say whether a base backup is to be taken now (`now` is in the city's time zone)."""
    newest = vault.bases()[-1:]
    return not newest or newest[0].begun < last_night(now, hour) or is_useless(vault, newest[0])


def is_useless(vault: Vault, newest: Base) -> bool:
    """Say whether no recovery leads from the newest base backup to the present."""
    turns = vault.turns()
    return bool(turns and turns[-1].timeline != newest.timeline) or vault.is_broken_after(newest)


class Keeper:
    """Looks whether a base backup is due, takes it, and says what hindered it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._beaten = float("-inf")

    def beat(self) -> None:
        """Give a sign of life now and then."""
        if time.monotonic() - self._beaten > _BEAT_EVERY:
            self._beaten = time.monotonic()
            heartbeat.beat(NAME, run=self.layout.run)

    def look(self) -> float:
        """Do what is due; return the seconds until the next look."""
        note = failure_note(self.layout)
        try:
            zone = zoneinfo.ZoneInfo(env.text("ZHIHUI_TIME_ZONE", "Asia/Shanghai"))
            vault = archiving.required(self.layout)
            if is_due(vault, datetime.datetime.now(zone), archiving.hour()):
                base = basebackup.take(self.layout, self.beat)
                say(f"基础备份完成 {base.folder}", "base backup taken")
            note.unlink(missing_ok=True)
        except basebackup.Busy:
            return _BUSY
        except Trouble as trouble:
            complain(trouble)
            note.write_text(f"{trouble.zh} {trouble.en}\n", encoding="utf-8")
            return _AGAIN_AFTER
        return _LOOK_EVERY

    def run(self) -> None:
        """Go on until told to stop."""
        due = 0.0
        while True:
            self.beat()
            if time.monotonic() >= due:
                due = time.monotonic() + self.look()
            time.sleep(_BEAT_EVERY / 2)


def failure_note(layout: Layout) -> Path:
    """Return the file that says why the last try failed; there is none after a good one."""
    return layout.run / "keeper.failed"


def main() -> None:
    """Run until TERM, which ends a base backup that is going on, too."""
    children.end_in_order()
    os.nice(_NICE)
    try:
        Keeper(from_environment()).run()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
