"""A sheet to draw posters on: smooth shapes in the film's own colours, with Pillow alone.

Positions are in widths of the sheet, so x runs from 0 to 1 and y from 0 to 1.5 on a 2:3 poster; line
widths are in thousandths of the width. Shapes are drawn on a plate twice the size and averaged down,
which smooths their edges; a plate holds tones (0 to 255) of one colour.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw

SMOOTHING = 2
Colour = tuple[int, int, int]
Point = tuple[float, float]


def rgb(value: str) -> Colour:
    """#rrggbb as three bytes."""
    red, green, blue = ImageColor.getrgb(value)[:3]
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with `share` (0 to 1) of `second` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def polar(cx: float, cy: float, radius: float, degrees: float) -> Point:
    """The point at an angle from a centre; 0 is to the right, 90 is down."""
    angle = math.radians(degrees)
    return cx + radius * math.cos(angle), cy + radius * math.sin(angle)


class Pen:
    """Draws tones on one plate; later shapes cover earlier ones, tone 0 rubs out."""

    def __init__(self, plate: Image.Image, scale: float) -> None:
        self._draw = ImageDraw.Draw(plate)
        self._scale = scale
        self._plate = plate
        self._reach = [math.inf, math.inf, -math.inf, -math.inf]

    def _touch(self, left: float, top: float, right: float, bottom: float) -> None:
        """Remember, in pixels of the plate, how far the drawing has spread."""
        reach = self._reach
        reach[:] = [min(reach[0], left), min(reach[1], top), max(reach[2], right), max(reach[3], bottom)]

    def drawn(self) -> tuple[int, int, int, int] | None:
        """The box of the sheet that was drawn on, in its own pixels; None when nothing was."""
        left, top, right, bottom = self._reach
        width, height = self._plate.width // SMOOTHING, self._plate.height // SMOOTHING
        if left >= right or top >= bottom:
            return None
        box = (max(0, int(left // SMOOTHING)), max(0, int(top // SMOOTHING)),
               min(width, int(right // SMOOTHING) + 1), min(height, int(bottom // SMOOTHING) + 1))  # fmt: skip
        return box if box[0] < box[2] and box[1] < box[3] else None

    def _box(self, cx: float, cy: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        s = self._scale
        box = ((cx - rx) * s, (cy - ry) * s, (cx + rx) * s, (cy + ry) * s)
        self._touch(*box)
        return box

    def _points(self, points: Sequence[Point], spare: float = 0) -> list[Point]:
        s = self._scale
        flat = [(x * s, y * s) for x, y in points]
        xs, ys = [x for x, _ in flat], [y for _, y in flat]
        self._touch(min(xs) - spare, min(ys) - spare, max(xs) + spare, max(ys) + spare)
        return flat

    def _width(self, width: float) -> int:
        return max(1, round(width * self._scale / 1000))

    def disc(self, cx: float, cy: float, r: float, tone: int = 255, ry: float | None = None) -> None:
        """A filled circle, or an ellipse when `ry` is given."""
        self._draw.ellipse(self._box(cx, cy, r, r if ry is None else ry), fill=tone)

    def ring(
        self, cx: float, cy: float, r: float, width: float = 3, tone: int = 255, ry: float | None = None
    ) -> None:
        """The outline of a circle, or of an ellipse when `ry` is given."""
        box = self._box(cx, cy, r, r if ry is None else ry)
        self._draw.ellipse(box, outline=tone, width=self._width(width))

    def arc(
        self, cx: float, cy: float, r: float, start: float, end: float, width: float = 3, tone: int = 255,
        ry: float | None = None,
    ) -> None:  # fmt: skip
        """Part of an outline, clockwise from `start` to `end` degrees."""
        box = self._box(cx, cy, r, r if ry is None else ry)
        self._draw.arc(box, start, end, fill=tone, width=self._width(width))

    def wedge(self, cx: float, cy: float, r: float, start: float, end: float, tone: int = 255) -> None:
        """A filled slice of a circle, clockwise from `start` to `end` degrees."""
        self._draw.pieslice(self._box(cx, cy, r, r), start, end, fill=tone)

    def line(self, points: Sequence[Point], width: float = 3, tone: int = 255) -> None:
        """A line through the points."""
        thick = self._width(width)
        flat = self._points(points, thick)
        self._draw.line(flat, fill=tone, width=thick, joint="curve" if len(flat) > 2 else None)

    def shape(self, points: Sequence[Point], tone: int = 255) -> None:
        """A filled polygon."""
        self._draw.polygon(self._points(points, 1), fill=tone)

    def box(self, left: float, top: float, right: float, bottom: float, tone: int = 255) -> None:
        """A filled rectangle."""
        self._draw.rectangle(self._points([(left, top), (right, bottom)], 1), fill=tone)


@lru_cache(maxsize=16)
def _glow_mask(
    visible: tuple[float, float, float, float], size: tuple[int, int], opacity: float
) -> Image.Image:
    """The `visible` part (in 256ths of its square) of a round light, blown up to `size` pixels."""
    # Pillow's radial gradient reaches 181 at the middle of its edges; the curve softens its cone.
    fade = [round(255 * opacity * max(0.0, 1 - tone / 181) ** 1.4) for tone in range(256)]
    light = Image.radial_gradient("L").point(fade)
    return light.resize(size, Image.Resampling.BILINEAR, box=visible)


@lru_cache(maxsize=16)
def _veil_mask(size: tuple[int, int], start: int, end: int, falling: bool, opacity: float) -> Image.Image:
    """A mask that grows from nothing to `opacity` between two rows, downwards or (falling) upwards."""
    span = max(1, end - start)
    rise = [min(1.0, max(0.0, (row - start) / span)) for row in range(size[1])]
    # An eased ramp has no visible edge where it begins.
    tones = [round(255 * opacity * t * t * (3 - 2 * t)) for t in ((1 - r if falling else r) for r in rise)]
    return Image.frombytes("L", (1, size[1]), bytes(tones)).resize(size, Image.Resampling.NEAREST)


class Canvas:
    """The sheet of one poster: its colours, the point the picture turns on (`fx`, `fy`) and its pens."""

    def __init__(self, size: tuple[int, int], palette: tuple[str, str, str], focus: Point) -> None:
        self.size = size
        self.ground, self.mid, self.accent = (rgb(value) for value in palette)
        self.dark = mix(self.ground, (0, 0, 0), 0.45)
        self.pale = mix(self.accent, (255, 255, 255), 0.55)
        self.fx, self.fy = focus
        self.image = Image.new("RGB", size, self.ground)

    @contextmanager
    def ink(self, colour: Colour, opacity: float = 1.0) -> Iterator[Pen]:
        """A pen in one colour; what it drew is laid on the sheet at the end of the block."""
        width, height = self.size
        plate = Image.new("L", (width * SMOOTHING, height * SMOOTHING), 0)
        pen = Pen(plate, width * SMOOTHING)
        yield pen
        area = pen.drawn()
        if area is None:
            return
        left, top, right, bottom = (edge * SMOOTHING for edge in area)
        mask = plate.reduce(SMOOTHING, box=(left, top, right, bottom))
        if opacity < 1:
            mask = mask.point([round(tone * opacity) for tone in range(256)])
        self.image.paste(colour, area, mask)

    def glow(self, cx: float, cy: float, radius: float, colour: Colour, opacity: float) -> None:
        """Soft light around a point, fading out at `radius`."""
        width, height = self.size
        left, top = max(0, round((cx - radius) * width)), max(0, round((cy - radius) * width))
        right, bottom = min(width, round((cx + radius) * width)), min(height, round((cy + radius) * width))
        share = 256 / (2 * radius * width)
        visible = tuple(
            min(256.0, max(0.0, (edge - (centre - radius) * width) * share))
            for edge, centre in ((left, cx), (top, cy), (right, cx), (bottom, cy))
        )
        mask = _glow_mask(
            (visible[0], visible[1], visible[2], visible[3]), (right - left, bottom - top), opacity
        )
        self.image.paste(colour, (left, top, right, bottom), mask)

    def veil(self, top: float, bottom: float, colour: Colour, opacity: float) -> None:
        """A wash that grows from nothing at `top` to `opacity` at `bottom`, and on beyond it.

        With `top` below `bottom` the wash grows upwards.
        """
        width = self.size[0]
        start, end = round(min(top, bottom) * width), round(max(top, bottom) * width)
        self.image.paste(colour, mask=_veil_mask(self.size, start, end, top > bottom, opacity))
