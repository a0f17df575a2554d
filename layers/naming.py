"""How a layer's title is found by those who type letters: its pinyin, in full and by initials."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=4096)
def letters(title: str) -> str:
    """Return a title's initials and full pinyin, small letters without tones."""
    initials = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER))
    return f"{initials} {''.join(lazy_pinyin(title))}".lower()
