"""Small real pictures, as customers and the dock would take them."""

import io
from functools import lru_cache
from zlib import crc32

from PIL import Image, ImageDraw

VARIETY = 64  # different pictures are enough; drawing each anew would measure our own machine


def picture(what, position):
    """(name, content, media type): JPEG and PNG in turn; those at other positions differ."""
    number = (crc32(what.encode()) + position) % VARIETY
    kind = ("JPEG", "PNG")[number % 2]
    return f"photo-{number}.{kind.lower()}", drawn(number, kind), f"image/{kind.lower()}"


@lru_cache(VARIETY)
def drawn(number, kind):
    image = Image.new("RGB", (320, 240), (200, 60 + number * 3, 90))
    ImageDraw.Draw(image).ellipse((20, 20, 120 + number, 120 + number), fill=(240, 240, 230))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
