"""`{% say "中文" "English" %}`: both languages side by side, so that neither can be missing."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# what could end a script element early, in its JSON spelling
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def say(zh: str, en: str) -> str:
    """Return the text in the reader's language; Chinese unless English is asked for."""
    return en if (get_language() or "").startswith("en") else zh


@register.simple_tag
def importmap(modules: dict[str, Any], nonce: str) -> SafeString:
    """Return the import map's script element, which must stand before the first module."""
    body = mark_safe(json.dumps(modules).translate(_ESCAPES))  # noqa: S308 - escaped above
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, body)
