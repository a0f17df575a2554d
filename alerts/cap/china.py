"""What the national system writes that CAP 1.2 does not allow, translated; the original is kept.

It carries the warning's colour in `severity`, and times as `2021-07-20 05:40:00+08:00`.
"""

import re
from typing import Any

from lxml import etree

from alerts.cap import tree
from alerts.cap.finding import Translated
from alerts.cap.message import NAMESPACE

KEPT_IN = "CN_SEVERITY"  # the parameter that keeps what stood in severity
SEVERITY = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate", "blue": "Minor"}
_COLOURS = SEVERITY | {
    "红色": "Extreme", "橙色": "Severe", "黄色": "Moderate", "蓝色": "Minor",
}  # fmt: skip
_TIMES = ("sent", "effective", "onset", "expires")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)([+-]\d\d:\d\d)")
_AFTER_PARAMETERS = ("resource", "area")


def translate(root: Any) -> list[Translated]:
    """Change the tree to what CAP 1.2 has, and return what was changed."""
    done = [*_translate_times(root, "/alert")]
    for number, info in enumerate(tree.children(root, "info"), start=1):
        path = f"/alert/info[{number}]"
        done += _translate_times(info, path)
        done += _translate_severity(info, path)
    return done


def _translate_times(element: Any, path: str) -> list[Translated]:
    done = []
    for name in _TIMES:
        for found in tree.children(element, name):
            before = (found.text or "").strip()
            if match := _TIME.fullmatch(before):
                found.text = f"{match[1]}T{match[2]}{match[3]}"
                done.append(Translated(f"{path}/{name}", before, found.text))
    return done


def _translate_severity(info: Any, path: str) -> list[Translated]:
    done = []
    for found in tree.children(info, "severity"):
        before = (found.text or "").strip()
        after = _COLOURS.get(before.lower())
        if after is not None:
            found.text = after
            _keep(info, before)
            done.append(Translated(f"{path}/severity", before, after))
    return done


def _keep(info: Any, before: str) -> None:
    parameter = etree.Element(f"{{{NAMESPACE}}}parameter")
    for name, value in (("valueName", KEPT_IN), ("value", before)):
        etree.SubElement(parameter, f"{{{NAMESPACE}}}{name}").text = value
    later = (child for child in info if tree.local(child) in _AFTER_PARAMETERS)
    following = next(later, None)
    if following is None:
        info.append(parameter)
    else:
        following.addprevious(parameter)
