"""Pictures for the tests of uploads, honest and hostile; made here, never kept in the repository."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

JPEG_MARKER = b"\xff\xd8\xff"
SCRIPT = b"<script>alert(document.cookie)</script><?php system($_GET['c']); ?>"


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of `image` as a file of that kind (JPEG, PNG, WEBP, GIF, …)."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 90), colour: Any = (200, 30, 30), **options: Any
) -> bytes:
    """A picture of one colour."""
    return encoded(Image.new("RGB", size, colour), kind, **options)


def halves(size: tuple[int, int] = (90, 60)) -> Image.Image:
    """Red on the left, blue on the right: shows which way up a picture is."""
    image = Image.new("RGB", size, (255, 0, 0))
    image.paste((0, 0, 255), (size[0] // 2, 0, size[0], size[1]))
    return image


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int) -> bytes:
    """A PNG of side × side white pixels in a few kB; memory here does not grow with it."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def png_large(megabytes: int) -> bytes:
    """A whole small PNG made heavy by a block of data that readers pass over."""
    plain = picture("PNG")
    return plain[:33] + _chunk(b"fiLl", bytes(megabytes * 1024 * 1024)) + plain[33:]


def opened(data: bytes) -> Image.Image:
    """The decoded picture in `data`."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], by: int = 12) -> bool:
    """Whether the pixel at `place` is that colour, as far as a lossy format keeps it."""
    return all(abs(a - b) <= by for a, b in zip(image.convert("RGB").getpixel(place), colour, strict=True))
