"""Typographic posters for the demo films, drawn from each film's palette and motif.

`draw` is deterministic: the same film and size give the same pixels. The default size is the one the
demo stores; a 2:3 format is assumed by the layouts.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from services.demo.canvas import Canvas, Colour, mix
from services.demo.films import DemoFilm
from services.demo.motifs import MOTIFS

SIZE = (800, 1200)
MARGIN = 0.08
FONTS = Path(__file__).with_name("fonts")
CHINESE = FONTS / "title-zh.ttf"
LATIN = FONTS / "title-latin.ttf"
GRAIN = 3  # tones either way: enough to hide banding, little enough to compress


@dataclass(frozen=True)
class Layout:
    """Where a poster puts things: the picture's turning point, and how its text stands."""

    focus: tuple[float, float]
    align: str
    upright: bool


LAYOUTS = {
    "centre": Layout((0.5, 0.54), "centre", False),
    "left": Layout((0.5, 0.54), "left", False),
    "vertical": Layout((0.41, 0.62), "left", True),
}


@cache
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    # Basic layout: the faces carry no shaping rules, and it gives the same result on every machine.
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def _grain(size: tuple[int, int]) -> Image.Image:
    """Fine even noise around GRAIN, the same for every poster of one size."""
    noise = Image.frombytes("L", size, Random(1895).randbytes(size[0] * size[1]))
    fine = noise.point([round(tone * 2 * GRAIN / 255) for tone in range(256)])
    return Image.merge("RGB", (fine, fine, fine))


class Setter:
    """Sets lines of tracked text on a sheet; lengths are in pixels."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    @staticmethod
    def width(text: str, font: ImageFont.FreeTypeFont, tracking: float) -> float:
        """The width of a line, without the tracking after its last letter."""
        return font.getlength(text) + tracking * (len(text) - 1)

    def line(self, x: float, baseline: float, text: str, font: ImageFont.FreeTypeFont, tracking: float,
             colour: Colour, align: str) -> None:  # fmt: skip
        """One line on its baseline, starting at x or centred on it."""
        if align == "centre":
            x -= self.width(text, font, tracking) / 2
        for index, letter in enumerate(text):
            start = x + font.getlength(text[:index]) + tracking * index
            self._draw.text((start, baseline), letter, font=font, fill=colour, anchor="ls")

    def column(self, x: float, top: float, text: str, font: ImageFont.FreeTypeFont, step: float,
               colour: Colour) -> None:  # fmt: skip
        """Characters one under the other, centred on x."""
        for index, letter in enumerate(text):
            self._draw.text((x, top + step * (index + 0.5)), letter, font=font, fill=colour, anchor="mm")

    def rule(self, x: float, y: float, length: float, weight: int, colour: Colour) -> None:
        """A short horizontal rule from x."""
        self._draw.rectangle((x, y, x + length, y + weight - 1), fill=colour)


def _latin_size(lines: list[str], width: float, largest: int) -> tuple[ImageFont.FreeTypeFont, float]:
    """The largest face, with its tracking, in which every line fits the width."""
    for pixels in range(largest, 8, -1):
        font, tracking = _font(LATIN, pixels), pixels * 0.08
        if all(Setter.width(line, font, tracking) <= width for line in lines):
            return font, tracking
    return _font(LATIN, 8), 0


def balance(text: str, width: float, pixels: int) -> list[str]:
    """Break a title into the fewest lines that fit, as even as they can be."""
    words, font, tracking = text.split(), _font(LATIN, pixels), pixels * 0.08

    def measure(line: str) -> float:
        return Setter.width(line, font, tracking)

    if measure(text) <= width or len(words) == 1:
        return [text]
    breaks = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    # A colon is where a title breaks of itself; otherwise the evener pair wins.
    pair = min(breaks, key=lambda pair: (not pair[0].endswith(":"), max(map(measure, pair))))
    return [
        part for half in pair for part in (balance(half, width, pixels) if measure(half) > width else [half])
    ]


def _backdrop(canvas: Canvas) -> None:
    """The light the picture stands in."""
    canvas.veil(0.1, 1.2, canvas.mid, 0.62)
    canvas.glow(canvas.fx, canvas.fy, 0.85, canvas.mid, 0.85)


def _chinese_size(film: DemoFilm, width: float, sheet: int) -> int:
    longest = max(map(len, film.title_lines))
    return min(round(sheet * 0.185), int(width / (longest + 0.09 * (longest - 1))))


def _set_block(canvas: Canvas, film: DemoFilm, layout: Layout) -> None:
    """The text at the foot of the sheet, built upwards from the credit line."""
    sheet, height = canvas.size
    margin = MARGIN * sheet
    width, setter = sheet - 2 * margin, Setter(canvas.image)
    x = sheet / 2 if layout.align == "centre" else margin
    quiet = mix(canvas.accent, canvas.mid, 0.18)
    y = height - margin
    credit = f"{film.year}  ·  {' & '.join(film.director_en)}"
    font, tracking = _latin_size([credit], width, round(sheet * 0.029))
    setter.line(x, y, credit, font, tracking, quiet, layout.align)
    rule = sheet * 0.09
    y -= sheet * 0.066
    setter.rule(x - rule / 2 if layout.align == "centre" else x, y, rule, max(1, sheet // 400), canvas.accent)
    largest = round(sheet * (0.058 if layout.upright else 0.047))
    lines = balance(film.title_en, width, largest)
    font, tracking = _latin_size(lines, width, largest)
    y -= sheet * 0.04
    for line in reversed(lines):
        setter.line(x, y, line, font, tracking, canvas.pale, layout.align)
        y -= font.size * 1.22
    if not layout.upright:
        _set_title(canvas, film, x, y - sheet * 0.012, layout.align)


def _set_title(canvas: Canvas, film: DemoFilm, x: float, baseline: float, align: str) -> None:
    """The Chinese title in one or two lines, the last of them on the baseline."""
    sheet, setter = canvas.size[0], Setter(canvas.image)
    pixels = _chinese_size(film, sheet * (1 - 2 * MARGIN), sheet)
    font = _font(CHINESE, pixels)
    # CJK glyphs carry a little air on their left; pulled back, they stand flush with the Latin lines.
    nudge = -pixels * 0.045 if align == "left" else 0
    for line in reversed(film.title_lines):
        setter.line(x + nudge, baseline - pixels * 0.06, line, font, pixels * 0.09, canvas.accent, align)
        baseline -= pixels * 1.16


def _set_column(canvas: Canvas, film: DemoFilm) -> None:
    """The Chinese title from top to bottom along the right edge, as old posters set it."""
    sheet = canvas.size[0]
    pixels = min(round(sheet * 0.165), int(sheet * 0.88 / (len(film.title_zh) * 1.1)))
    x = sheet * (1 - MARGIN) - pixels / 2
    length = len(film.title_zh) * pixels * 1.1 / sheet
    # A soft shade behind the column keeps it legible on a busy picture.
    canvas.glow(x / sheet, MARGIN + length / 2, 0.17 + length * 0.52, canvas.ground, 0.85)
    Setter(canvas.image).column(
        x, sheet * MARGIN, film.title_zh, _font(CHINESE, pixels), pixels * 1.1, canvas.accent
    )


def draw(film: DemoFilm, size: tuple[int, int] = SIZE) -> Image.Image:
    """The film's poster as an RGB image of `size` pixels (2:3); KeyError for an unknown motif or layout."""
    layout = LAYOUTS[film.layout]
    canvas = Canvas(size, film.palette, layout.focus)
    _backdrop(canvas)
    MOTIFS[film.motif](canvas, Random(film.slug))
    foot = 0.98 if layout.upright else 0.98 - 0.16 * len(film.title_lines)
    canvas.veil(foot, foot + 0.28, canvas.ground, 0.93)
    if layout.upright:
        _set_column(canvas, film)
    _set_block(canvas, film, layout)
    return ImageChops.add(canvas.image, _grain(size), 1, -GRAIN)
