"""The services: every kind that citizens may report, and what each one asks."""

from typing import Any

from urban.kind import Attribute, Kind, book
from urban.open311.answer import Refusal, Tree

CHANGESET = "2026-07-01T00:00:00+08:00"  # the edition of the classes
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def services() -> list[Kind]:
    """Return the kinds on offer."""
    return [each for each in book().values() if each.public]


def find(code: str) -> Kind:
    """Return a service by its code; raises Refusal."""
    for each in services():
        if each.service_code == code:
            return each
    raise Refusal(404, f"service_code {code[:40]!r} was not found.", "没有此服务代码。")


def listing() -> Tree:
    """Return the list of services."""
    rows = [
        {
            "service_code": each.service_code,
            "service_name": f"{each.zh} {each.en}",
            "description": f"{each.about_zh}。{each.about_en}.",
            "metadata": bool(each.attributes),
            "type": "realtime",
            "keywords": ",".join(each.keywords),
            "group": f"{each.major_zh} {each.major_en}",
        }
        for each in services()
    ]
    return Tree("services", rows, "service")


def definition(code: str) -> Tree:
    """Return what a service asks."""
    kind = find(code)
    asked = [_attribute(each, order) for order, each in enumerate(kind.attributes, start=1)]
    return Tree("service_definition", {"service_code": kind.service_code, "attributes": asked})


def _attribute(each: Attribute, order: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": each.code,
        "datatype": each.datatype,
        "required": each.required,
        "datatype_description": None,
        "order": order,
        "description": f"{each.zh} {each.en}",
        "values": [{"key": one.key, "name": f"{one.zh} {one.en}"} for one in each.values],
    }


def discovery(base: str) -> Tree:
    """Return where this endpoint is and what it speaks."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": base.rstrip("/"),
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    content = {
        "changeset": CHANGESET,
        "contact": "城市运行指挥中心值班室 The duty desk of the city's command centre",
        "key_service": "向系统管理员申请 api_key；ask the administrators for an api_key",
        "endpoints": [endpoint],
    }
    return Tree("discovery", content)
