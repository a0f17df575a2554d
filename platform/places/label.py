"""What to call a place on a screen: the division's name with its parent's, in both languages."""

from functools import lru_cache

from places import divisions
from places.models import Division


def label(prefix: str) -> tuple[str, str]:
    """Return (zh, en) for a scope, such as 金水区 花园路街道; empty where it is not known."""
    return _label(prefix, divisions.revision())


@lru_cache(maxsize=20_000)
def _label(prefix: str, revision: int) -> tuple[str, str]:
    """Look it up once for each revision of the divisions: a city may be founded any time."""
    found = Division.objects.filter(prefix=prefix).select_related("parent").first()
    if found is None:
        return "", ""
    if found.parent is None or found.level in ("city", "district"):
        return found.name_zh, found.name_en
    return (
        f"{found.parent.name_zh} {found.name_zh}",
        f"{found.name_en}, {found.parent.name_en}",
    )
