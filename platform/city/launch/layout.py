"""Where everything that is written stands: one folder, ZHIHUI_DATA."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from city import env
from city.launch.speech import Trouble

ROOT = Path(__file__).resolve().parents[3]
_LEAST_FREE = 1 << 30  # bytes


@dataclass(frozen=True)
class Layout:
    """The folders under ZHIHUI_DATA."""

    data: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder."""
        return self.data / "pg"

    @property
    def old_cluster(self) -> Path:
        """The cluster that a restore has moved aside, until the new one is proven."""
        return self.data / "pg.outgoing"

    @property
    def secrets(self) -> Path:
        """Keys and passwords, mode 600 in a folder of mode 700."""
        return self.data / "secrets"

    @property
    def run(self) -> Path:
        """Locks, process ids, heartbeats, the state of the supervisor."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.data / "logs"

    @property
    def backups(self) -> Path:
        """Safety copies that the launcher takes by itself."""
        return self.data / "backups"

    def make(self) -> None:
        """Make the folders; a folder that cannot be written is said so."""
        try:
            for folder in (self.data, self.run, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.secrets, self.backups):
                folder.mkdir(mode=0o700, exist_ok=True)
            tempfile.TemporaryFile(dir=self.run).close()
        except OSError as error:
            raise Trouble(
                f"无法写入数据目录 {self.data}（{error.strerror}）："
                "请修正权限，或用 ZHIHUI_DATA 指定其他目录。",
                f"The data folder {self.data} cannot be written ({error.strerror}): "
                "mend its permissions, or name another folder by ZHIHUI_DATA.",
            ) from error

    def free(self) -> int:
        """Return the bytes that are free where the data stands."""
        return shutil.disk_usage(self.data).free

    def check_disk(self, least: int = _LEAST_FREE) -> None:
        """Refuse to start on a nearly full disk: PostgreSQL stops hard when it fills up."""
        free = self.free()
        if free < least:
            raise Trouble(
                f"磁盘空间不足：{self.data} 只剩 {free >> 20} MB，至少需要 {least >> 20} MB。"
                "请清理，或用 ZHIHUI_DATA 指定其他磁盘。",
                f"Not enough disk: {free >> 20} MB left at {self.data}, at least {least >> 20} MB "
                "are needed. Make room, or name a folder on another disk by ZHIHUI_DATA.",
            )


def from_environment() -> Layout:
    """Return the layout that ZHIHUI_DATA names, and fix the variable for child processes."""
    data = env.folder("ZHIHUI_DATA", ROOT / "var")
    os.environ["ZHIHUI_DATA"] = str(data)
    return Layout(data)
