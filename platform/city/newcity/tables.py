"""Departments and people from CSV, in UTF-8 or in the GB18030 that spreadsheets save."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from city.newcity.complaints import Complaints
from core.errors import Invalid
from people.models import STAFF, Role

_CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_USERNAME = re.compile(r"^[\w.@+-]{2,150}$")
_DEPARTMENT_COLUMNS = ("code", "name_zh", "name_en")
_PEOPLE_COLUMNS = ("username", "role", "department", "name_zh", "name_en", "areas")


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person; `areas` are division codes or prefixes."""

    username: str
    role: Role
    department: str
    name_zh: str
    name_en: str
    areas: tuple[str, ...]


def departments(path: Path, wrong: Complaints) -> list[DepartmentRow]:
    """Read code, name_zh, name_en; every mistake goes to `wrong`."""
    found: dict[str, DepartmentRow] = {}
    for line, row in _rows(path, _DEPARTMENT_COLUMNS, wrong):
        code = row["code"]
        if not _CODE.match(code):
            zh, en = "应为小写字母开头的代码", "use a code of small letters, such as drainage"
            wrong.add(path.name, line, "code", f"{code!r} {zh};", en)
        elif code in found:
            wrong.add(path.name, line, "code", f"{code!r} 重复;", "is there twice")
        elif not row["name_zh"]:
            wrong.add(path.name, line, "name_zh", "名称为空;", "the name is empty")
        else:
            found[code] = DepartmentRow(code, row["name_zh"], row["name_en"] or row["name_zh"])
    return list(found.values())


def people(
    path: Path, known_departments: set[str], prefixes: set[str], taken: set[str], wrong: Complaints
) -> list[PersonRow]:
    """Read username, role, department, names and areas (several parted by ;).

    `prefixes` are the divisions that the outlines hold; an empty area is the whole city.
    """
    found: list[PersonRow] = []
    names = set(taken)
    for line, row in _rows(path, _PEOPLE_COLUMNS, wrong):
        before = len(wrong.lines)
        name = row["username"]
        if not _USERNAME.match(name):
            zh, en = "不是合法用户名;", "is no user name: 2 or more letters, digits or . @ + -"
            wrong.add(path.name, line, "username", f"{name!r} {zh}", en)
        elif name in names:
            wrong.add(path.name, line, "username", f"{name!r} 已存在;", "exists already")
        if row["role"] not in STAFF:
            words = ", ".join(STAFF)
            wrong.add(path.name, line, "role", f"{row['role']!r} 不是角色;", f"use one of {words}")
        if row["department"] not in known_departments:
            zh, en = "不在部门表中;", "is not in the departments file"
            wrong.add(path.name, line, "department", f"{row['department']!r} {zh}", en)
        areas = _areas(row["areas"], prefixes, path.name, line, wrong)
        if len(wrong.lines) == before:
            names.add(name)
            zh, en = row["name_zh"], row["name_en"]
            found.append(PersonRow(name, Role(row["role"]), row["department"], zh, en, areas))
    return found


def _areas(
    text: str, prefixes: set[str], file: str, line: int, wrong: Complaints
) -> tuple[str, ...]:
    areas = []
    for word in filter(None, re.split(r"[;；\s]+", text)):
        area = word
        while len(area) == 6 and area.endswith("00"):
            area = area[:-2]
        if area not in prefixes:
            zh, en = "不在边界文件中;", "is no division of the boundary file"
            wrong.add(file, line, "areas", f"{word!r} {zh}", en)
        areas.append(area)
    return tuple(areas) or (min(prefixes, key=len, default=""),)


def _rows(
    path: Path, columns: tuple[str, ...], wrong: Complaints
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and trimmed row; a missing column is one complaint for the file."""
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        zh, en = f"缺少列 {', '.join(missing)};", f"columns must be {', '.join(columns)}"
        wrong.add(path.name, 1, "heading", zh, en)
        return
    for row in reader:
        if any(isinstance(value, str) and value.strip() for value in row.values()):
            yield reader.line_num, {name: (row[name] or "").strip() for name in columns}


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}", zh=f"无法读取 {path}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(
        f"{path} is neither UTF-8 nor GB18030",
        zh=f"{path} 既不是 UTF-8 也不是 GB18030 编码",
        remedy="save it as CSV UTF-8",
    )
