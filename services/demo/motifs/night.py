"""Skies: moons, suns, orbits, beams and the light of flames."""

import math
from random import Random

from services.demo.canvas import Canvas, Pen, mix, polar


def stars(pen: Pen, rng: Random, count: int, bottom: float) -> None:
    """Scatter small stars between the top and `bottom`."""
    for _ in range(count):
        pen.disc(rng.random(), rng.uniform(0.03, bottom), rng.uniform(0.0009, 0.0026), rng.randint(90, 240))


def moon(c: Canvas, rng: Random) -> None:
    """A moon with a shell in its eye, in a ring of rays."""
    x, y, r = c.fx, c.fy + 0.02, 0.31
    with c.ink(c.accent, 0.55) as pen:
        stars(pen, rng, 110, 1.1)
        for step in range(72):
            inner = 0.36 + 0.02 * (step % 2)
            outer = 0.44 + 0.05 * (step % 3)
            pen.line([polar(x, y, inner, step * 5), polar(x, y, outer, step * 5)], 2, 200)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, r)
    with c.ink(c.mid, 0.42) as pen:
        for dx, dy, size in ((-0.19, -0.1, 0.045), (-0.2, 0.1, 0.03), (0.2, 0.13, 0.05), (0.02, -0.24, 0.035),
                             (-0.09, 0.22, 0.04), (0.24, -0.03, 0.02), (-0.11, -0.21, 0.018)):  # fmt: skip
            pen.disc(x + dx, y + dy, size, 190)
            pen.disc(x + dx + size * 0.18, y + dy + size * 0.18, size * 0.8, 110)
    with c.ink(c.ground) as pen:
        pen.disc(x - 0.11, y - 0.03, 0.05, ry=0.03)
        pen.arc(x + 0.01, y + 0.08, 0.13, 25, 140, 9)
        pen.line([(x - 0.18, y - 0.1), (x - 0.05, y - 0.105)], 8)
        pen.line([(x - 0.02, y + 0.01), (x - 0.035, y + 0.085), (x + 0.005, y + 0.095)], 7)
        shell = [(x + 0.09, y - 0.035), (x + 0.245, y - 0.2), (x + 0.295, y - 0.155), (x + 0.135, y + 0.01)]
        pen.shape(shell)
        pen.disc(x + 0.108, y - 0.015, 0.034)
    with c.ink(c.pale) as pen:
        pen.disc(x - 0.105, y - 0.032, 0.013)
        pen.line([(x + 0.215, y - 0.17), (x + 0.265, y - 0.125)], 6)


def orbit(c: Canvas, rng: Random) -> None:
    """A crescent, the Earth below and a rocket's dotted path between them."""
    with c.ink(c.accent, 0.7) as pen:
        stars(pen, rng, 150, 1.2)
        for step in range(9):
            pen.ring(0.66, 0.4, 0.27 + 0.055 * step, 2, 150 - step * 14)
    with c.ink(c.accent) as pen:
        pen.disc(0.66, 0.4, 0.2)
    with c.ink(c.ground) as pen:
        pen.disc(0.6, 0.36, 0.185, 235)
    with c.ink(c.mid) as pen:
        pen.disc(0.12, 1.36, 0.62)
    with c.ink(c.accent, 0.9) as pen:
        pen.arc(0.12, 1.36, 0.62, 250, 350, 3)
        for step in range(46):
            t = step / 45
            x = (1 - t) ** 2 * 0.2 + 2 * t * (1 - t) * 0.16 + t**2 * 0.49
            y = (1 - t) ** 2 * 0.76 + 2 * t * (1 - t) * 0.4 + t**2 * 0.3
            pen.disc(x, y, 0.0035, 120 + step * 3)
        pen.shape([(0.565, 0.29), (0.5, 0.272), (0.475, 0.3), (0.5, 0.328)])
        pen.shape([(0.5, 0.275), (0.455, 0.258), (0.47, 0.3), (0.455, 0.342), (0.5, 0.325)], 170)


def sun(c: Canvas, rng: Random) -> None:
    """A sun coming up over a lake, with fine rays."""
    x, y = c.fx, c.fy + 0.16
    c.glow(x, y, 0.75, c.accent, 0.55)
    with c.ink(c.accent, 0.6) as pen:
        for step in range(61):
            angle = 180 + step * 3
            length = (0.95, 0.55, 0.7, 0.6)[step % 4]
            pen.line([polar(x, y, 0.26, angle), polar(x, y, length, angle)], 2.4, 210)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.22)
    with c.ink(c.ground) as pen:
        pen.box(0, y + 0.001, 1, 1.5)
    with c.ink(c.mid, 0.75) as pen:
        pen.box(0, y + 0.001, 1, 1.5)
    with c.ink(c.accent) as pen:
        for row in range(13):
            half = 0.22 * (1 - row / 15) * rng.uniform(0.72, 1.08)
            top = y + 0.018 + row * 0.024
            pen.line([(x - half, top), (x + half, top)], 7 - row * 0.4, 235 - row * 14)
    with c.ink(c.dark) as pen:
        pen.shape([(0.17, y + 0.13), (0.36, y + 0.13), (0.33, y + 0.155), (0.2, y + 0.155)])
        for px in (0.23, 0.3):
            pen.disc(px, y + 0.085, 0.014)
            pen.shape([(px - 0.016, y + 0.135), (px, y + 0.09), (px + 0.016, y + 0.135)])


def beams(c: Canvas, rng: Random) -> None:
    """Searchlights over clouds, and a flight of biplanes."""
    with c.ink(c.accent, 0.3) as pen:
        for foot, angle, tone in ((0.08, 292, 120), (0.93, 243, 140), (0.32, 272, 80), (0.7, 256, 70)):
            pen.shape(
                [(foot, 1.2), polar(foot, 1.2, 1.5, angle - 4.5), polar(foot, 1.2, 1.5, angle + 4.5)], tone
            )
        for step in range(8):
            pen.ring(c.fx, c.fy - 0.05, 0.16 + step * 0.055, 2, 210 - step * 20)
    with c.ink(c.accent) as pen:
        pen.disc(c.fx, c.fy - 0.05, 0.115)
    with c.ink(c.mid, 0.95) as pen:
        for _ in range(16):
            pen.disc(rng.random(), rng.uniform(1.08, 1.2), rng.uniform(0.07, 0.16))
    with c.ink(c.dark) as pen:
        for x, y, s in ((c.fx, c.fy - 0.05, 1.0), (0.24, 0.8, 0.5), (0.77, 0.27, 0.4)):
            pen.line([(x - 0.2 * s, y - 0.045 * s), (x + 0.2 * s, y - 0.045 * s)], 15 * s)
            pen.line([(x - 0.17 * s, y + 0.045 * s), (x + 0.17 * s, y + 0.045 * s)], 14 * s)
            pen.disc(x, y, 0.042 * s)
            for dx in (-0.13, -0.065, 0.065, 0.13):
                pen.line([(x + dx * s, y - 0.045 * s), (x + dx * s, y + 0.045 * s)], 5 * s)
            pen.line([(x - 0.05 * s, y + 0.095 * s), (x, y + 0.03 * s), (x + 0.05 * s, y + 0.095 * s)], 6 * s)


def flame(c: Canvas, rng: Random) -> None:
    """Tongues of fire one within the other, under rising sparks."""
    c.glow(c.fx, 0.95, 0.9, c.accent, 0.5)
    tongues = ((c.mid, 0.95, 0.36, 0.0), (mix(c.mid, c.accent, 0.55), 0.76, 0.27, 2.1), (c.accent, 0.56, 0.185, 4.0),
               (c.pale, 0.33, 0.1, 5.2))  # fmt: skip
    for colour, tall, wide, phase in tongues:
        left, right = [], []
        for step in range(61):
            t = step / 60
            sway = 0.085 * t * math.sin(t * 5.2 + phase)
            half = wide * math.sin(math.pi * (0.3 + 0.7 * t)) ** 1.15 * (1 - 0.25 * t)
            left.append((c.fx - half + sway, 1.14 - tall * t))
            right.append((c.fx + half + sway, 1.14 - tall * t))
        with c.ink(colour, 0.92) as pen:
            pen.shape([*left, *reversed(right)])
            pen.disc(c.fx, 1.14, wide * 0.81, ry=0.08)
    with c.ink(c.accent) as pen:
        for _ in range(70):
            rise = rng.random()
            pen.disc(c.fx + rng.gauss(0, 0.1 + 0.16 * rise), 0.95 - rise * 0.85, rng.uniform(0.001, 0.0045),
                     rng.randint(110, 255))  # fmt: skip


def candles(c: Canvas, rng: Random) -> None:
    """Rows of candles, some burnt low, each in its own halo."""
    places = []
    for row in range(5):
        count = 4 + row
        for index in range(count):
            x = 0.5 + (index - (count - 1) / 2) * (0.2 - row * 0.007) + rng.uniform(-0.02, 0.02)
            places.append((x, 0.72 + row * 0.125, rng.uniform(0.1, 0.34), 0.6 + row * 0.13))
    for row_start, row_end, opacity in (
        (0, 4, 0.35),
        (4, 9, 0.5),
        (9, 15, 0.68),
        (15, 22, 0.85),
        (22, 30, 1.0),
    ):
        part = places[row_start:row_end]
        with c.ink(mix(c.mid, c.accent, 0.3), opacity * 0.6) as pen:
            for x, y, tall, size in part:
                pen.box(x - 0.021 * size, y - tall, x + 0.021 * size, y + 0.3)
        with c.ink(c.accent, opacity) as pen:
            for x, y, tall, size in part:
                top = y - tall - 0.03 * size
                pen.ring(x, top, 0.058 * size, 2, 110)
                pen.ring(x, top, 0.092 * size, 2, 60)
                pen.disc(x, top, 0.0125 * size, ry=0.026 * size)
                pen.shape(
                    [(x - 0.011 * size, top - 0.01), (x, top - 0.052 * size), (x + 0.011 * size, top - 0.01)]
                )


def moonlit(c: Canvas, rng: Random) -> None:
    """Two circles that eclipse one another, ringed."""
    y = c.fy + 0.02
    with c.ink(c.accent, 0.5) as pen:
        stars(pen, rng, 60, 1.0)
        for step in range(10):
            for x, tone in ((0.37, 200), (0.63, 140)):
                pen.ring(x, y, 0.2 + 0.052 * step, 2.2, max(20, tone - step * 18))
    with c.ink(c.mid) as pen:
        pen.disc(0.63, y, 0.2)
    with c.ink(c.accent) as pen:
        pen.disc(0.37, y, 0.2)
    with c.ink(c.ground) as pen:
        pen.disc(0.63, y, 0.2, 150)
    with c.ink(c.accent) as pen:
        pen.ring(0.63, y, 0.2, 5)


def domes(c: Canvas, rng: Random) -> None:
    """A crescent over onion domes, and a carpet that flies past."""
    x, y = c.fx, c.fy - 0.14
    with c.ink(c.accent, 0.6) as pen:
        stars(pen, rng, 90, 0.9)
        for step in range(9):
            pen.ring(x, y, 0.26 + step * 0.05, 2.4, 210 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.23)
        pen.disc(x + 0.075, y - 0.045, 0.19, 0)
    with c.ink(c.accent) as pen:
        pen.line([(x - 0.06, y + 0.07), (x + 0.02, y + 0.095), (x + 0.1, y + 0.06), (x + 0.18, y + 0.085)], 9)
        for px, lean in ((x + 0.02, 0.01), (x + 0.09, -0.005)):
            pen.disc(px + lean, y + 0.005, 0.017)
            pen.shape(
                [
                    (px - 0.004, y + 0.02),
                    (px + 0.012, y + 0.02),
                    (px + 0.034, y + 0.085),
                    (px - 0.026, y + 0.085),
                ]
            )
    for layer, (level, opacity) in enumerate(((0.86, 0.5), (0.97, 1.0))):
        with c.ink(mix(c.mid, c.dark, 0.35 + layer * 0.65)) as pen:
            pen.box(0, level + 0.12, 1, 1.5)
            for index in range(6):
                px, r = index * 0.2 + layer * 0.1 - 0.02, rng.uniform(0.045, 0.085)
                top = level + rng.uniform(-0.03, 0.06)
                pen.box(px - r * 0.8, top, px + r * 0.8, 1.5)
                pen.disc(px, top - r * 0.35, r)
                pen.shape(
                    [(px - r * 0.72, top - r * 1.05), (px, top - r * 2.1), (px + r * 0.72, top - r * 1.05)]
                )
                pen.line([(px, top - r * 1.9), (px, top - r * 2.7)], 4)
                pen.box(px + 0.088, level - 0.12, px + 0.104, 1.5)
                pen.shape([(px + 0.08, level - 0.12), (px + 0.096, level - 0.19), (px + 0.112, level - 0.12)])
        with c.ink(c.accent, opacity * 0.75) as pen:
            for _ in range(26):
                px, py = rng.random(), rng.uniform(level + 0.02, 1.2)
                pen.box(px, py, px + 0.008, py + 0.016, 200)


MOTIFS = {
    "domes": domes,
    "moon": moon, "orbit": orbit, "sun": sun, "beams": beams, "flame": flame, "candles": candles,
    "moonlit": moonlit,
}  # fmt: skip
