"""The commands of `./zhihui`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from city.launch import (
    archive,
    basebackup,
    children,
    control,
    database,
    doctor,
    layout,
    moment,
    restore,
    single,
    testing,
    turnback,
    up,
)
from city.launch.layout import ROOT, Layout
from city.launch.processes import MANAGE
from city.launch.speech import Trouble, complain, say

Command = Callable[[Layout, argparse.Namespace], int]


def _up(place: Layout, arguments: argparse.Namespace) -> int:
    if arguments.detach:
        return up.detach(place)
    return up.up(place, arguments.ready_fd)


def _manage(place: Layout, arguments: argparse.Namespace) -> int:
    return _django(place, arguments.rest)


def _demo(place: Layout, arguments: argparse.Namespace) -> int:
    return _django(place, ["demo", *arguments.rest])


def _django(place: Layout, words: Sequence[str]) -> int:
    """Run a management command with the database up, for as long as it takes."""
    place.make()
    with database.serving(place):
        command = [sys.executable, "-P", MANAGE, *words]
        return children.run(command, database.child_environment(place))


def _backup(place: Layout, arguments: argparse.Namespace) -> int:
    place.make()
    with database.serving(place):
        if arguments.file is None:
            return _base_backup(place)
        archive.save(place, arguments.file)
    size = arguments.file.stat().st_size >> 20
    say(
        f"已备份到 {arguments.file}（{size} MB）",
        f"saved, {size} MB; it holds secrets, keep it safe",
    )
    return 0


def _base_backup(place: Layout) -> int:
    base = basebackup.take(place)
    say(f"基础备份完成 {base.folder}", "base backup taken; it holds secrets, keep it safe")
    return 0


def _restore(place: Layout, arguments: argparse.Namespace) -> int:
    place.make()
    if arguments.at:
        turnback.turn_back(place, moment.parse(arguments.at), arguments.file)
        say(f"已恢复到 {arguments.at}", "— restored to that moment")
        return 0
    if arguments.file is None:
        raise Trouble(
            "请给出备份文件，或用 --at 给出时刻：./zhihui restore --at 2026-11-22T03:15:00+08:00。",
            "Name a backup file, or a moment: ./zhihui restore --at 2026-11-22T03:15:00+08:00.",
        )
    with database.serving(place):
        safety = restore.bring_back(place, arguments.file)
    say(f"已恢复；此前的状态保存在 {safety}", f"restored; what was there before is in {safety}")
    return 0


def _bench(place: Layout, arguments: argparse.Namespace) -> int:
    folder = ROOT / "bench"
    known = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    wanted = [arguments.name] if arguments.name else known
    if not set(wanted) <= set(known):
        raise Trouble(
            f"没有名为 {arguments.name} 的基准；现有：{'、'.join(known)}。",
            f"There is no benchmark {arguments.name}; there are: {', '.join(known)}.",
        )
    codes = [
        children.run([sys.executable, "-P", str(folder / f"{name}.py")], os.environ, cwd=ROOT)
        for name in wanted
    ]
    return max(codes, default=0)


def _setup(place: Layout, arguments: argparse.Namespace) -> int:
    say("安装完成，用 ./zhihui up 启动", "all is installed; start by ./zhihui up")
    return 0


def _run(place: Layout, arguments: argparse.Namespace) -> int:
    single.run(place, arguments.process)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./zhihui", description="指挥 Zhihui")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, do: Command, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(do=do)
        return command

    start = add("up", _up, "启动一切 start everything")
    start.add_argument("--detach", action="store_true", help="后台运行 in the background")
    start.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    add("status", lambda place, _: control.status(place), "运行状态 what runs, since when")
    add("down", lambda place, _: control.down(place), "停止 stop it")
    add("doctor", lambda place, _: doctor.doctor(place), "体检 check, and say how to mend")
    backup = add("backup", _backup, "备份全部状态 save the whole state")
    backup.add_argument("file", type=Path, nargs="?", help="缺省为基础备份 else a base backup")
    back = add("restore", _restore, "恢复 bring it back")
    back.add_argument("file", type=Path, nargs="?", help="备份文件，或归档目录 file, or archive")
    back.add_argument("--at", metavar="MOMENT", help="时刻 2026-11-22T03:15:00+08:00")
    bench = add("bench", _bench, "性能基准 benchmarks")
    bench.add_argument("name", nargs="?")
    add("lint", lambda place, _: testing.lint(), "静态检查 static checks")
    add("setup", _setup, "只安装 install only")
    one = add("run", _run, "运行单个进程 one process (containers)")
    one.add_argument("process", choices=single.NAMES)
    return parser


# what follows these words belongs to another program
_PASSED_ON: dict[str, Command] = {
    "manage": _manage,
    "demo": _demo,
    "test": lambda place, arguments: testing.test(arguments.rest),
}


def _parse(words: Sequence[str]) -> argparse.Namespace:
    if words and words[0] in _PASSED_ON:
        return argparse.Namespace(do=_PASSED_ON[words[0]], rest=list(words[1:]))
    return _parser().parse_args(words)


def main(words: Sequence[str]) -> int:
    """Do the command; failures are sentences with their remedy, never tracebacks."""
    arguments = _parse(words)
    os.environ["DJANGO_SETTINGS_MODULE"] = "city.settings"
    children.end_in_order()
    try:
        code: int = arguments.do(layout.from_environment(), arguments)
    except Trouble as trouble:
        complain(trouble)
        return trouble.code
    except children.Ended as ended:
        return 128 + ended.number
    except KeyboardInterrupt:
        say("已中断", "interrupted")
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
