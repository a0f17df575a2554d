"""What can be found by name of what this package and those below it hold."""

from layers.search.features import Layers
from layers.search.gazetteer import Gazetteer

SEARCHED = (Gazetteer(), Layers())
