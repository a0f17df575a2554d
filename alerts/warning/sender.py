"""Who warns: the sender's code and names, and the identifiers of its messages."""

import dataclasses
import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from alerts.warning.models import CapMessage
from places.models import Division, Level

_NAME = ("城市运行指挥中心", "City Operations Command Centre")


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """`code` is ZZZZZZDDDUUUXX: division, agency, unit and number."""

    code: str
    name_zh: str
    name_en: str


def sender() -> Sender:
    """Return the settings' sender, or one made of the city's code and name."""
    city = Division.objects.filter(level=Level.CITY).order_by("code").first()
    code = settings.CAP_SENDER or f"{city.code if city else '000000'}00000000"
    names = [part.strip() for part in settings.CAP_SENDER_NAME.split("|") if part.strip()]
    if names:
        return Sender(code, names[0], names[-1])
    zh, en = (city.name_zh, f"{city.name_en} ") if city else ("", "")
    return Sender(code, zh + _NAME[0], en + _NAME[1])


def identifier(code: str, moment: datetime.datetime) -> str:
    """Return the next free ZZZZZZDDDUUUXX_YYYYMMDDhhmmss[_N], in the city's own time.

    Two at once may get the same one: the table's constraint then refuses the second.
    """
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    first = f"{code}_{local:%Y%m%d%H%M%S}"
    taken = set(
        CapMessage.objects.filter(sender=code, identifier__startswith=first).values_list(
            "identifier", flat=True
        )
    )
    number = 0
    while (name := f"{first}_{number}" if number else first) in taken:
        number += 1
    return name
