"""The house: curtains, lights, tents and show steps."""

import math
from random import Random

from services.demo.canvas import Canvas, mix, polar


def _fold(c: Canvas, left: float, right: float, folds: int, gather: float) -> None:
    """One curtain between two edges; `gather` draws its foot outwards (negative) or inwards."""
    width = (right - left) / folds
    with c.ink(mix(c.mid, c.accent, 0.1)) as pen:
        pen.shape([(left, 0), (right, 0), (right + gather, 1.5), (left + gather * 0.2, 1.5)])
    for colour, start, size in ((c.dark, 0.0, 0.46), (c.accent, 0.66, 0.12)):
        with c.ink(colour, 0.62 if colour == c.dark else 0.5) as pen:
            for index in range(folds):
                a = left + (index + start) * width
                b = a + width * size
                shift = gather * ((a - left) / (right - left)) * 0.9 + gather * 0.1
                pen.shape([(a, 0), (b, 0), (b + shift, 1.5), (a + shift, 1.5)], 190)


def _drapes(c: Canvas, gap: float) -> None:
    """A lit stage between two parted curtains, under a scalloped valance."""
    x = c.fx
    c.glow(x, c.fy + 0.1, 0.7, c.accent, 0.8)
    with c.ink(c.accent, 0.6) as pen:
        for step in range(9):
            pen.ring(x, c.fy, 0.17 + step * 0.048, 2.8, 220 - step * 20)
    _fold(c, -0.08, x - gap, 7, -0.12)
    _fold(c, x + gap, 1.08, 7, 0.12)
    with c.ink(c.dark) as pen:
        for scallop in range(9):
            pen.disc(scallop * 0.125, 0.0, 0.075, ry=0.085)
    with c.ink(c.accent, 0.75) as pen:
        for scallop in range(9):
            pen.arc(scallop * 0.125, 0.0, 0.072, 0, 180, 3.5, ry=0.082)


def curtain(c: Canvas, rng: Random) -> None:
    """A half mask between the curtains, the other half in the dark."""
    _drapes(c, 0.2)
    x, y = c.fx, c.fy
    face = [
        (math.cos(math.radians(a)) * 0.13, -0.03 - math.sin(math.radians(a)) * 0.13) for a in range(0, 91, 9)
    ]
    jaw = [(0.0, 0.19), (0.05, 0.18), (0.095, 0.11), (0.125, 0.03)]
    with c.ink(c.dark) as pen:
        pen.shape([*((x - px, y + py) for px, py in face), *((x - px, y + py) for px, py in jaw)])
    with c.ink(c.pale) as pen:
        pen.shape([*((x + px, y + py) for px, py in face), (x, y + 0.05), (x + 0.025, y + 0.075), (x + 0.04, y + 0.085),
                   (x + 0.1, y + 0.1), (x + 0.125, y + 0.03)])  # fmt: skip
        pen.disc(x - 0.058, y - 0.022, 0.011, ry=0.008)
    with c.ink(c.dark) as pen:
        pen.disc(x + 0.06, y - 0.02, 0.034, ry=0.021)
        pen.arc(x + 0.062, y - 0.025, 0.055, 210, 335, 6)
        pen.shape(
            [
                (x, y + 0.085),
                (x + 0.025, y + 0.08),
                (x + 0.095, y + 0.11),
                (x + 0.05, y + 0.18),
                (x, y + 0.19),
            ]
        )


def curtain_crown(c: Canvas, rng: Random) -> None:
    """A crown on a cushion between the curtains."""
    _drapes(c, 0.24)
    x, y = c.fx, c.fy + 0.06
    with c.ink(c.pale) as pen:
        pen.shape([(x - 0.14, y), (x - 0.17, y - 0.18), (x - 0.085, y - 0.09), (x, y - 0.23), (x + 0.085, y - 0.09),
                   (x + 0.17, y - 0.18), (x + 0.14, y)])  # fmt: skip
        for px, py in ((-0.17, -0.195), (0, -0.25), (0.17, -0.195)):
            pen.disc(x + px, y + py, 0.02)
    with c.ink(c.ground) as pen:
        pen.box(x - 0.136, y - 0.034, x + 0.136, y - 0.026)
        for jewel in (-0.09, 0, 0.09):
            pen.disc(x + jewel, y - 0.06, 0.012)
        pen.disc(x, y + 0.05, 0.19, ry=0.05)
        for px in (-0.19, 0.19):
            pen.disc(x + px, y + 0.05, 0.022)
        pen.shape([(x - 0.07, y + 0.09), (x + 0.07, y + 0.09), (x + 0.1, 1.5), (x - 0.1, 1.5)])


def curtain_shadow(c: Canvas, rng: Random) -> None:
    """A cloaked shadow between the curtains, a hat drawn low."""
    _drapes(c, 0.22)
    x, y = c.fx, c.fy
    with c.ink(c.dark) as pen:
        pen.disc(x, y - 0.06, 0.062, ry=0.075)
        pen.disc(x, y - 0.1, 0.14, ry=0.024)
        pen.wedge(x, y - 0.1, 0.075, 180, 360)
        pen.shape([(x - 0.05, y - 0.01), (x - 0.1, y - 0.04), (x - 0.135, y + 0.08), (x - 0.22, y + 0.62),
                   (x + 0.22, y + 0.62), (x + 0.135, y + 0.08), (x + 0.1, y - 0.04), (x + 0.05, y - 0.01)])  # fmt: skip
    with c.ink(c.pale) as pen:
        for side in (-1, 1):
            pen.disc(x + side * 0.024, y - 0.058, 0.0075, ry=0.005)
    with c.ink(c.accent, 0.4) as pen:
        for fold in (-0.09, -0.03, 0.05, 0.1):
            pen.line([(x + fold * 0.7, y + 0.1), (x + fold * 1.5, y + 0.6)], 3, 150)


def bulbs(c: Canvas, rng: Random) -> None:
    """An arch of light bulbs over a flight of show steps, with one star."""
    x, y = c.fx, c.fy + 0.12
    c.glow(x, y - 0.1, 0.7, c.accent, 0.5)
    with c.ink(c.accent, 0.45) as pen:
        for angle in range(184, 360, 8):
            pen.shape([(x, y), polar(x, y, 1.0, angle - 1.6), polar(x, y, 1.0, angle + 1.6)], 120)
    with c.ink(c.dark) as pen:
        for row in range(7):
            half = 0.17 + row * 0.052
            pen.box(x - half, y + row * 0.062, x + half, y + 0.062 + row * 0.062)
    with c.ink(c.accent) as pen:
        for row in range(7):
            half = 0.17 + row * 0.052
            pen.line([(x - half, y + row * 0.062), (x + half, y + row * 0.062)], 4, 255 - row * 22)
        for arch in range(4):
            r, count = 0.24 + arch * 0.068, 15 + arch * 4
            pen.arc(x, y, r, 180, 360, 2, 130)
            for bulb in range(count):
                pen.disc(
                    *polar(x, y, r, 180 + bulb * 180 / (count - 1)),
                    0.0145 if arch % 2 else 0.0105,
                    255 - arch * 24,
                )
        pen.shape([polar(x, y - 0.095, 0.085 if k % 2 == 0 else 0.034, -90 + k * 36) for k in range(10)])


def stagelight(c: Canvas, rng: Random) -> None:
    """Two crossing spots on a stage with a hat and a chair, and a row of footlights."""
    x = c.fx
    with c.ink(c.accent, 0.36) as pen:
        for lamp, target, tone in ((0.1, x + 0.1, 120), (0.9, x - 0.1, 120), (0.5, x, 90)):
            pen.shape(
                [(lamp - 0.02, -0.02), (lamp + 0.02, -0.02), (target + 0.27, 1.0), (target - 0.27, 1.0)], tone
            )
    with c.ink(c.accent) as pen:
        pen.disc(x, 0.995, 0.33, 200, ry=0.055)
        for lamp in (0.1, 0.5, 0.9):
            pen.disc(lamp, 0.0, 0.035)
        for step in range(9):
            pen.arc(x, 0.62, 0.2 + step * 0.052, 180, 360, 2.6, 190 - step * 19)
    with c.ink(c.dark) as pen:
        # a bentwood chair, a top hat on its back
        pen.box(x - 0.1, 0.79, x + 0.1, 0.812)
        for px, slope in ((-0.088, -0.03), (0.088, 0.03), (-0.04, -0.008), (0.04, 0.008)):
            pen.line([(x + px, 0.8), (x + px + slope, 0.99)], 11)
        pen.arc(x, 0.62, 0.086, 180, 360, 11)
        pen.line([(x - 0.081, 0.62), (x - 0.081, 0.8)], 11)
        pen.line([(x + 0.081, 0.62), (x + 0.081, 0.8)], 11)
        pen.arc(x, 0.655, 0.046, 180, 360, 7)
        pen.line([(x - 0.043, 0.655), (x - 0.043, 0.8)], 7)
        pen.line([(x + 0.043, 0.655), (x + 0.043, 0.8)], 7)
        pen.disc(x + 0.04, 0.53, 0.12, ry=0.019)
        pen.shape([(x - 0.036, 0.53), (x - 0.045, 0.385), (x + 0.125, 0.385), (x + 0.116, 0.53)])
        pen.disc(x + 0.04, 0.385, 0.085, ry=0.014)
    with c.ink(c.accent) as pen:
        pen.line([(x - 0.038, 0.5), (x + 0.118, 0.5)], 11, 235)
        for foot in range(11):
            pen.wedge(0.05 + foot * 0.09, 1.085, 0.024, 180, 360, 235)
        pen.line([(0, 1.087), (1, 1.087)], 4, 235)


def tent(c: Canvas, rng: Random) -> None:
    """The roof of a circus tent from within, a star in the middle of it."""
    x, y = c.fx, c.fy
    with c.ink(c.mid) as pen:
        pen.disc(x, y, 1.2)
    with c.ink(c.accent, 0.92) as pen:
        for step in range(12):
            pen.wedge(x, y, 1.3, step * 30, step * 30 + 15, 205)
    with c.ink(c.ground) as pen:
        for step in range(8):
            pen.ring(x, y, 0.3 + step * 0.095, 2.6, 200 - step * 18)
        pen.disc(x, y, 0.27)
    with c.ink(c.accent) as pen:
        pen.ring(x, y, 0.262, 5)
        pen.shape([polar(x, y, 0.215 if k % 2 == 0 else 0.084, -90 + k * 36) for k in range(10)])
    with c.ink(c.ground) as pen:
        pen.wedge(x, y + 0.03, 0.062, 180, 360)
        pen.disc(x, y + 0.032, 0.098, ry=0.014)
    with c.ink(c.dark) as pen:
        pen.line([(0, 0.945), (0.5, 0.965), (1, 0.945)], 4)
        pen.disc(0.64, 0.855, 0.016)
        pen.line([(0.64, 0.87), (0.64, 0.91)], 15)
        pen.line([(0.64, 0.9), (0.62, 0.96)], 7)
        pen.line([(0.64, 0.9), (0.665, 0.96)], 7)
        pen.line([(0.53, 0.9), (0.75, 0.875)], 5)


MOTIFS = {
    "curtain": curtain,
    "curtain_crown": curtain_crown,
    "curtain_shadow": curtain_shadow,
    "bulbs": bulbs,
    "stagelight": stagelight,
    "tent": tent,
}
