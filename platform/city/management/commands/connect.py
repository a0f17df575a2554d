"""`./zhihui manage connect`: let a device of a TCP protocol speak for a thing."""

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from core.command import Job
from core.errors import Problem
from gateway.tcp import protocols
from sensors import actions, connecting
from sensors.models import Address, Thing
from sensors.thing import StreamSpec, ThingSpec


class Command(Job):
    """Registers, changes or takes away a device's address; may be repeated."""

    help = "Connect a device (HJ 212: its MN) to a thing, and its series to properties and units."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the device, the thing, and what its series are."""
        parser.add_argument("protocol", choices=[name for name, _ in protocols()])
        parser.add_argument("address", help="设备编号 MN or phone number of the device")
        parser.add_argument("--thing", default="", help="设备编码 code of the thing")
        parser.add_argument(
            "--new", metavar="NAME", help="新建设备 register the thing by this name"
        )
        parser.add_argument("--kind", default="station", help="种类 kind of a new thing")
        parser.add_argument("--scope", default="", help="区划代码 division of a new thing")
        parser.add_argument("--lon", type=float, help="经度 longitude of a new thing, WGS 84")
        parser.add_argument("--lat", type=float, help="纬度 latitude of a new thing, WGS 84")
        parser.add_argument("--password", help='密码 that its messages must carry; "": any')
        parser.add_argument(
            "--series",
            action="append",
            default=[],
            metavar="WORD=PROPERTY[:UNIT]",
            help="监测序列 such as a34004-Rtd=pm25:µg/m3",
        )
        parser.add_argument("--disconnect", action="store_true", help="断开 take the address away")

    def handle(self, *args: object, **options: Any) -> None:
        """Do all of it or nothing."""
        protocol, address = options["protocol"], options["address"]
        try:
            with transaction.atomic():
                if options["disconnect"]:
                    connecting.disconnect(_address(protocol, address))
                    self.stdout.write(f"已断开 {address} disconnected")
                    return
                thing = _thing(options)
                connecting.connect(thing, protocol, address, options["password"])
                for told in options["series"]:
                    connecting.measure(thing, _series(told))
        except Problem as problem:
            raise CommandError(f"{problem.zh} {problem.detail}") from problem
        self.stdout.write(f"{protocol} {address} → {thing.code} {thing.name}")


def _address(protocol: str, name: str) -> Address:
    found = Address.objects.filter(protocol=protocol, name=name).first()
    if found is None:
        raise CommandError(f"没有设备 {name} is not connected")
    return found


def _thing(options: dict[str, Any]) -> Thing:
    found = Thing.objects.filter(code=options["thing"]).first()
    if found is not None:
        return found
    if not options["new"] or not options["thing"]:
        raise CommandError(
            f"没有编码为 {options['thing']!r} 的设备，可用 --new 名称 新建。 "
            f"There is no thing {options['thing']!r}: name one, or add --new NAME to register it."
        )
    name, where = options["new"], (options["lon"], options["lat"])
    spec = ThingSpec(options["thing"], name, name, options["kind"], *where, options["scope"])
    return actions.register([spec])[0]


def _series(told: str) -> StreamSpec:
    series, mark, rest = told.partition("=")
    observed, _, unit = rest.partition(":")
    if not (mark and series and observed):
        raise CommandError(f"{told!r} 应写作 must look like a34004-Rtd=pm25:µg/m3")
    return StreamSpec(observed, unit=unit, series=series)
