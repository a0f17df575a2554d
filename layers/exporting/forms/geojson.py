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
        with path.open("w", encoding="utf-8") as out:
            out.write('{"type": "FeatureCollection", "features": [')
            comma = ""
            for batch in taken.batches:
                for feature in batch.features:
                    out.write(comma + json.dumps(feature, ensure_ascii=False))
                    comma = ",\n"
            about = json.dumps(taken.about, ensure_ascii=False)
            out.write(f"], {about.removeprefix('{')}")
        return path
