"""Photos for the reports of a scenario: drawn, and labelled as simulated in the picture itself."""

import io
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

_SIZE = (960, 720)


@cache
def photo(seed: int) -> bytes:
    """Return a JPEG of rain on a dark road, another for each seed."""
    random = np.random.Generator(np.random.PCG64(seed))
    width, height = _SIZE
    shade = np.linspace(70, 25, height)[:, None, None] * np.array([0.8, 0.95, 1.1])
    noise = random.normal(0, 6, (height, width, 1))
    pixels = np.clip(np.broadcast_to(shade, (height, width, 3)) + noise, 0, 255).astype(np.uint8)
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    level = int(random.integers(380, 560))
    pen.rectangle((0, level, width, height), fill=(64, 78, 84))
    for x, y in random.integers(0, [width, level], size=(260, 2)).tolist():
        pen.line((x, y, x - 5, y + 26), fill=(150, 168, 180), width=1)
    pen.rectangle((0, 0, width, 34), fill=(20, 20, 20))
    pen.text((12, 10), f"SIMULATED  #{seed}", fill=(235, 235, 235))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=78)
    return kept.getvalue()
