"""What a rule is: who it looks at, when it speaks, by which standard. Kinds: `alerts/kinds/`."""

import dataclasses
from functools import cached_property
from pathlib import Path
from typing import Any

from alerts.kind import Kind, kinds
from alerts.wrong import Wrong
from core.shelf import tables

SHELF = Path(__file__).with_name("rules")


@dataclasses.dataclass(frozen=True)
class Rule:
    """One version of a rule. `when` is read by the rule's kind; empty `things` means every kind.

    `property` is an ObservedProperty's code (rules on readings), `scope` a division code without
    trailing zero pairs. Raises Wrong, naming the field, for what cannot be a rule.
    """

    code: str
    kind: str
    title_zh: str
    title_en: str
    when: dict[str, Any]
    property: str = ""
    things: tuple[str, ...] | list[str] = ()
    scope: str = ""
    standard_zh: str = ""
    standard_en: str = ""
    version: int = 0

    def __post_init__(self) -> None:
        if self.kind not in kinds():
            raise Wrong("kind", f"no kind {self.kind!r}; there are {', '.join(kinds())}")
        for field in ("title_zh", "title_en"):
            if not getattr(self, field).strip():
                raise Wrong(field, "a rule needs a title in both languages", "规则必须有中英文名称")
        if kinds()[self.kind].needs_property and not self.property:
            raise Wrong("property", "say which property the rule looks at", "请填写监测项")
        assert self.judge is not None  # a wrong `when` shows now, not at the first reading

    @cached_property
    def judge(self) -> Kind:
        """Return the kind, set up with this rule's `when`."""
        return kinds()[self.kind].build(self.when)

    def covers(self, observed: str, thing_kind: str, scope: str) -> bool:
        """Say whether the rule looks at such a stream or thing."""
        return (
            (not self.property or self.property == observed)
            and (not self.things or thing_kind in self.things)
            and scope.startswith(self.scope)
        )

    def definition(self) -> dict[str, Any]:
        """Return what is kept in the table of versions."""
        kept = dataclasses.asdict(self)
        del kept["version"]
        return kept | {"things": list(self.things)}


def on_shelf() -> dict[str, Rule]:
    """Return the rules that come as files."""
    return tables(SHELF, Rule)
