"""CAP's times: whole seconds with ±hh:mm; neither Z nor fractions are allowed."""

import datetime


def write(moment: datetime.datetime, zone: datetime.tzinfo | None = None) -> str:
    """Return an aware moment as CAP has it; UTC is written -00:00, as the standard says."""
    local = moment.astimezone(zone).replace(microsecond=0)
    text = local.isoformat()
    return text[:-6] + "-00:00" if local.utcoffset() == datetime.timedelta() else text


def read(text: str) -> datetime.datetime:
    """Return the moment of a text that the schema has let pass."""
    return datetime.datetime.fromisoformat(text.strip())
