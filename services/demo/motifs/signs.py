"""Signs: wheels, spirals, wire and other plain shapes that stand for a film."""

import math
from random import Random

from services.demo.canvas import Canvas, mix, polar


def spiral(c: Canvas, rng: Random) -> None:
    """A spiral that draws the eye in."""
    x, y, turn = c.fx, c.fy, rng.uniform(0, 360)
    c.glow(x, y, 0.6, c.accent, 0.3)
    for colour, shift, opacity in ((c.mid, 180, 1.0), (c.accent, 0, 0.95)):
        outer, inner = [], []
        for step in range(481):
            angle, r = turn + shift + step * 5, 0.012 + (step / 360) ** 1.35 * 0.62
            outer.append(polar(x, y, r, angle))
            inner.append(polar(x, y, r * 0.84, angle))
        with c.ink(colour, opacity) as pen:
            for index in range(480):
                pen.shape([outer[index], outer[index + 1], inner[index + 1], inner[index]], 255 - index // 4)
    with c.ink(c.ground) as pen:
        pen.disc(x, y, 0.03)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.016)


def gears(c: Canvas, rng: Random) -> None:
    """Gear wheels, one of them stopped by folded arms."""
    wheels = (
        (0.36, 0.48, 0.27, 18, 0),
        (0.77, 0.8, 0.21, 14, 9),
        (0.84, 0.3, 0.15, 10, 14),
        (0.2, 0.95, 0.17, 12, 4),
    )
    for index, (x, y, r, teeth, turn) in enumerate(wheels):
        colour = (c.accent, mix(c.mid, c.accent, 0.35), c.mid, c.mid)[index]
        with c.ink(colour) as pen:
            for tooth in range(teeth):
                angle, half = turn + tooth * 360 / teeth, 100 / teeth
                pen.shape([polar(x, y, r * 0.93, angle - half), polar(x, y, r * 1.13, angle - half * 0.6),
                           polar(x, y, r * 1.13, angle + half * 0.6), polar(x, y, r * 0.93, angle + half)])  # fmt: skip
            pen.disc(x, y, r)
        with c.ink(c.ground) as pen:
            pen.ring(x, y, r * 0.86, 4)
            pen.disc(x, y, r * 0.68)
        with c.ink(colour) as pen:
            for spoke in range(3):
                a = turn + spoke * 60
                pen.line([polar(x, y, r * 0.7, a), polar(x, y, r * 0.7, a + 180)], r * 150)
            pen.disc(x, y, r * 0.26)
        with c.ink(c.ground) as pen:
            pen.disc(x, y, r * 0.11)
    with c.ink(c.accent, 0.4) as pen:
        for step in range(7):
            pen.ring(0.36, 0.48, 0.36 + step * 0.05, 2.2, 180 - step * 22)


def angles(c: Canvas, rng: Random) -> None:
    """A crooked street of painted shadows, with a thin walker on the roofs."""
    with c.ink(c.accent) as pen:
        pen.shape([(0.3, -0.02), (0.98, -0.02), (0.7, 0.62), (0.46, 0.7)], 235)
    with c.ink(c.mid) as pen:
        pen.shape([(-0.02, -0.02), (0.34, -0.02), (0.44, 0.74), (0.2, 1.3), (-0.02, 1.3)])
        pen.shape([(1.02, -0.02), (0.9, -0.02), (0.66, 0.66), (0.86, 1.3), (1.02, 1.3)])
    with c.ink(c.dark) as pen:
        pen.shape([(0.44, 0.72), (0.67, 0.64), (1.05, 1.25), (1.05, 1.5), (-0.05, 1.5), (0.16, 1.3)])
        pen.shape([(0.86, -0.02), (0.955, -0.02), (0.72, 0.6), (0.68, 0.62)])
        pen.shape([(0.3, -0.02), (0.35, -0.02), (0.47, 0.71), (0.43, 0.74)])
        for window in (((0.06, 0.2), (0.2, 0.14), (0.23, 0.34), (0.1, 0.43)),
                       ((0.12, 0.58), (0.27, 0.52), (0.29, 0.7), (0.13, 0.78)),
                       ((0.86, 0.32), (0.97, 0.24), (0.98, 0.42), (0.84, 0.47)),
                       ((0.8, 0.64), (0.95, 0.66), (0.97, 0.84), (0.86, 0.83))):  # fmt: skip
            pen.shape(window)
        fx, fy = 0.57, 0.43
        pen.disc(fx, fy - 0.135, 0.026)
        pen.shape(
            [
                (fx - 0.018, fy - 0.11),
                (fx + 0.03, fy - 0.115),
                (fx + 0.022, fy + 0.09),
                (fx - 0.022, fy + 0.09),
            ]
        )
        pen.line([(fx - 0.008, fy + 0.08), (fx - 0.035, fy + 0.25)], 13)
        pen.line([(fx + 0.012, fy + 0.08), (fx + 0.048, fy + 0.24)], 13)
        pen.line([(fx - 0.01, fy - 0.09), (fx - 0.09, fy - 0.19), (fx - 0.105, fy - 0.3)], 11)
        pen.line([(fx + 0.02, fy - 0.09), (fx + 0.075, fy + 0.02)], 11)
    with c.ink(c.accent) as pen:
        for window in (
            ((0.085, 0.22), (0.18, 0.18), (0.2, 0.32), (0.115, 0.39)),
            ((0.88, 0.345), (0.955, 0.29), (0.96, 0.4), (0.868, 0.44)),
        ):
            pen.shape(window, 225)
        pen.shape([(0.52, 0.74), (0.56, 0.72), (0.66, 1.5), (0.3, 1.5)], 150)
        pen.shape([(0.62, 0.7), (0.64, 0.69), (1.02, 1.2), (0.94, 1.3)], 110)
    with c.ink(c.dark) as pen:
        for a, b in (
            ((0.085, 0.22), (0.2, 0.32)),
            ((0.18, 0.18), (0.115, 0.39)),
            ((0.88, 0.345), (0.96, 0.4)),
        ):
            pen.line([a, b], 8)


def wheel(c: Canvas, rng: Random) -> None:
    """The wheel of a cart that one can see through, at midnight."""
    x, y = c.fx, c.fy
    with c.ink(c.accent, 0.5) as pen:
        for ghost in range(5):
            pen.ring(x - 0.05 * ghost, y - 0.012 * ghost, 0.36, 9, 130 - ghost * 24)
        for step in range(6):
            pen.ring(x, y, 0.42 + step * 0.052, 2.2, 150 - step * 20)
    with c.ink(c.accent) as pen:
        pen.ring(x, y, 0.36, 26)
        pen.ring(x, y, 0.325, 4, 150)
        for spoke in range(12):
            a = spoke * 30 + 8
            pen.shape(
                [
                    polar(x, y, 0.08, a - 9),
                    polar(x, y, 0.34, a - 2),
                    polar(x, y, 0.34, a + 2),
                    polar(x, y, 0.08, a + 9),
                ],
                235,
            )
        pen.disc(x, y, 0.088)
    with c.ink(c.ground) as pen:
        pen.ring(x, y, 0.068, 4)
        pen.disc(x, y, 0.03)
    with c.ink(c.pale, 0.4) as pen:
        for band in range(9):
            py = 0.98 + band * 0.022
            pen.line([(rng.uniform(-0.1, 0.4), py), (rng.uniform(0.6, 1.1), py)], 3, 150 - band * 12)


def pinwheel(c: Canvas, rng: Random) -> None:
    """A paper windmill."""
    x, y = c.fx, c.fy - 0.02
    with c.ink(c.accent, 0.45) as pen:
        for step in range(7):
            pen.ring(x, y, 0.36 + step * 0.052, 2.6, 190 - step * 22)
    with c.ink(c.pale) as pen:
        pen.shape([(x - 0.007, y), (x + 0.007, y), (x + 0.012, 1.5), (x - 0.012, 1.5)], 190)
    for vane in range(8):
        a = vane * 45 + 12
        with c.ink(c.accent if vane % 2 else mix(c.accent, c.mid, 0.45)) as pen:
            pen.shape(
                [(x, y), polar(x, y, 0.2, a - 12), polar(x, y, 0.335, a + 16), polar(x, y, 0.22, a + 33)]
            )
    with c.ink(c.ground) as pen:
        for vane in range(8):
            a = vane * 45 + 12
            pen.line([(x, y), polar(x, y, 0.335, a + 16)], 2.6, 160)
        pen.disc(x, y, 0.04)
    with c.ink(c.pale) as pen:
        pen.disc(x, y, 0.022)


def wire(c: Canvas, rng: Random) -> None:
    """Barbed wire before a low sun, and one flower."""
    x, y = c.fx, c.fy
    c.glow(x, y, 0.62, c.accent, 0.45)
    with c.ink(c.accent, 0.55) as pen:
        for step in range(9):
            pen.ring(x, y, 0.2 + step * 0.055, 2.6, 210 - step * 21)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.17, 240)
    with c.ink(c.dark) as pen:
        ridge = [
            (px / 30, 0.98 + 0.03 * math.sin(px * 0.55) + rng.uniform(-0.012, 0.012)) for px in range(-1, 32)
        ]
        pen.shape([*ridge, (1.1, 1.5), (-0.1, 1.5)])
        for px, lean in ((0.12, 0.03), (0.47, -0.04), (0.85, 0.025)):
            pen.line([(px, 1.1), (px + lean, 0.5)], 17)
        for strand, level in enumerate((0.57, 0.7, 0.83)):
            line = [
                (px / 40, level + 0.028 * math.sin(px / 40 * 6.3 + strand * 2) + 0.01 * math.sin(px * 0.8))
                for px in range(-1, 42)
            ]
            pen.line(line, 5)
            for px, py in line[::4]:
                turn = rng.uniform(0, 90)
                for arm in (turn, turn + 90):
                    pen.line([polar(px, py, 0.022, arm), polar(px, py, 0.022, arm + 180)], 4)
    fx, fy = 0.7, 0.83
    with c.ink(c.mid) as pen:
        pen.line([(fx + 0.012, 1.02), (fx - 0.006, 0.94), (fx, fy)], 6)
    with c.ink(c.pale) as pen:
        for petal in range(6):
            pen.disc(*polar(fx, fy, 0.026, petal * 60), 0.021)
    with c.ink(c.dark) as pen:
        pen.disc(fx, fy, 0.013)


def banner(c: Canvas, rng: Random) -> None:
    """A woman who carries a banner before the sun, over breaking ice."""
    x, y = c.fx, c.fy - 0.06
    c.glow(x, y, 0.7, c.accent, 0.45)
    with c.ink(c.accent, 0.45) as pen:
        for step in range(9):
            pen.ring(x, y, 0.25 + step * 0.052, 2.6, 210 - step * 21)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.215, 235)
    with c.ink(c.dark) as pen:
        pen.shape(
            [(-0.02, 1.5), (-0.02, 1.02), (0.2, 0.97), (0.52, 0.985), (0.8, 0.96), (1.02, 1.0), (1.02, 1.5)]
        )
        pen.disc(x - 0.06, 0.675, 0.035, ry=0.042)
        pen.shape(
            [(x - 0.105, 0.705), (x - 0.06, 0.615), (x - 0.015, 0.705), (x - 0.02, 0.74), (x - 0.1, 0.74)]
        )
        pen.shape(
            [
                (x - 0.09, 0.72),
                (x - 0.03, 0.72),
                (x + 0.02, 0.8),
                (x + 0.06, 1.0),
                (x - 0.17, 1.0),
                (x - 0.125, 0.8),
            ]
        )
        pen.line([(x - 0.04, 0.76), (x + 0.03, 0.8), (x + 0.085, 0.75)], 20)
        pen.line([(x + 0.06, 1.0), (x + 0.12, 0.22)], 11)
    top = [
        (x + 0.118 - t / 30 * 0.42, 0.235 + 0.03 * math.sin(t / 30 * 6.6) + 0.02 * t / 30) for t in range(31)
    ]
    with c.ink(mix(c.mid, c.dark, 0.55)) as pen:
        pen.shape([*top, *((px + 0.012, py + 0.21 + 0.012 * math.sin(px * 20)) for px, py in reversed(top))])
    with c.ink(c.accent, 0.8) as pen:
        for row in range(5):
            for floe in range(5 - row % 2):
                left = floe * 0.22 + row * 0.05 + rng.uniform(-0.03, 0.03)
                level, wide = 1.03 + row * 0.045, rng.uniform(0.1, 0.17)
                pen.shape([(left, level), (left + wide * 0.8, level - 0.008), (left + wide, level + 0.012),
                           (left + wide * 0.3, level + 0.022)], 190 - row * 25)  # fmt: skip


MOTIFS = {
    "banner": banner,
    "spiral": spiral,
    "gears": gears,
    "angles": angles,
    "wheel": wheel,
    "pinwheel": pinwheel,
    "wire": wire,
}
