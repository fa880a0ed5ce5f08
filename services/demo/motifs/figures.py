"""Figures: faces, hats and things in the light."""

import math
from random import Random

from services.demo.canvas import Canvas, mix, polar


def keyhole(c: Canvas, rng: Random) -> None:
    """A bobbed head in the light of a keyhole."""
    x, y = c.fx, c.fy - 0.06
    c.glow(x, y + 0.1, 0.7, c.accent, 0.4)
    with c.ink(c.accent, 0.55) as pen:
        for step in range(11):
            pen.ring(x, y, 0.2 + step * 0.05, 3, 235 - step * 20)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.17)
        pen.shape([(x - 0.085, y + 0.1), (x + 0.085, y + 0.1), (x + 0.2, y + 0.5), (x - 0.2, y + 0.5)])
    with c.ink(c.dark) as pen:
        pen.disc(x, y - 0.01, 0.085, ry=0.09)
        pen.shape([(x - 0.085, y - 0.02), (x + 0.085, y - 0.02), (x + 0.088, y + 0.075), (x + 0.045, y + 0.055),
                   (x - 0.045, y + 0.055), (x - 0.088, y + 0.075)])  # fmt: skip
        pen.shape([(x - 0.024, y + 0.05), (x + 0.024, y + 0.05), (x + 0.03, y + 0.125), (x + 0.085, y + 0.155),
                   (x + 0.075, y + 0.3), (x + 0.1, y + 0.5), (x - 0.1, y + 0.5), (x - 0.075, y + 0.3),
                   (x - 0.085, y + 0.155), (x - 0.03, y + 0.125)])  # fmt: skip
    with c.ink(c.accent) as pen:
        pen.disc(x, y + 0.015, 0.05, ry=0.058)
    with c.ink(c.dark) as pen:
        pen.shape(
            [(x - 0.055, y - 0.06), (x + 0.055, y - 0.06), (x + 0.053, y - 0.008), (x - 0.053, y - 0.008)]
        )


def nib(c: Canvas, rng: Random) -> None:
    """A pen's nib, and the line it has just drawn."""
    x, y = c.fx, c.fy - 0.04
    c.glow(x, y, 0.6, c.accent, 0.3)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(11):
            pen.ring(x, y + 0.38, 0.1 + step * 0.062, 2.8, 230 - step * 20)
    side = [
        (0.14 * math.sin(math.pi * (0.16 + 0.84 * (t / 24) ** 0.9)) ** 0.9, -0.42 + t / 30) for t in range(24)
    ]
    side.append((0.0, 0.38))
    with c.ink(c.accent) as pen:
        pen.shape([*((x + px, y + py) for px, py in side), *((x - px, y + py) for px, py in reversed(side))])
    with c.ink(c.mid, 0.5) as pen:
        pen.shape([(x, y - 0.42), *((x + px, y + py) for px, py in side)])
    with c.ink(c.ground) as pen:
        pen.disc(x, y - 0.06, 0.034)
        pen.line([(x, y - 0.05), (x, y + 0.37)], 5)
        pen.line([(x - 0.1, y - 0.34), (x + 0.1, y - 0.34)], 4)
    with c.ink(c.pale) as pen:
        pen.line(
            [(x + t / 40 * 0.9, y + 0.385 + 0.018 * math.sin(t * 0.9) * (1 - t / 60)) for t in range(41)], 5
        )
        pen.disc(x, y + 0.38, 0.01)


def hats(c: Canvas, rng: Random) -> None:
    """A bowler and a boy's cap, under one lamp."""
    c.glow(0.5, 0.5, 0.62, c.accent, 0.5)
    with c.ink(c.accent, 0.6) as pen:
        for step in range(10):
            pen.ring(0.5, 0.52, 0.2 + step * 0.052, 3, 230 - step * 21)
    with c.ink(c.accent) as pen:
        pen.disc(0.5, 0.52, 0.2, 90)
    with c.ink(c.dark) as pen:
        # the tramp, from behind
        pen.wedge(0.4, 0.47, 0.115, 180, 360)
        pen.disc(0.4, 0.475, 0.17, ry=0.024)
        pen.disc(0.4, 0.53, 0.075, ry=0.082)
        pen.shape([(0.36, 0.6), (0.44, 0.6), (0.575, 0.68), (0.6, 1.5), (0.2, 1.5), (0.225, 0.68)])
        pen.line([(0.2, 0.9), (0.14, 1.2)], 10)
        # the boy
        pen.disc(0.7, 0.83, 0.105, ry=0.062)
        pen.disc(0.77, 0.85, 0.06, ry=0.018)
        pen.disc(0.7, 0.885, 0.058, ry=0.065)
        pen.shape([(0.67, 0.94), (0.73, 0.94), (0.81, 1.0), (0.83, 1.5), (0.57, 1.5), (0.59, 1.0)])
    with c.ink(c.accent, 0.7) as pen:
        pen.arc(0.4, 0.47, 0.113, 190, 300, 3.5)
        pen.line([(0.288, 0.455), (0.512, 0.455)], 9, 120)
        pen.arc(0.7, 0.83, 0.103, 190, 320, 3, ry=0.06)
        pen.disc(0.7, 0.772, 0.009)


def mask(c: Canvas, rng: Random) -> None:
    """A masked gentleman who towers over the roofs."""
    x = c.fx
    c.glow(x, 0.45, 0.6, c.accent, 0.35)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(9):
            pen.ring(x, 0.5, 0.24 + step * 0.052, 2.6, 210 - step * 21)
    with c.ink(c.dark) as pen:
        pen.shape(
            [
                (x - 0.06, 0.68),
                (x + 0.06, 0.68),
                (x + 0.33, 0.82),
                (x + 0.4, 1.5),
                (x - 0.4, 1.5),
                (x - 0.33, 0.82),
            ]
        )
        pen.shape([(x - 0.145, 0.39), (x - 0.165, 0.12), (x + 0.165, 0.12), (x + 0.145, 0.39)])
        pen.disc(x, 0.12, 0.165, ry=0.02)
        pen.disc(x, 0.395, 0.25, ry=0.034)
    with c.ink(c.accent) as pen:
        pen.disc(x, 0.54, 0.125, ry=0.17)
        pen.shape(
            [(x, 0.74), (x - 0.09, 0.74), (x - 0.035, 0.98), (x, 1.02), (x + 0.035, 0.98), (x + 0.09, 0.74)]
        )
    with c.ink(c.dark) as pen:
        pen.box(x - 0.25, 0.36, x + 0.25, 0.408, 0)
        pen.shape([(x - 0.145, 0.385), (x + 0.145, 0.385), (x + 0.142, 0.44), (x - 0.142, 0.44)])
        pen.shape([(x - 0.135, 0.475), (x, 0.5), (x + 0.135, 0.475), (x + 0.125, 0.56), (x + 0.05, 0.575), (x, 0.535),
                   (x - 0.05, 0.575), (x - 0.125, 0.56)])  # fmt: skip
        pen.disc(x, 0.395, 0.25, ry=0.034)
        pen.line([(x - 0.035, 0.645), (x + 0.035, 0.645)], 6)
        pen.shape(
            [
                (x - 0.07, 0.735),
                (x, 0.765),
                (x + 0.07, 0.735),
                (x + 0.07, 0.795),
                (x, 0.765),
                (x - 0.07, 0.795),
            ]
        )
        for stud in range(3):
            pen.disc(x, 0.83 + stud * 0.055, 0.007)
    with c.ink(c.accent) as pen:
        for side in (-1, 1):
            pen.disc(x + side * 0.065, 0.523, 0.026, ry=0.013)
        pen.line([(x - 0.15, 0.34), (x + 0.15, 0.34)], 8, 170)
    with c.ink(mix(c.dark, c.mid, 0.4)) as pen:
        for index in range(13):
            left, top = index * 0.085 - 0.03, rng.uniform(1.0, 1.1)
            pen.shape(
                [
                    (left, 1.5),
                    (left, top),
                    (left + 0.045, top - 0.035),
                    (left + 0.09, top),
                    (left + 0.09, 1.5),
                ]
            )
            pen.box(left + 0.06, top - 0.06, left + 0.074, top)


def lattice(c: Canvas, rng: Random) -> None:
    """A cut-paper screen of stars, and a winged horse before the moon."""
    x, y = c.fx, c.fy - 0.06
    with c.ink(c.accent, 0.3) as pen:
        for row in range(9):
            for col in range(7):
                px, py = col / 6, 0.06 + row / 6
                for turn in (0, 45):
                    corners = [polar(px, py, 0.062, turn + k * 90) for k in range(4)]
                    pen.line([*corners, corners[0]], 2, 170)
    c.glow(x, y, 0.62, c.mid, 0.95)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.3)
        for step in range(4):
            pen.ring(x, y, 0.325 + step * 0.026, 3, 220 - step * 45)
    with c.ink(c.dark) as pen:
        body = [(-0.2, 0.0), (-0.14, -0.05), (0.0, -0.04), (0.07, -0.09), (0.12, -0.19), (0.155, -0.225),
                (0.165, -0.255), (0.18, -0.225), (0.225, -0.185), (0.245, -0.15), (0.225, -0.135), (0.18, -0.15),
                (0.165, -0.1), (0.15, -0.01), (0.11, 0.045), (0.0, 0.055), (-0.1, 0.06), (-0.17, 0.05)]  # fmt: skip
        pen.shape([(x - 0.03 + px, y + 0.06 + py) for px, py in body])
        for leg in (((0.11, 0.02), (0.2, 0.06), (0.18, 0.14)), ((0.08, 0.03), (0.15, 0.12), (0.1, 0.18)),
                    ((-0.15, 0.03), (-0.21, 0.1), (-0.27, 0.1)),
                    ((-0.12, 0.04), (-0.14, 0.14), (-0.21, 0.19))):  # fmt: skip
            pen.line([(x - 0.03 + px, y + 0.06 + py) for px, py in leg], 17)
        for feather in range(7):
            tip = polar(x - 0.02, y + 0.03, 0.2 + 0.022 * (6 - feather), 214 + feather * 11)
            pen.shape([(x - 0.06, y + 0.05), tip, (x + 0.05, y + 0.04)])
        tail = [(x - 0.22, y + 0.07), (x - 0.3, y + 0.03), (x - 0.36, y + 0.07), (x - 0.4, y + 0.05)]
        pen.line(tail, 15)
        # the rider
        pen.disc(x + 0.025, y - 0.1, 0.022)
        pen.shape([(x + 0.005, y - 0.085), (x + 0.05, y - 0.085), (x + 0.06, y + 0.03), (x, y + 0.03)])
        pen.shape([(x + 0.0, y - 0.112), (x + 0.05, y - 0.112), (x + 0.02, y - 0.16)])
        for index in range(9):
            px = index * 0.13 - 0.02
            pen.box(px - 0.05, 1.02, px + 0.05, 1.5)
            pen.disc(px, 1.02, 0.05, ry=0.06)
            pen.line([(px, 0.98), (px, 0.92)], 5)
    with c.ink(c.accent, 0.8) as pen:
        for index in range(9):
            pen.arc(index * 0.13 - 0.02, 1.02, 0.048, 180, 360, 3, ry=0.058)


def fruit(c: Canvas, rng: Random) -> None:
    """A pyramid of fruit on a carpenter's bench."""
    x, base = c.fx, 0.9
    c.glow(x, 0.6, 0.6, c.accent, 0.35)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(8):
            pen.arc(x, base, 0.46 + step * 0.052, 180, 360, 2.8, 210 - step * 24)
    places = [
        (x + (col - (4 - row) / 2 + 0.5 - 0.5) * 0.168, base - 0.085 - row * 0.143)
        for row in range(5)
        for col in range(5 - row)
    ]
    for index, (px, py) in enumerate(places):
        with c.ink(mix(c.accent, c.mid, (index * 37 % 5) * 0.13)) as pen:
            pen.disc(px, py, 0.083)
            pen.disc(px - 0.03, py - 0.032, 0.018, 255)
    with c.ink(c.pale, 0.75) as pen:
        for px, py in places:
            pen.arc(px, py, 0.062, 190, 265, 5)
    with c.ink(c.ground) as pen:
        for px, py in places:
            pen.arc(px + 0.03, py - 0.07, 0.03, 150, 260, 5)
            pen.ring(px, py, 0.084, 3)
    with c.ink(c.dark) as pen:
        pen.box(0.06, base, 0.94, base + 0.035)
        for px in (0.14, 0.86):
            pen.shape([(px - 0.02, base), (px + 0.02, base), (px + 0.035, 1.3), (px - 0.035, 1.3)])
    with c.ink(c.accent) as pen:
        pen.line([(0.06, base), (0.94, base)], 4)


def grin(c: Canvas, rng: Random) -> None:
    """A face that is only eyes and a grin."""
    x, y = c.fx, c.fy
    c.glow(x, y, 0.55, c.accent, 0.3)
    with c.ink(c.accent, 0.45) as pen:
        for step in range(10):
            pen.ring(x, y, 0.28 + step * 0.046, 2.6, 200 - step * 18, ry=0.36 + step * 0.05)
    with c.ink(c.accent) as pen:
        for side in (-1, 1):
            pen.disc(x + side * 0.12, y - 0.13, 0.062, ry=0.03)
            pen.arc(x + side * 0.12, y - 0.13, 0.1, 205 + side * 8, 335 + side * 8, 8, ry=0.085)
    upper = [(x + t / 16 * 0.25, y + 0.06 + 0.085 * (1 - (t / 16) ** 2)) for t in range(-16, 17)]
    lower = [(x + t / 16 * 0.25, y + 0.06 + 0.22 * (1 - (t / 16) ** 2)) for t in range(16, -17, -1)]
    with c.ink(c.accent) as pen:
        pen.shape([*upper, *lower])
        pen.arc(x - 0.27, y + 0.05, 0.035, 20, 200, 7)
        pen.arc(x + 0.27, y + 0.05, 0.035, -20, 160, 7)
    with c.ink(c.dark) as pen:
        for side in (-1, 1):
            pen.disc(x + side * 0.12, y - 0.13, 0.026)
        for tooth in range(-7, 8):
            px = x + tooth * 0.031
            edge = 1 - ((px - x) / 0.25) ** 2
            pen.line([(px, y + 0.06 + 0.085 * edge), (px, y + 0.06 + 0.22 * edge)], 3.5)
        pen.line([(x + t / 16 * 0.25, y + 0.06 + 0.15 * (1 - (t / 16) ** 2)) for t in range(-16, 17)], 3.5)
    with c.ink(c.pale) as pen:
        for side in (-1, 1):
            pen.disc(x + side * 0.12 - 0.008, y - 0.138, 0.007)


MOTIFS = {
    "keyhole": keyhole,
    "nib": nib,
    "hats": hats,
    "mask": mask,
    "lattice": lattice,
    "fruit": fruit,
    "grin": grin,
}
