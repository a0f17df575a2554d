"""What places are called follows the divisions, in every process, without a restart."""

import shapely

from places import actions, divisions
from places.actions import DivisionRow
from places.label import label
from places.models import Level

BOX = shapely.to_wkb(shapely.MultiPolygon([shapely.box(113.4, 34.5, 114.0, 35.0)]))


def test_a_city_that_is_founded_later_gets_its_names(real: None) -> None:
    assert label("410105") == ("", "")
    actions.register_divisions([DivisionRow("410105", "金水区", Level.DISTRICT, None, BOX)])
    divisions.forget()
    zh, en = label("410105")
    assert zh == "金水区" and en
