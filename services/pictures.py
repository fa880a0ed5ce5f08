"""Pictures as posters want them: judged by their content, bounded, upright, sRGB, re-encoded without metadata."""

from __future__ import annotations

import io
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from PIL import Image, ImageCms, ImageOps

from models.text import N_
from services.errors import Invalid, TooLarge

FORMATS = ("JPEG", "PNG", "WEBP")
FULL, CARD, THUMB = (2400, 1600), (320, 480), (120, 180)
VARIANTS = ("full", "card", "thumb")
GROUND = (128, 128, 128)  # Black and white lettering can both be read on it.
NAME_LENGTH = 200
_ICC_MODES = frozenset({"L", "RGB", "RGBA", "CMYK"})
_SRGB = ImageCms.createProfile("sRGB")

# What is often offered and refused, by its first bytes (at an offset), so that the refusal can name it.
_OTHERS = (
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypavif", "AVIF"),
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF", "PDF"),
)

# The size is checked before anything is decoded; should a decoder still find more, it must stop, not only warn.
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Limits:
    """What may be uploaded at most: bytes of the file, pixels of the picture."""

    max_bytes: int
    max_pixels: int


def clean_name(filename: str | None) -> str:
    """A file name fit to be shown: no folders, no control or direction marks, at most 200 characters."""
    name = unicodedata.normalize("NFC", (filename or "").replace("\\", "/")).rpartition("/")[2]
    # Categories C*: controls, format marks (right-to-left among them), surrogates, unassigned.
    name = "".join(char if char != "\t" else " " for char in name if not _hidden(char)).strip(" .")
    if len(name) <= NAME_LENGTH:
        return name
    suffix = PurePosixPath(name).suffix[:10]
    return name[: NAME_LENGTH - len(suffix)] + suffix


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp") and char != "\t"


def read(stream: IO[bytes], name: str, limits: Limits) -> Image.Image:
    """The picture in `stream` as a plain RGB image within FULL; `name` is for the refusals.

    Raises Invalid for what is no whole JPEG, PNG or WebP, TooLarge beyond the limits.
    """
    data = stream.read(limits.max_bytes + 1)
    if not data:
        raise Invalid(N_("“%(name)s” is empty."), "poster", name=name)
    if len(data) > limits.max_bytes:
        limit = f"{limits.max_bytes / 1048576:.4g}"
        raise TooLarge(N_("“%(name)s” has more than %(limit)s MB."), "poster", name=name, limit=limit)
    image = _open(data, name)
    if image.width * image.height > limits.max_pixels:
        raise TooLarge(
            N_("“%(name)s” has %(width)s × %(height)s pixels; at most %(limit)s million are allowed."),
            "poster",
            name=name,
            width=image.width,
            height=image.height,
            limit=f"{limits.max_pixels / 1e6:.4g}",
        )
    try:
        return _plain(image)
    except Exception as error:  # A decoder that meets hostile bytes may raise anything.
        raise Invalid(N_("“%(name)s” is damaged or not complete."), "poster", name=name) from error


def _open(data: bytes, name: str) -> Image.Image:
    """The picture's head only; nothing is decoded yet."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(N_("“%(name)s” has far too many pixels."), "poster", name=name) from error
    except Exception as error:  # The same as above; mostly UnidentifiedImageError.
        if kind := _other_kind(data):
            message = N_("“%(name)s” is a file of type %(kind)s. Posters are JPEG, PNG or WebP pictures.")
            raise Invalid(message, "poster", name=name, kind=kind) from error
        message = N_("“%(name)s” is not a picture. Posters are JPEG, PNG or WebP pictures.")
        raise Invalid(message, "poster", name=name) from error


def _other_kind(data: bytes) -> str | None:
    for offset, magic, kind in _OTHERS:
        if data.startswith(magic, offset):
            return kind
    return "SVG" if b"<svg" in data[:2048].lower() else None


def _plain(image: Image.Image) -> Image.Image:
    """Decode, turn upright, shrink to FULL, bring to sRGB; the result carries pixels and nothing else."""
    # A JPEG can be decoded at a half or a quarter, as long as both sides keep what FULL needs.
    image.draft(None, FULL)
    image.load()
    profile = image.info.get("icc_profile")
    image = _eight_bit(_upright(image))
    image.thumbnail(FULL, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _srgb(image, profile).convert("RGBA" if image.mode == "RGBA" else "RGB")
    plain = Image.new("RGB", image.size, GROUND)
    plain.paste(image, mask=image if image.mode == "RGBA" else None)
    return plain


def _upright(image: Image.Image) -> Image.Image:
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:  # An EXIF block that cannot be read says nothing about the picture.
        return image
    return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """The picture in one of the modes L, RGB, RGBA, CMYK."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info or image.mode in ("LA", "PA", "RGBa", "La"):
        return image.convert("RGBA")
    if image.mode in _ICC_MODES:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture's colours as screens show them; a profile that does not fit is passed over."""
    if not profile:
        return image
    output = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, _SRGB, outputMode=output) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def variants(image: Image.Image) -> dict[str, bytes]:
    """The WebP files of a poster: `full` as it is, `card` and `thumb` cropped to 2:3."""
    pictures = {"full": image}
    pictures["card"] = ImageOps.fit(image, CARD, Image.Resampling.LANCZOS)
    pictures["thumb"] = ImageOps.fit(image, THUMB, Image.Resampling.LANCZOS)
    return {name: _webp(picture) for name, picture in pictures.items()}


def _webp(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=82, method=4)
    return file.getvalue()
