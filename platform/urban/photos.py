"""Photos, checked by their content: decoded, turned upright, stripped and encoded anew.

What is kept is our own JPEG by its SHA-256 under MEDIA_ROOT with a thumbnail beside it; nothing of
the sender's file (EXIF, position, trailing bytes) survives.
"""

import dataclasses
import hashlib
import io
import uuid
import warnings
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import HttpResponse
from PIL import Image, ImageOps

from core.errors import Unknown
from urban.models import Photo as Kept
from urban.refusals import Refused

MOST = 5  # photos at one step
MAX_BYTES = 8 << 20
MAX_PIXELS = 50_000_000
SMALLEST = 16  # pixels a side
LONG_SIDE, THUMB_SIDE = 2048, 320
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A photo ready to be kept: JPEG bytes, thumbnail, digest of the bytes, size in pixels."""

    digest: str
    jpeg: bytes
    thumb: bytes
    width: int
    height: int


def _refuse(detail: str, zh: str) -> Refused:
    return Refused(detail, zh=zh, field="photo", remedy="send a JPEG, PNG or WebP photo of 8 MB")


def read(file: IO[bytes]) -> Picture:
    """Check one upload and return what will be kept; raises Refused."""
    raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _refuse("the photo has more than 8 MB", "照片超过 8 MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of a decompression bomb
            image = _upright(raw)
    except Refused:
        raise
    # a decoder fed with anything may raise anything; whatever it is, it was no photo
    except Exception as error:
        raise _refuse("this is not a photo that can be read", "所传文件不是可读取的照片") from error
    jpeg = _encoded(image, LONG_SIDE, 85)
    with Image.open(io.BytesIO(jpeg)) as kept:
        width, height = kept.size
    digest = hashlib.sha256(jpeg).hexdigest()
    return Picture(digest, jpeg, _encoded(image, THUMB_SIDE, 75), width, height)


def _upright(raw: bytes) -> Image.Image:
    with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise _refuse("the photo has more than 50 million pixels", "照片超过 5000 万像素")
        if min(width, height) < SMALLEST:
            raise _refuse("the photo is smaller than 16 pixels", "照片尺寸过小")
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        image.load()
        return ImageOps.exif_transpose(image).convert("RGB")


def _encoded(image: Image.Image, side: int, quality: int) -> bytes:
    copy = image.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    # a new picture takes no information along: neither EXIF nor comments nor profiles
    bare = Image.new("RGB", copy.size)
    bare.paste(copy)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def path(digest: str, *, thumb: bool = False) -> Path:
    """Return where a photo is kept."""
    name = f"{digest}-thumb.jpg" if thumb else f"{digest}.jpg"
    return Path(settings.MEDIA_ROOT) / "photos" / digest[:2] / name


def keep(picture: Picture) -> list[Path]:
    """Write a photo and its thumbnail; returns the files that were not there before."""
    fresh = []
    for target, content in (
        (path(picture.digest), picture.jpeg),
        (path(picture.digest, thumb=True), picture.thumb),
    ):
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{uuid.uuid4().hex}.part")
        part.write_bytes(content)
        part.replace(target)
        fresh.append(target)
    return fresh


def serve(row: Kept | None, size: str) -> HttpResponse:
    """Answer with a photo's file; raises Unknown for one that is gone."""
    found = path(row.digest, thumb=size == "thumb") if row and row.erased_at is None else None
    if found is None or not found.exists():
        raise Unknown("there is no such photo", zh="没有此照片")
    answer = HttpResponse(found.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
