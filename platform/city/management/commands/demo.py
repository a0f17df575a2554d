"""`./zhihui demo --scenario NAME`: play a scenario against a running system, by public doors."""

import argparse
import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from city import env
from city.launch import credentials, probe
from city.launch.layout import from_environment
from city.launch.speech import say
from city.night import account as nightly
from city.night.night import Night
from city.performance import Account, Performance, Wishes, performances
from city.scenario import Scenario, Unplayable, scenarios
from city.stage import account, tokens
from city.stage.door import opened
from city.stage.play import Company, Played, Player
from city.stage.telemetry import Gateway
from city.telemetry import gauges, live, stations
from core.command import Job
from sensors.models import Thing


class Command(Job):
    """Plays, then prints an account; ends with 1 if an acknowledged reading is not found again."""

    help = "Play a scenario against a running system through its public doors only."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take what to play, how fast, and where."""
        known = sorted({*scenarios(), *performances()})
        parser.add_argument("--scenario", choices=known, help="情景 what to play")
        parser.add_argument(
            "--speed",
            type=float,
            default=0.0,
            help="情景秒/秒，0 最快 seconds a second, 0: flat out",
        )
        parser.add_argument("--url", default="", help="系统地址 the running system")
        parser.add_argument("--user", default="supervisor", help="登录名 who signs in")
        parser.add_argument("--tokens", type=Path, help="设备令牌文件 device tokens as JSON")
        parser.add_argument(
            "--ending-now", action="store_true", help="平移到现在 shift the times to end now"
        )
        parser.add_argument(
            "--with-rubbish", action="store_true", help="原样发送坏值 send bad values as they are"
        )
        parser.add_argument(
            "--without-people", action="store_true", help="只有设备 devices only, nobody acts"
        )
        live = parser.add_argument_group("实时 live", "vehicles")
        live.add_argument("--count", type=int, default=50, help="数量 how many take part")
        live.add_argument(
            "--every", type=float, default=5.0, help="上报间隔 seconds between reports"
        )
        live.add_argument("--minutes", type=float, default=10.0, help="时长，0 不限 0: until ^C")

    def handle(
        self, *args: object, scenario: str | None, speed: float, url: str, **options: object
    ) -> None:
        """Play and account."""
        if scenario is None:
            return self._list()
        if not 0 <= speed < float("inf"):
            raise CommandError("--speed 应为非负数 must be a number of 0 or more")
        if scenario in performances():
            return self._perform(performances()[scenario](), options)
        chosen = scenarios()[scenario](rubbish=bool(options["with_rubbish"]))
        address = url or probe.public_address()
        night = _night(chosen, speed, address, options)
        try:
            played = asyncio.run(_play(chosen, speed, address, options, night))
        except Unplayable as trouble:
            raise CommandError(f"{trouble.zh}\n{trouble.en}") from trouble
        for line in account.lines(scenario, chosen, played, speed):
            self.stdout.write(line)
        for line in nightly.lines(night) if night else ():
            self.stdout.write(line)
        if played.outcome.lost or (night and night.lost):
            raise CommandError("已确认的读数未能读回 acknowledged readings were not found again")
        return None

    def _perform(self, chosen: Performance, options: Mapping[str, Any]) -> None:
        """Let it play live, until its time is over or somebody interrupts."""
        wishes = Wishes(options["count"], options["every"], options["minutes"])
        if not (0 < wishes.count <= 5000 and wishes.every >= 1 and wishes.minutes >= 0):
            raise CommandError("--count 1–5000, --every ≥ 1, --minutes ≥ 0")
        try:
            account = asyncio.run(_until_stopped(chosen, wishes))
        except Unplayable as trouble:
            raise CommandError(f"{trouble.zh}\n{trouble.en}") from trouble
        for line in account.lines:
            self.stdout.write(line)
        if account.lost:
            raise CommandError("已确认的上报未能读回 acknowledged reports were not found again")

    def _list(self) -> None:
        shelf: dict[str, type[Scenario] | type[Performance]] = {**scenarios(), **performances()}
        for name, each in sorted(shelf.items()):
            self.stdout.write(f"{name:12} {each.title_zh}\n{'':12} {each.title_en}")


async def _until_stopped(chosen: Performance, wishes: Wishes) -> Account:
    """Play; an interrupt ends the play, not the program, so that the account is printed."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    return await chosen.play(wishes, say, stop)


def _night(chosen: Scenario, speed: float, url: str, options: Mapping[str, object]) -> Night | None:
    """Return the people of a scenario that has some, unless they are told to stay away."""
    if not chosen.peopled or options["without_people"]:
        return None
    return Night(url, _password(), speed, say)


async def _play(
    chosen: Scenario,
    speed: float,
    url: str,
    options: Mapping[str, object],
    company: Company | None = None,
) -> Played:
    file = options["tokens"]

    def device_tokens(codes: Sequence[str]) -> Mapping[str, str]:
        return _kept_tokens(file) if isinstance(file, Path) else _own_tokens(codes)

    async with opened(url) as door:
        await door.sign_in(str(options["user"]), _password())
        gateway = await asyncio.to_thread(_gateway)
        player = Player(
            door, chosen, device_tokens, say, speed, bool(options["ending_now"]), gateway, company
        )
        return await player.play()


def _gateway() -> Gateway | None:
    """Return how stations of this machine's own database speak HJ 212; None without one."""
    host, port = live.door()
    try:
        speakers = {thing.code: stations.speaker(thing.code) for thing in stations.talkative()}
        if port:
            simulated = Thing.objects.filter(simulated=True, kind__in=gauges.KINDS)
            speakers |= gauges.speakers(list(simulated.order_by("code")))
    except DatabaseError:
        return None
    finally:
        connection.close()
    return Gateway(host, port, speakers) if port else None


def _password() -> str:
    found = env.text("ZHIHUI_DEMO_PASSWORD") or credentials.read(
        from_environment(), "demo_password"
    )
    if not found:
        raise Unplayable(
            "没有演示人员的密码：请设 ZHIHUI_DEMO_PASSWORD（演示城市载入时会生成并保存密码）",
            "there is no password of the demo people: set ZHIHUI_DEMO_PASSWORD"
            " (loading the demo city makes and keeps one)",
        )
    return found


def _kept_tokens(path: Path) -> Mapping[str, str]:
    try:
        return tokens.read_file(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unplayable(f"无法读取令牌文件 {path}", f"{path}: {error}") from error


def _own_tokens(codes: Sequence[str]) -> Mapping[str, str]:
    """Issue tokens in this machine's own database: the only thing not done over the network."""
    try:
        return tokens.issue(from_environment(), Thing.objects.filter(code__in=codes))
    except DatabaseError as error:
        raise Unplayable(
            "无法从本机数据库取得设备令牌：请用 --tokens 指定令牌文件",
            f"no device tokens from this machine's database ({error}): give a file by --tokens",
        ) from error
    finally:
        connection.close()  # it belongs to this thread, which nobody asks again
