"""What may be taken in as a photograph.

Decided by decoding, never by name. The original is kept untouched; only a copy that
was drawn anew is ever shown.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, UnidentifiedImageError

from centre.core.errors import RuleError

register_heif_opener(thumbnails=False)

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
KINDS: Final = ("JPEG", "PNG", "HEIF")
COPY_SIDE: Final = 1600
COPY_QUALITY: Final = 85
CONSENT_OF: Final[dict[str, str]] = {
    "body": "C13",
    "intimate": "C14",
    "face": "C15",
}
"""Which consent each class of photograph needs."""

CLASSES: Final[dict[str, str]] = {
    "body": "Body, without private areas or face",
    "intimate": "Private areas, never with the face",
    "face": "Shows the face, never private areas",
}
FRAMES: Final[dict[str, str]] = {
    "identifier": "Identifier card, first or last of the set",
    "overview": "Overview",
    "orientation": "Mid-range with a landmark",
    "close": "Close-up without scale",
    "close_scale": "Close-up with scale",
    "follow_up": "Follow-up",
    "dye": "Repeated with dye",
}
SCALES: Final[dict[str, str]] = {
    "l_shape": "L-shaped scale",
    "ruler": "Ruler",
    "none": "None",
}
"""What is told of a frame."""

NOT_A_PHOTOGRAPH: Final = (
    "This file is not a photograph we can read. Take the picture again, or choose a "
    "JPEG, PNG or HEIC file."
)


_BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    ArithmeticError,
    TypeError,
    MemoryError,
    struct.error,
    zlib.error,
    UnidentifiedImageError,
)
"""What decoders of pictures raise on files that are broken, or made to break them."""


@dataclass(frozen=True)
class ScreenCopy:
    """A copy encoded anew: no metadata, no larger than the screen needs."""

    content: bytes
    width: int
    height: int


def screen_copy(original: bytes) -> ScreenCopy:
    """Decode, turn upright, draw on a fresh canvas, encode as JPEG."""
    picture = _opened(original)
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((COPY_SIDE, COPY_SIDE))
        solid = upright.convert("RGBA")
        canvas = Image.new("RGB", solid.size, "white")
        canvas.paste(solid, mask=solid.getchannel("A"))
    except _BROKEN as error:
        raise RuleError(NOT_A_PHOTOGRAPH) from error
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=COPY_QUALITY)
    return ScreenCopy(out.getvalue(), canvas.width, canvas.height)


def check_class(kind: str) -> None:
    """One class each: what shows the face never shows private areas (3.23, rule 11)."""
    if kind not in CONSENT_OF:
        raise RuleError("Choose what the photograph shows.")


def check_size(size: int) -> None:
    """Twenty megabytes at most."""
    if size > MOST_BYTES:
        raise RuleError(
            "This photograph is larger than 20 MB. Choose a smaller size in the camera."
        )
    if not size:
        raise RuleError("This file is empty. Choose the photograph again.")


def _opened(original: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(original), formats=KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleError(_too_many_pixels()) from error
    except _BROKEN as error:
        raise RuleError(NOT_A_PHOTOGRAPH) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise RuleError(_too_many_pixels())
    return picture


def _too_many_pixels() -> str:
    return "This picture has more than 40 million dots. Choose a smaller size."
