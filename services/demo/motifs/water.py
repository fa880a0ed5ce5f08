"""Water: waves, ice, ripples, the deep and the ships on it."""

import math
from random import Random

from services.demo.canvas import Canvas, mix, polar


def waves(c: Canvas, rng: Random) -> None:
    """Rows of scale-shaped waves, a low moon and a small sail."""
    x, y = c.fx, c.fy - 0.24
    c.glow(x, y, 0.6, c.accent, 0.5)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(8):
            pen.ring(x, y, 0.16 + step * 0.058, 2.6, 200 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.125)
    with c.ink(c.dark) as pen:
        pen.shape([(x - 0.13, 0.83), (x + 0.15, 0.83), (x + 0.1, 0.88), (x - 0.09, 0.88)])
        pen.line([(x, 0.85), (x, 0.56)], 6)
        pen.shape([(x + 0.012, 0.57), (x + 0.12, 0.64), (x + 0.13, 0.8), (x + 0.012, 0.81)])
        pen.shape([(x - 0.014, 0.6), (x - 0.09, 0.66), (x - 0.1, 0.8), (x - 0.014, 0.81)])
    for row in range(9):
        py = 0.9 + row * 0.055
        colour = mix(mix(c.mid, c.accent, 0.28), c.dark, row / 9)
        with c.ink(colour) as pen:
            for col in range(8):
                pen.disc(col * 0.15 + (0.075 if row % 2 else 0) - 0.02, py + 0.03, 0.078)
        if row < 7:
            with c.ink(c.accent, 0.75 - row * 0.09) as pen:
                for col in range(8):
                    px = col * 0.15 + (0.075 if row % 2 else 0) - 0.02
                    for ring in range(3):
                        pen.arc(px, py + 0.03, 0.076 - ring * 0.02, 200, 340, 2.6, 235 - ring * 50)


def deep(c: Canvas, rng: Random) -> None:
    """A submarine's lamp under the sea, with weed and rising bubbles."""
    x, y = c.fx - 0.1, c.fy + 0.05
    with c.ink(c.mid) as pen:
        for band in range(7):
            line = [
                (px / 30, 0.1 + band * 0.035 + 0.01 * math.sin(px / 30 * 14 + band)) for px in range(-1, 32)
            ]
            pen.line(line, 5 - band * 0.5, 255 - band * 28)
    with c.ink(c.accent, 0.3) as pen:
        pen.shape([(x + 0.2, y), (1.1, y - 0.3), (1.1, y + 0.34)], 130)
        for step in range(9):
            pen.arc(x + 0.21, y, 0.12 + step * 0.07, -22, 24, 4, 250 - step * 20)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.25, ry=0.095)
        pen.shape([(x - 0.24, y), (x - 0.35, y - 0.085), (x - 0.33, y), (x - 0.35, y + 0.085)])
        pen.shape([(x - 0.07, y - 0.08), (x - 0.04, y - 0.15), (x + 0.07, y - 0.15), (x + 0.09, y - 0.08)])
        for _ in range(40):
            t = rng.random()
            pen.ring(
                x - 0.2 + rng.gauss(0, 0.12),
                y - 0.1 - t * 0.4,
                rng.uniform(0.004, 0.013),
                2,
                220 - int(t * 140),
            )
    with c.ink(c.ground) as pen:
        for port in range(4):
            pen.disc(x - 0.1 + port * 0.075, y, 0.024)
        pen.line([(x - 0.22, y + 0.045), (x + 0.22, y + 0.045)], 3)
    with c.ink(c.pale) as pen:
        for port in range(4):
            pen.disc(x - 0.1 + port * 0.075, y, 0.015)
    with c.ink(c.dark) as pen:
        for index in range(17):
            foot, tall = index * 0.065 - 0.02, rng.uniform(0.12, 0.4)
            weed = [(foot + 0.018 * math.sin(s * 0.8 + index), 1.25 - tall * s / 10) for s in range(11)]
            pen.line(weed, rng.uniform(12, 24))


def ripples(c: Canvas, rng: Random) -> None:
    """Rings on a lake from a few swimmers, seen from above with one boat."""
    centres = ((0.3, 0.42), (0.72, 0.7), (0.36, 0.93))
    with c.ink(c.accent, 0.62) as pen:
        for index, (x, y) in enumerate(centres):
            for step in range(10 - index):
                pen.ring(
                    x, y, 0.05 + step * 0.043, 3, max(24, 225 - step * 22), ry=(0.05 + step * 0.043) * 0.62
                )
    with c.ink(c.accent) as pen:
        for x, y in centres:
            pen.disc(x, y, 0.021)
            pen.line([(x - 0.052, y + 0.02), (x, y + 0.006), (x + 0.052, y + 0.02)], 9)
    with c.ink(c.dark) as pen:
        pen.disc(0.77, 0.3, 0.14, 215, ry=0.05)
    with c.ink(c.accent) as pen:
        pen.disc(0.76, 0.285, 0.14, ry=0.05)
    with c.ink(c.ground) as pen:
        pen.disc(0.76, 0.285, 0.11, ry=0.03)
        pen.line([(0.72, 0.19), (0.8, 0.385)], 7)
    with c.ink(c.accent) as pen:
        for px in (0.7, 0.76, 0.82):
            pen.line([(px, 0.26), (px, 0.31)], 8)


def floes(c: Canvas, rng: Random) -> None:
    """Broken ice on a dark river that draws away to the horizon."""
    x, y = c.fx, c.fy - 0.24
    c.glow(x, y, 0.5, c.accent, 0.5)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(8):
            pen.ring(x, y, 0.12 + step * 0.055, 2.4, 190 - step * 21)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.08)
    with c.ink(c.dark) as pen:
        pen.box(0, 0.57, 1, 1.5, 225)
        for index in range(26):
            px, tall = index * 0.042, rng.uniform(0.03, 0.1)
            pen.shape([(px - 0.016, 0.575), (px, 0.575 - tall), (px + 0.016, 0.575)])
    with c.ink(c.accent, 0.92) as pen:
        for row in range(9):
            t = (row / 8) ** 1.5
            py, size = 0.6 + t * 0.62, 0.035 + t * 0.12
            px = rng.uniform(-0.1, 0)
            while px < 1.1:
                wide = size * rng.uniform(0.75, 1.6)
                corners = [(px + wide * 0.5 + wide * 0.5 * math.cos(math.radians(a)) * rng.uniform(0.82, 1.08),
                            py + size * 0.3 * math.sin(math.radians(a)) * rng.uniform(0.8, 1.1))
                           for a in range(0, 360, 51)]  # fmt: skip
                pen.shape(corners, rng.randint(120, 245))
                px += wide + size * rng.uniform(0.2, 0.9)


def bow(c: Canvas, rng: Random) -> None:
    """The bow of a battleship, head on, with its guns and a red sky."""
    x = c.fx
    c.glow(x, 0.5, 0.8, c.accent, 0.45)
    with c.ink(c.accent, 0.42) as pen:
        for step in range(36):
            if step % 2:
                pen.wedge(x, 0.86, 1.3, 180 + step * 5, 185 + step * 5, 120)
        for step in range(8):
            pen.ring(x, 0.5, 0.22 + step * 0.06, 3, 190 - step * 21)
    with c.ink(c.dark) as pen:
        pen.shape([(x, 1.28), (x - 0.045, 1.1), (x - 0.29, 0.72), (x - 0.3, 0.66), (x + 0.3, 0.66), (x + 0.29, 0.72),
                   (x + 0.045, 1.1)])  # fmt: skip
        pen.shape([(x - 0.17, 0.67), (x - 0.14, 0.53), (x + 0.14, 0.53), (x + 0.17, 0.67)])
        pen.box(x - 0.085, 0.42, x + 0.085, 0.54)
        pen.box(x - 0.012, 0.14, x + 0.012, 0.43)
        pen.line([(x - 0.12, 0.24), (x + 0.12, 0.24)], 7)
        pen.line([(x, 0.16), (x - 0.29, 0.66)], 3)
        pen.line([(x, 0.16), (x + 0.29, 0.66)], 3)
    with c.ink(c.accent) as pen:
        for side in (-1, 1):
            pen.ring(x + side * 0.065, 0.615, 0.03, 6)
            pen.disc(x + side * 0.065, 0.615, 0.016, 110)
            pen.disc(x + side * 0.17, 0.78, 0.014, 210)
            pen.line([(x + side * 0.17, 0.79), (x + side * 0.15, 0.85)], 6, 210)
            pen.line([(x, 1.2), (x + side * 0.03, 1.07), (x + side * 0.285, 0.7)], 3, 200)
        pen.line([(x, 0.7), (x, 1.24)], 4, 220)
        pen.shape([(x + 0.012, 0.145), (x + 0.16, 0.17), (x + 0.012, 0.215)])
    with c.ink(c.mid) as pen:
        for row in range(5):
            py = 1.08 + row * 0.035
            line = [(px / 40, py + 0.014 * math.sin(px * 0.9 + row * 2)) for px in range(-1, 42)]
            pen.line(line, 12, 235 - row * 30)


def abyss(c: Canvas, rng: Random) -> None:
    """Ellipses that sink into a dark mouth, and a dancer at the brink."""
    x, y = c.fx, c.fy + 0.06
    with c.ink(c.accent) as pen:
        for step in range(17):
            t = step / 16
            r = 0.5 * (1 - t) ** 1.25 + 0.045
            pen.ring(x, y + 0.26 * t, r, 4 - t * 1.5, int(235 - 150 * t), ry=r * 0.42)
    with c.ink(c.dark) as pen:
        pen.disc(x, y + 0.265, 0.05, ry=0.022)
    with c.ink(c.accent) as pen:
        fx, fy = x - 0.235, y - 0.13
        pen.disc(fx, fy - 0.16, 0.022)
        pen.line([(fx, fy - 0.14), (fx + 0.01, fy - 0.06)], 24)
        pen.shape(
            [(fx - 0.01, fy - 0.075), (fx + 0.03, fy - 0.075), (fx + 0.05, fy + 0.03), (fx - 0.04, fy + 0.03)]
        )
        pen.line([(fx + 0.003, fy - 0.12), (fx + 0.075, fy - 0.195)], 9)
        pen.line([(fx, fy - 0.12), (fx - 0.07, fy - 0.09)], 9)
        pen.line([(fx + 0.012, fy + 0.02), (fx + 0.012, fy + 0.085)], 9)
        pen.line([(fx - 0.005, fy + 0.02), (fx - 0.065, fy + 0.055)], 9)
    with c.ink(c.pale, 0.5) as pen:
        for _ in range(30):
            pen.disc(*polar(x, y, rng.uniform(0.35, 0.7), rng.uniform(0, 360)), rng.uniform(0.001, 0.003))


MOTIFS = {"waves": waves, "deep": deep, "ripples": ripples, "floes": floes, "bow": bow, "abyss": abyss}
