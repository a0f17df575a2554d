"""Places by name over HTTP: what a dispatcher types when a caller says where."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from emergency import gazetteer
from people import may
from people.signin import rights

router = Router()


@router.get("/places")
def places(request: HttpRequest, q: str) -> dict[str, Any]:
    """Find places by a part of their name, Chinese, pinyin or English; typing errors forgiven."""
    may.require(rights(request), "incident.see")
    return {"items": gazetteer.find(q, rights(request))}
