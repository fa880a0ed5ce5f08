"""Film itself: a projector, strips of film, a lens."""

import math
from random import Random

from services.demo.canvas import Canvas, polar


def projector(c: Canvas, rng: Random) -> None:
    """A projector's beam, with a man who walks into the screen."""
    with c.ink(c.accent, 0.4) as pen:
        pen.shape([(0.17, 0.98), (0.3, 0.2), (0.94, 0.3), (0.94, 0.84)], 110)
        for step in range(9):
            t = step / 9
            pen.line([(0.17, 0.98), (0.3 + 0.64 * t, 0.2 + 0.1 * t)], 2, 130)
    with c.ink(c.accent) as pen:
        pen.shape([(0.32, 0.17), (0.95, 0.17), (0.95, 0.66), (0.32, 0.66)])
    with c.ink(c.ground) as pen:
        pen.shape([(0.335, 0.185), (0.935, 0.185), (0.935, 0.645), (0.335, 0.645)], 40)
        for step in range(7):
            pen.ring(0.64, 0.415, 0.06 + step * 0.035, 2.4, 150 - step * 12)
        pen.line([(0.64, 0.19), (0.64, 0.64)], 1.6, 110)
        pen.line([(0.34, 0.415), (0.93, 0.415)], 1.6, 110)
        fx = 0.7
        pen.disc(fx, 0.4, 0.027)
        pen.disc(fx, 0.378, 0.042, ry=0.008)
        pen.box(fx - 0.024, 0.352, fx + 0.024, 0.38)
        pen.shape([(fx - 0.034, 0.43), (fx + 0.034, 0.43), (fx + 0.04, 0.56), (fx - 0.04, 0.56)])
        pen.line([(fx - 0.018, 0.55), (fx - 0.055, 0.68)], 17)
        pen.line([(fx + 0.018, 0.55), (fx + 0.045, 0.68)], 17)
        pen.line([(fx + 0.03, 0.45), (fx + 0.085, 0.5), (fx + 0.1, 0.44)], 12)
    with c.ink(c.dark) as pen:
        pen.box(0.06, 0.94, 0.22, 1.08)
        pen.shape([(0.2, 0.955), (0.29, 0.9), (0.31, 0.955), (0.22, 1.01)])
        for px, py, r in ((0.08, 0.84, 0.098), (0.21, 1.02, 0.0)):
            if r:
                pen.disc(px, py, r)
        pen.disc(0.23, 0.79, 0.07)
        pen.line([(0.1, 1.08), (0.03, 1.35)], 13)
        pen.line([(0.18, 1.08), (0.26, 1.35)], 13)
    with c.ink(c.accent) as pen:
        for px, py, r in ((0.08, 0.84, 0.098), (0.23, 0.79, 0.07)):
            pen.ring(px, py, r - 0.008, 3)
            for spoke in range(5):
                pen.disc(*polar(px, py, r * 0.55, spoke * 72), r * 0.2, 210)


def filmstrip(c: Canvas, rng: Random) -> None:
    """Strips of film that cross the sheet, a moment of the city in every frame."""
    for angle, offset, opacity in ((-24, 0.22, 0.45), (17, 0.52, 0.7), (-13, 0.84, 1.0)):
        slope = math.tan(math.radians(angle))

        def at(px: float, across: float, slope: float = slope, offset: float = offset) -> tuple[float, float]:
            return px, offset + (px - 0.5) * slope + across

        with c.ink(c.dark) as pen:
            pen.shape([at(-0.1, -0.135), at(1.1, -0.135), at(1.1, 0.135), at(-0.1, 0.135)])
        with c.ink(c.accent, opacity) as pen:
            for hole in range(32):
                left = -0.06 + hole * 0.037
                for edge in (-0.124, 0.106):
                    pen.shape(
                        [
                            at(left, edge),
                            at(left + 0.017, edge),
                            at(left + 0.017, edge + 0.018),
                            at(left, edge + 0.018),
                        ]
                    )
            for frame in range(5):
                left = -0.1 + frame * 0.245 + offset * 0.1
                right = left + 0.225
                pen.shape([at(left, -0.09), at(right, -0.09), at(right, 0.09), at(left, 0.09)], 215)
        with c.ink(c.ground) as pen:
            for frame in range(5):
                left = -0.1 + frame * 0.245 + offset * 0.1
                kind = rng.randrange(3)
                centre = left + 0.112
                if kind == 0:
                    for ring in range(4):
                        pen.ring(*at(centre, 0), 0.018 + ring * 0.02, 4)
                elif kind == 1:
                    for tower in range(6):
                        px = left + 0.012 + tower * 0.034
                        tall = rng.uniform(0.03, 0.15)
                        pen.shape(
                            [
                                at(px, 0.09),
                                at(px + 0.028, 0.09),
                                at(px + 0.028, 0.09 - tall),
                                at(px, 0.09 - tall),
                            ]
                        )
                else:
                    for rail in range(-4, 5):
                        pen.line([at(centre, -0.05), at(centre + rail * 0.026, 0.09)], 4)
                    pen.disc(*at(centre, -0.05), 0.017)


def eye(c: Canvas, rng: Random) -> None:
    """An eye that is a lens."""
    x, y = c.fx, c.fy
    lid = [(x + t / 20 * 0.46, y - 0.25 * math.cos(t / 20 * math.pi / 2) ** 1.3) for t in range(-20, 21)]
    low = [(x + t / 20 * 0.46, y + 0.25 * math.cos(t / 20 * math.pi / 2) ** 1.3) for t in range(20, -21, -1)]
    with c.ink(c.accent, 0.5) as pen:
        for angle in range(0, 360, 4):
            pen.line([polar(x, y, 0.3, angle), polar(x, y, 0.5 + 0.3 * (angle // 4 % 3) / 2, angle)], 2, 150)
    with c.ink(c.accent) as pen:
        pen.shape([*lid, *low])
    with c.ink(c.ground) as pen:
        pen.disc(x, y, 0.215)
    with c.ink(c.accent) as pen:
        for step in range(5):
            pen.ring(x, y, 0.205 - step * 0.027, 3.2, 240 - step * 20)
        for blade in range(8):
            pen.line([polar(x, y, 0.2, blade * 45), polar(x, y, 0.088, blade * 45 + 58)], 3, 190)
    with c.ink(c.dark) as pen:
        pen.disc(x, y, 0.088)
    with c.ink(c.pale) as pen:
        pen.disc(x - 0.035, y - 0.035, 0.021)
        pen.ring(x, y, 0.088, 4)


MOTIFS = {"projector": projector, "filmstrip": filmstrip, "eye": eye}
