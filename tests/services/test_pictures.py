"""What is taken as a poster's picture, what is refused and in which words, and what comes out."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from services import pictures
from services.errors import Invalid, ServiceError, TooLarge
from services.pictures import Limits
from tests.support.pictures import SCRIPT, encoded, halves, near, opened, picture, png_bomb, png_large

LIMITS = Limits(max_bytes=5 * 1024 * 1024, max_pixels=40_000_000)
RED = (255, 0, 0)
BLUE = (0, 0, 255)


def read(data: bytes, name: str = "海报.jpg", limits: Limits = LIMITS) -> Image.Image:
    return pictures.read(io.BytesIO(data), name, limits)


# ── Refused ──

HOSTILE = {
    "an empty file": (b"", Invalid, "is empty"),
    "a program": (b"MZ\x90\x00" + bytes(500), Invalid, "is not a picture"),
    "a program for Linux": (b"\x7fELF" + bytes(500), Invalid, "is not a picture"),
    "a page": (b"<!doctype html><script>alert(1)</script>", Invalid, "is not a picture"),
    "PHP": (b"<?php system($_GET['c']); ?>", Invalid, "is not a picture"),
    "PHP after a JPEG's first bytes": (b"\xff\xd8\xff\xe0" + SCRIPT, Invalid, "is not a picture"),
    "SVG": (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        Invalid,
        "is a file of type SVG",
    ),
    "GIF": (picture("GIF"), Invalid, "is a file of type GIF"),
    "BMP": (picture("BMP"), Invalid, "is a file of type BMP"),
    "TIFF": (picture("TIFF"), Invalid, "is a file of type TIFF"),
    "AVIF": (picture("AVIF"), Invalid, "is a file of type AVIF"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(100), Invalid, "is a file of type HEIC"),
    "PDF": (picture("PDF"), Invalid, "is a file of type PDF"),
    "JPEG 2000": (picture("JPEG2000"), Invalid, "is not a picture"),
    "ICO": (picture("ICO"), Invalid, "is not a picture"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Invalid, "is not a picture"),
    "half a JPEG": (picture("JPEG", (600, 900))[:3000], Invalid, "is damaged"),
    "half a PNG": (encoded(Image.effect_noise((300, 300), 80), "PNG")[:20000], Invalid, "is damaged"),
    "half a WebP": (encoded(Image.effect_noise((300, 300), 80), "WEBP")[:5000], Invalid, "is"),
    "13,000 × 13,000 pixels in 20 kB": (png_bomb(13_000), TooLarge, "pixels"),
    "7,000 × 7,000 pixels": (png_bomb(7_000), TooLarge, "7000 × 7000 pixels; at most 40 million"),
    "6 MB": (png_large(6), TooLarge, "more than 5 MB"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_refused_with_name_reason_and_limit(what: str) -> None:
    data, kind, words = HOSTILE[what]
    with pytest.raises(kind) as refusal:
        read(data)
    assert words in str(refusal.value)
    assert "“海报.jpg”" in str(refusal.value)
    assert refusal.value.field == "poster"


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_plain", lambda image: pytest.fail("decoded"))
    for side in (7_000, 13_000, 30_000):
        with pytest.raises(TooLarge):
            read(png_bomb(side))


def test_no_more_is_read_than_needed_to_refuse() -> None:
    stream = io.BytesIO(bytes(10_000_000))
    with pytest.raises(TooLarge):
        pictures.read(stream, "x", Limits(1000, 1000))
    assert stream.tell() == 1001


def test_limits_are_inclusive() -> None:
    data = picture("PNG", (60, 90))
    assert read(data, limits=Limits(len(data), 60 * 90)).size == (60, 90)
    with pytest.raises(TooLarge):
        read(data, limits=Limits(len(data) - 1, 60 * 90))
    with pytest.raises(TooLarge):
        read(data, limits=Limits(len(data), 60 * 90 - 1))


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    cut=st.integers(0, 2000),
    noise=st.lists(st.tuples(st.integers(0, 1999), st.integers(0, 255)), max_size=20),
)
def test_damaged_bytes_are_refused_or_shown_but_never_crash(
    kind: str, cut: int, noise: list[tuple[int, int]]
) -> None:
    data = bytearray(encoded(halves((64, 64)), kind, **({"exif": gps()} if kind != "PNG" else {})))
    for place, value in noise:
        data[place % len(data)] = value
    try:
        image = read(bytes(data[: len(data) - cut % len(data)]))
    except ServiceError:
        return
    assert image.mode == "RGB"


# ── Taken ──


def gps() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Somebody's name"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (31.0, 13.0, 49.0)
    return exif.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_content_counts_not_the_name(kind: str) -> None:
    assert read(picture(kind), name="report.exe").size == (60, 90)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_and_what_hangs_on_behind_are_gone(kind: str) -> None:
    data = picture(kind, exif=gps()) + SCRIPT
    assert b"Somebody's name" in data
    for name, file in pictures.variants(read(data)).items():
        assert b"Somebody" not in file, name
        assert b"script" not in file, name
        result = opened(file)
        assert result.format == "WEBP"
        assert not dict(result.getexif())
        assert not {"exif", "xmp", "icc_profile"} & set(result.info)


def test_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # The camera was turned; show it a quarter turn clockwise.
    image = read(encoded(halves((90, 60)), "JPEG", exif=exif, quality=95))
    assert image.size == (60, 90)
    assert near(image, (30, 10), RED, 20)
    assert near(image, (30, 80), BLUE, 20)


def test_an_exif_block_that_cannot_be_read_does_no_harm() -> None:
    assert read(picture("JPEG", exif=b"Exif\0\0rubbish" + bytes(40))).size == (60, 90)


def test_cmyk() -> None:
    image = read(encoded(Image.new("CMYK", (60, 90), (0, 255, 255, 0)), "JPEG", quality=95))
    assert image.mode == "RGB"
    assert near(image, (30, 45), RED, 40)


def test_sixteen_bits_keep_their_brightness() -> None:
    deep = Image.new("I;16", (60, 90), 128 * 256)
    assert near(read(encoded(deep, "PNG")), (30, 45), (128, 128, 128), 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    image = read(encoded(halves().convert("RGB").convert(mode), "PNG"))
    assert image.mode == "RGB"
    assert image.size == (90, 60)


def test_clear_parts_stand_on_a_neutral_ground() -> None:
    clear = Image.new("RGBA", (60, 90), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 45, 60, 90))
    image = read(encoded(clear, "PNG"))
    assert near(image, (30, 20), pictures.GROUND, 1)
    assert near(image, (30, 70), BLUE, 1)


@pytest.mark.parametrize("transparency", [0, b"\x00\x80\xff"])
def test_a_palette_with_clear_colours(transparency: object) -> None:
    image = Image.new("P", (60, 90), 0)
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    assert near(read(encoded(image, "PNG", transparency=transparency)), (30, 45), pictures.GROUND, 1)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A profile whose red is blue: wide gamuts differ the same way, only less.
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    image = read(picture("PNG", colour=RED, icc_profile=swapped))
    assert near(image, (30, 45), BLUE, 2)
    assert "icc_profile" not in image.info


@pytest.mark.parametrize(
    "profile", [b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_profile_that_does_not_fit_is_passed_over(profile: bytes) -> None:
    assert near(read(picture("PNG", colour=(10, 200, 30), icc_profile=profile)), (30, 45), (10, 200, 30), 2)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_moment_stays(kind: str) -> None:
    frames = [Image.new("RGB", (60, 90), colour) for colour in (RED, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    image = read(data)
    assert near(image, (30, 45), RED)
    assert not getattr(opened(pictures.variants(image)["full"]), "is_animated", False)


# ── Variants ──


@pytest.mark.parametrize(
    ("size", "full"),
    [
        ((60, 90), (60, 90)),
        ((1000, 1500), (1000, 1500)),
        ((3000, 4000), (1200, 1600)),
        ((4000, 3000), (2133, 1600)),
        ((9000, 90), (2400, 24)),
        ((1, 9000), (1, 1600)),
    ],
)
def test_sizes(size: tuple[int, int], full: tuple[int, int]) -> None:
    files = pictures.variants(read(picture("PNG", size)))
    sizes = {name: opened(file).size for name, file in files.items()}
    assert sizes == {"full": full, "card": (320, 480), "thumb": (120, 180)}


def test_cards_are_cut_not_stretched() -> None:
    image = Image.new("RGB", (300, 100), RED)
    image.paste(BLUE, (100, 0, 200, 100))
    card = opened(pictures.variants(read(encoded(image, "PNG")))["card"])
    # Of 300 × 100 the middle 67 columns are kept, and those are blue.
    assert all(near(card, place, BLUE, 20) for place in ((5, 5), (160, 240), (315, 475)))


def test_the_same_picture_gives_the_same_files() -> None:
    data = encoded(Image.effect_noise((200, 300), 60), "PNG")
    assert pictures.variants(read(data)) == pictures.variants(read(data))


# ── Names ──


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("海报.jpg", "海报.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\海报.png", "海报.png"),
        ("C:\\fakepath\\a.webp", "a.webp"),
        ("/", ""),
        ("..", ""),
        (None, ""),
        ("a\0b.jpg", "ab.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("\u2066x\u2069\u200f.png", "x.png"),
        ("e\u0301.jpg", "é.jpg"),
        ("a\tb.jpg", "a b.jpg"),
        ("<b>.jpg", "<b>.jpg"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
        ("片" * 300, "片" * 200),
    ],
)
def test_a_name_is_cleaned_for_showing(given_name: str | None, shown: str) -> None:
    assert pictures.clean_name(given_name) == shown


@given(st.text(max_size=400))
def test_no_name_hides_anything(name: str) -> None:
    shown = pictures.clean_name(name)
    assert len(shown) <= 200
    assert "/" not in shown
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs"}
