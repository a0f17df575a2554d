"""Opening an uploaded archive: only what is asked for, under plain names, within limits.

A file geodatabase is a folder: its parts go into one folder of its own name.
"""

import contextlib
import lzma
import os
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from layers.importing import format as formats
from layers.importing import rasters
from layers.importing.table import Unreadable

MOST_MEMBERS = 2000  # a file geodatabase has six for each of its tables
LARGEST = 4 << 30  # bytes of everything that is unpacked
LONGEST = 200  # bytes of a name: what the disk takes, less what readers append
RATIO = 300  # a member that grows more than this is a bomb, not data
_SMALL = 1 << 20  # bytes: below this a high ratio does no harm
_CHUNK = 1 << 20
# zipfile's words for damage, for a compression that it does not know, and for a password
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, UnicodeDecodeError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_LOCKED = 0x1  # a member's flag: it wants a password
_PICTURES = {*rasters.DRIVERS, *rasters.WORLD_FILES}
_GEODATABASE = {".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist"}


def unpack(archive: Path, folder: Path) -> list[Path]:
    """Write the wanted members into `folder` under their bare names; return files and .gdb folders.

    Raises Unreadable for a broken archive, a bomb, a link, or two members of one name.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [one for one in opened.infolist() if _is_wanted(one)]
            _check(opened, members)
            found = [_extract(opened, one, folder) for one in members]
            return list(dict.fromkeys(_whole(one) for one in found))
    except _DAMAGED as error:
        raise Unreadable(
            f"the archive cannot be opened: {error}",
            zh="压缩包无法打开（已损坏或压缩方式不支持）",
            field="file",
            remedy="pack it again as a plain .zip without a password",
        ) from error


def name_of(member: zipfile.ZipInfo) -> str:
    """Return a member's bare name."""
    return (_parts(member) or ("",))[-1]


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return a member's path; old Chinese archives write GBK, which reads as CP437."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    shown = "".join(one if one.isprintable() else "_" for one in name)
    return PurePosixPath(shown.replace("\\", "/")).parts


def _place(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a member goes: its bare name, inside its geodatabase's folder if it has one."""
    name = name_of(member)
    parent = _parts(member)[-2:-1]
    if parent and parent[0].lower().endswith(".gdb"):
        return PurePosixPath(parent[0]) / name
    return PurePosixPath(name)


def _whole(path: Path) -> Path:
    return path.parent if path.parent.suffix.lower() == ".gdb" else path


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    place = _place(member)
    if member.is_dir() or place.name.startswith("._"):
        return False
    suffix = place.suffix.lower()
    if len(place.parts) > 1:
        return suffix in _GEODATABASE or place.name in ("gdb", "timestamps")
    return suffix in (_PICTURES | set(formats.by_suffix()) | formats.companions()) - {".gdb"}


def _check(opened: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    if not members:
        raise Unreadable(
            f"the archive holds nothing that can be read: {formats.names()} or GeoTIFF",
            zh=f"压缩包内没有可读取的数据（{formats.names()} 或 GeoTIFF）",
            field="file",
        )
    if len(opened.infolist()) > MOST_MEMBERS:
        raise _bomb(f"more than {MOST_MEMBERS} members", f"文件超过 {MOST_MEMBERS} 个")
    if sum(one.file_size for one in members) > LARGEST:
        raise _bomb(f"more than {LARGEST >> 30} GB unpacked", f"解压后超过 {LARGEST >> 30} GB")
    for one in members:
        _check_member(one)
    names = [str(_place(one)).lower() for one in members]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise _bomb(f"two files called {twice}", f"有两个同名文件 {twice}")


def _check_member(one: zipfile.ZipInfo) -> None:
    if one.flag_bits & _LOCKED:
        raise _bomb("it is locked by a password", "压缩包已加密")
    if any(len(os.fsencode(part)) > LONGEST for part in _place(one).parts):
        raise _bomb(f"a name is longer than {LONGEST} bytes", "文件名过长（约 65 个汉字以内）")
    if stat.S_ISLNK(one.external_attr >> 16):
        raise _bomb(f"a link: {name_of(one)}", f"含链接 {name_of(one)}")
    if one.file_size > _SMALL and one.file_size > RATIO * max(one.compress_size, 1):
        raise _bomb(f"{name_of(one)} grows more than {RATIO} times", "压缩比异常")


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path:
    """Copy one member out, never more than it announced."""
    target = folder / _place(member)
    target.parent.mkdir(exist_ok=True)
    left = member.file_size
    with opened.open(member) as source, target.open("wb") as out:
        while chunk := _read(source):
            left -= len(chunk)
            if left < 0:
                raise _bomb("a member larger than it says", "成员大小与声明不符")
            out.write(chunk)
    return target


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:  # what the bzip2 reader says of damage
        raise zipfile.BadZipFile(str(error)) from error


def _bomb(en: str, zh: str) -> Unreadable:
    return Unreadable(f"the archive is refused: {en}", zh=f"压缩包被拒绝：{zh}", field="file")
