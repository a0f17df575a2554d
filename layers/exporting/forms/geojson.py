"""A selection as GeoJSON: the question stands beside the features."""

import json
from pathlib import Path

from layers.exporting.form import Form, Taken


class GeoJson(Form):
    """RFC 7946 with further members of ours."""

    code, suffix, media = "geojson", ".geojson", "application/geo+json"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write the features as they are served."""
        path = folder / f"{taken.layer.code}.geojson"
        body = {"type": "FeatureCollection", "features": taken.features, **taken.about}
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        return path
