"""Photos by their content: kept clean, or refused with nothing half stored."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image

from urban import photos
from urban.models import Case, Photo

GPS = 0x8825


def files() -> list[Path]:
    return [each for each in Path(settings.MEDIA_ROOT).rglob("*") if each.is_file()]


def send(caller: Any, *photo: Any, **more: Any) -> Any:
    given = {"kind": "matter", "code": "06010", "lon": 113.79, "lat": 34.84, "photo": photo}
    return caller.form("/cases/reports", **given | more)


def bomb() -> bytes:
    """A PNG that says it is 60,000 × 60,000, in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_is_our_own_jpeg(callers: Any, photo: Any, form: str) -> None:
    answer = send(callers["inspector"], photo(form, (3000, 1500)))
    assert answer.status_code == 201, answer.content
    case = callers["desk"].get(f"/cases/{answer.json()['case']['id']}").json()
    (found,) = case["photos"]
    assert (found["width"], found["height"]) == (2048, 1024)
    whole = callers["desk"].get(found["url"].removeprefix("/api/v1"))
    assert whole["Content-Type"] == "image/jpeg" and whole["Cache-Control"].startswith("private")
    small = callers["desk"].get(found["url"].removeprefix("/api/v1"), size="thumb")
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.format == "JPEG" and max(image.size) == 320


def test_exif_goes_and_the_picture_stands_upright(callers: Any) -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(GPS)[2] = (34.0, 45.0, 0.0)
    Image.new("RGB", (640, 480)).save(out, "JPEG", exif=exif, comment=b"secret")
    out.seek(0)
    out.name = "turned.jpg"
    answer = send(callers["inspector"], out)
    row = Photo.objects.get(case=answer.json()["case"]["id"])
    with Image.open(photos.path(row.digest)) as image:
        assert image.size == (480, 640)
        assert not image.getexif() and "comment" not in image.info


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a not really",
        b"<script>alert(1)</script>",
        b"",
        bomb(),
        b"\xff\xd8\xff\xe0" + b"\x00" * 4000,
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)
def test_a_photo_that_is_no_photo_leaves_nothing(callers: Any, photo: Any, content: bytes) -> None:
    cases, kept = Case.objects.count(), files()
    fake = io.BytesIO(content)
    fake.name = "photo.jpg"
    answer = send(callers["inspector"], photo(), fake)
    assert answer.status_code == 422, answer.content
    body = answer.json()
    assert body["field"] == "photo" and body["detail_zh"] and body["remedy"]
    assert Case.objects.count() == cases and files() == kept


def test_other_formats_many_and_large_ones_are_refused(callers: Any, photo: Any) -> None:
    assert send(callers["inspector"], photo("BMP")).status_code == 422
    assert send(callers["inspector"], *(photo() for _ in range(6))).status_code == 422
    with pytest.raises(photos.Refused, match="8 MB"):
        photos.read(io.BytesIO(bytes(photos.MAX_BYTES + 1)))


def test_a_refused_step_takes_its_files_away_again(callers: Any, photo: Any) -> None:
    case, kept = callers["inspector"].report(), set(files())
    answer = callers["desk"].form(f"/cases/{case['id']}/close", photo=photo("PNG", (333, 222)))
    assert answer.status_code == 409 and set(files()) == kept


def test_a_photo_is_seen_by_those_who_see_its_case(callers: Any, photo: Any) -> None:
    case = send(callers["inspector"], photo()).json()["case"]
    row = Photo.objects.filter(case=case["id"]).get()
    path = f"/cases/{case['id']}/photos/{row.pk}"
    assert callers["planner"].get(path).status_code == 200
    assert callers["citizen"].get(path).status_code == 404
    assert callers["stranger"].get(path).status_code == 401
    other = callers["inspector"].report()
    assert callers["desk"].get(f"/cases/{other['id']}/photos/{row.pk}").status_code == 404
