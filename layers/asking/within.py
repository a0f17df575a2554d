"""How a request says "within so many minutes": the words of every question that knows reach."""

from typing import Annotated

from ninja import Field, Schema

from core.errors import Invalid
from layers.asking import reach
from layers.asking.reach import BESIDE, LONGEST, PACE, Mode, Wanted
from people.may import Rights, require


class Within(Schema):
    """Within so many minutes over the streets of a place (or `towards` it), and how one travels.

    `kmh`: the pace of cycling (15) or walking (4.8); driving knows the streets' own speeds.
    `beside_m`: how far beside a street still counts.
    """

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-85, le=85)]
    minutes: Annotated[float, Field(gt=0, le=LONGEST)]
    mode: Mode = "drive"
    kmh: Annotated[float, Field(gt=0, le=60)] | None = None
    beside_m: Annotated[float, Field(gt=0, le=1000)] = BESIDE
    towards: bool = False

    def wanted(self) -> Wanted:
        """Return it with its pace; raises Invalid for driving at one."""
        if self.mode == "drive" and self.kmh is not None:
            raise Invalid(
                "driving goes at the streets' own speeds", zh="驾车按道路自身车速", field="kmh"
            )
        return Wanted(**self.dict() | {"kmh": self.kmh or PACE.get(self.mode, 0.0)})

    def reach(self, who: Rights) -> reach.Reach:
        """Return the ground; raises Forbidden for who may not ask for ways."""
        require(who, "route.ask")
        return reach.reach(self.wanted())
