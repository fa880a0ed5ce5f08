"""Land: mountains, deserts, fields, roads and caves."""

import math
from random import Random

from services.demo.canvas import Canvas, mix, polar


def mountains(c: Canvas, rng: Random) -> None:
    """Ranges one behind the other under a ringed sun."""
    x, y = c.fx + 0.12, c.fy - 0.12
    c.glow(x, y, 0.55, c.accent, 0.5)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(8):
            pen.ring(x, y, 0.15 + step * 0.056, 2.6, 200 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.115)
    for layer in range(5):
        points, px = [(-0.1, 1.5)], -0.1
        base = 0.68 + layer * 0.105
        while px < 1.15:
            points.append((px, base + rng.uniform(0.0, 0.07)))
            px += rng.uniform(0.07, 0.12)
            points.append((px, base - rng.uniform(0.04, 0.21 - layer * 0.025)))
            px += rng.uniform(0.07, 0.12)
        colour = mix(mix(c.accent, c.mid, 0.62), c.dark, layer / 4.4)
        with c.ink(colour) as pen:
            pen.shape([*points, (1.2, 1.5)])
        if layer < 3:
            with c.ink(c.accent, 0.75 - layer * 0.2) as pen:
                peaks = zip(points[1:], points[2:], points[3:], strict=False)
                for (ax, ay), (bx, by), (dx, dy) in peaks:
                    if by < ay and by < dy:
                        left, right = (
                            (bx + (ax - bx) * 0.32, by + (ay - by) * 0.32),
                            (bx + (dx - bx) * 0.24, by + (dy - by) * 0.24),
                        )
                        pen.shape([(bx, by), right, (bx, by + (dy - by) * 0.2), left])


def dunes(c: Canvas, rng: Random) -> None:
    """Dunes with wind lines under a huge low sun."""
    x, y = c.fx, c.fy - 0.02
    c.glow(x, y, 0.75, c.accent, 0.5)
    with c.ink(c.accent, 0.6) as pen:
        for step in range(9):
            pen.ring(x, y, 0.255 + step * 0.048, 2.4, 210 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.215)
    for layer in range(4):
        base, phase = 0.72 + layer * 0.135, rng.uniform(0, 6.28)

        def crest(px: float, base: float = base, phase: float = phase) -> float:
            return base + 0.055 * math.sin(px * 4.6 + phase) + 0.02 * math.sin(px * 9.7 + phase * 2)

        line = [(px / 60, crest(px / 60)) for px in range(-2, 63)]
        with c.ink(mix(mix(c.accent, c.mid, 0.55 + layer * 0.12), c.dark, layer * 0.24)) as pen:
            pen.shape([*line, (1.1, 1.5), (-0.1, 1.5)])
        with c.ink(c.accent, 0.34 - layer * 0.05) as pen:
            for ripple in range(1, 7):
                pen.line(
                    [(px, py + ripple * (0.013 + ripple * 0.0022)) for px, py in line], 1.8, 230 - ripple * 30
                )
    with c.ink(c.dark) as pen:
        for px in (0.3, 0.345):
            pen.disc(px, 0.672, 0.0085)
            pen.line([(px, 0.68), (px, 0.712)], 10)


def wheat(c: Canvas, rng: Random) -> None:
    """Ears of wheat against a wide sky."""
    x, y = c.fx, c.fy - 0.3
    c.glow(x, y, 0.6, c.accent, 0.5)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(9):
            pen.ring(x, y, 0.12 + step * 0.058, 2.4, 210 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.085)
    for layer, opacity in ((0, 0.3), (1, 0.58), (2, 0.95)):
        with c.ink(mix(c.mid, c.accent, 0.3 + layer * 0.33), opacity) as pen:
            for index in range(9 + layer * 2):
                foot = index / (8 + layer * 2) * 1.1 - 0.05 + rng.uniform(-0.03, 0.03)
                lean, top = rng.uniform(-7, 12), rng.uniform(0.52, 0.78) + layer * 0.07
                head = (foot + lean * 0.008, top)
                pen.line([(foot, 1.5), (foot + lean * 0.002, 1.05), head], 3.6 + layer)
                for grain in range(9):
                    gx, gy = head[0] + lean * 0.0004 * grain, head[1] - grain * 0.02
                    for side in (-1, 1):
                        tip = polar(gx, gy, 0.036, lean - 90 + side * 33)
                        pen.shape([(gx, gy), polar(gx, gy, 0.021, lean - 90 + side * 62), tip,
                                   polar(gx, gy, 0.021, lean - 90 + side * 8)])  # fmt: skip
                        pen.line([tip, polar(*tip, 0.05, lean - 90 + side * 14)], 1.6, 150)


def road(c: Canvas, rng: Random) -> None:
    """A new road that winds up to the sun, with a stone roller on it."""
    x, y = c.fx, c.fy - 0.18
    c.glow(x, y, 0.7, c.accent, 0.6)
    with c.ink(c.accent, 0.6) as pen:
        for angle in range(180, 361, 4):
            pen.line([polar(x, y, 0.2, angle), polar(x, y, 0.46 + 0.18 * (angle // 4 % 2), angle)], 2.4, 180)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, 0.16)
    with c.ink(mix(c.mid, c.dark, 0.5)) as pen:
        pen.shape(
            [(-0.1, y + 0.03), (0.3, y - 0.01), (0.7, y + 0.03), (1.1, y - 0.01), (1.1, 1.5), (-0.1, 1.5)]
        )
    left, right, middle = [], [], []
    for step in range(61):
        t = step / 60
        centre = x + 0.17 * math.sin(t * 5.6) * (0.25 + t) * (1 - t * 0.25)
        half, py = 0.006 + 0.3 * t**1.9, y + 0.025 + t * 1.0
        left.append((centre - half, py))
        right.append((centre + half, py))
        middle.append((centre, py, half))
    with c.ink(c.accent, 0.92) as pen:
        pen.shape([*left, *reversed(right)])
    with c.ink(c.dark) as pen:
        for index in range(8, 60, 5):
            (ax, ay, half), (bx, by, _) = middle[index], middle[index - 2]
            pen.line([(ax, ay), (bx, by)], 2 + half * 26, 130)
        pen.disc(x + 0.135, y + 0.3, 0.06)
        for man in range(5):
            mx, my = x - 0.015 - man * 0.052, y + 0.335 + man * 0.016
            pen.disc(mx - 0.012, my - 0.075, 0.0125)
            pen.line([(mx - 0.008, my - 0.06), (mx + 0.012, my - 0.02)], 17)
            pen.line([(mx + 0.012, my - 0.02), (mx - 0.01, my + 0.025)], 8)
            pen.line([(mx + 0.012, my - 0.02), (mx + 0.032, my + 0.025)], 8)
        pen.line([(x - 0.24, y + 0.33), (x + 0.135, y + 0.295)], 4)
    with c.ink(c.accent) as pen:
        pen.ring(x + 0.135, y + 0.3, 0.043, 3)
        pen.disc(x + 0.135, y + 0.3, 0.009)


def igloo(c: Canvas, rng: Random) -> None:
    """A snow house under arcs of northern light."""
    x, y = c.fx, 1.0
    with c.ink(c.accent, 0.55) as pen:
        for step in range(11):
            pen.arc(x, y, 0.4 + step * 0.052, 180, 360, 4.5 - step * 0.25, 220 - step * 18)
        for _ in range(70):
            pen.disc(rng.random(), rng.uniform(0.03, 0.6), rng.uniform(0.001, 0.003), rng.randint(80, 240))
    with c.ink(c.accent) as pen:
        pen.wedge(x, y, 0.345, 180, 360)
        pen.shape([(0, 1.5), (0, 0.99), (0.3, 0.975), (0.7, 1.0), (1, 0.985), (1, 1.5)], 240)
    with c.ink(c.mid) as pen:
        for row in range(1, 6):
            level = 0.345 * math.sin(math.radians(row * 15.5))
            half = math.sqrt(0.345**2 - level**2)
            pen.arc(x, y - level, half, 0, 180, 3.4, 255, ry=0.02)
            below = 0.345 * math.sin(math.radians((row - 1) * 15.5))
            for block in range(9):
                angle = 20 * block + (10 if row % 2 else 0)
                px = math.cos(math.radians(angle))
                wide = math.sqrt(0.345**2 - below**2)
                drop = 0.02 * math.sin(math.radians(angle))
                pen.line([(x + px * half, y - level + drop), (x + px * wide, y - below + drop)], 3, 220)
    with c.ink(c.ground) as pen:
        pen.wedge(x, y + 0.012, 0.1, 180, 360)
        pen.disc(x + 0.29, 0.905, 0.021)
        pen.shape([(x + 0.268, 0.92), (x + 0.312, 0.92), (x + 0.325, 1.02), (x + 0.255, 1.02)])
        pen.line([(x + 0.345, 0.83), (x + 0.333, 1.02)], 5)


def volcano(c: Canvas, rng: Random) -> None:
    """A mountain that throws fire over the columns of a temple."""
    x = c.fx
    c.glow(x, 0.5, 0.7, c.accent, 0.65)
    with c.ink(c.accent, 0.75) as pen:
        for index in range(46):
            angle = rng.uniform(-158, -22)
            reach = rng.uniform(0.22, 0.58)
            mid_point = polar(x, 0.56, reach * 0.7, angle)
            end = (mid_point[0] + (mid_point[0] - x) * 0.5, mid_point[1] + reach * 0.16)
            pen.line([(x, 0.56), mid_point, end], rng.choice((2, 3, 4)), 120 + index * 2)
            pen.disc(*end, rng.uniform(0.003, 0.007))
    with c.ink(mix(c.mid, c.dark, 0.35)) as pen:
        pen.shape(
            [(-0.2, 1.2), (x - 0.1, 0.56), (x - 0.04, 0.575), (x + 0.03, 0.56), (x + 0.1, 0.565), (1.2, 1.2)]
        )
    with c.ink(c.accent, 0.9) as pen:
        for points, width in (([(x, 0.57), (x - 0.03, 0.68), (x + 0.02, 0.77), (x - 0.05, 0.95)], 13),
                              ([(x + 0.05, 0.57), (x + 0.09, 0.66), (x + 0.07, 0.72)], 8)):  # fmt: skip
            pen.line(points, width, 230)
    with c.ink(c.dark) as pen:
        pen.shape([(0.08, 0.9), (0.5, 0.78), (0.92, 0.9), (0.92, 0.935), (0.08, 0.935)])
        for column in range(6):
            px = 0.135 + column * 0.146
            pen.box(px - 0.028, 0.935, px + 0.028, 1.5)
            pen.box(px - 0.04, 0.935, px + 0.04, 0.955)
    with c.ink(c.accent, 0.55) as pen:
        pen.line([(0.08, 0.9), (0.5, 0.78), (0.92, 0.9)], 4)
        for column in range(6):
            px = 0.135 + column * 0.146
            pen.line([(px + 0.025, 0.96), (px + 0.025, 1.3)], 3, 150)


def dino(c: Canvas, rng: Random) -> None:
    """A gentle long-necked dinosaur on a line, as if drawn in one stroke."""
    with c.ink(c.accent, 0.4) as pen:
        for step in range(9):
            pen.ring(0.66, 0.36, 0.1 + step * 0.062, 2.4, 210 - step * 21)
    with c.ink(c.accent) as pen:
        pen.disc(0.66, 0.36, 0.075, 235)
    spine = [(0.93, 0.985), (0.84, 0.93), (0.75, 0.83), (0.66, 0.735), (0.54, 0.71), (0.44, 0.735), (0.37, 0.7),
             (0.325, 0.6), (0.3, 0.48), (0.275, 0.37), (0.235, 0.315)]  # fmt: skip
    thickness = (0.006, 0.026, 0.058, 0.115, 0.155, 0.125, 0.08, 0.054, 0.043, 0.037, 0.036)
    with c.ink(mix(c.accent, c.mid, 0.12)) as pen:
        for (ax, ay), (bx, by), ra, rb in zip(spine, spine[1:], thickness, thickness[1:], strict=False):
            for part in range(13):
                t = part / 12
                pen.disc(ax + (bx - ax) * t, ay + (by - ay) * t, ra + (rb - ra) * t)
        pen.disc(0.205, 0.325, 0.062, ry=0.036)
        for px, shade in ((0.43, 255), (0.61, 255), (0.5, 175), (0.68, 175)):
            pen.shape([(px - 0.048, 0.77), (px + 0.048, 0.77), (px + 0.04, 1.005), (px - 0.04, 1.005)], shade)
            pen.disc(px - 0.008, 1.0, 0.05, shade, ry=0.018)
    with c.ink(c.ground) as pen:
        pen.disc(0.222, 0.308, 0.0085)
        pen.arc(0.19, 0.325, 0.042, 30, 120, 4)
        pen.line([(0, 1.018), (1, 1.018)], 5)
        for _ in range(24):
            px = rng.random()
            pen.line([(px, 1.018), (px + rng.uniform(-0.012, 0.012), 0.992)], 3)


def arches(c: Canvas, rng: Random) -> None:
    """Leaning arches one within the other, and a heavy figure at the far end."""
    x = c.fx
    c.glow(x, 0.66, 0.5, c.accent, 0.75)
    for step in range(7):
        size = 1.28 - step * 0.168
        half, top, lean = 0.46 * size, 0.64 - 0.42 * size, 0.03 * math.sin(step * 1.9 + 0.6)
        arch = [(x - half, 1.5), (x - half * 0.94 + lean, top + half)]
        for angle in range(180, 361, 10):
            across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            arch.append((x + half * 0.94 * across + lean, top + half + half * 1.1 * up))
        arch += [(x + half, 1.5)]
        with c.ink(mix(c.dark, mix(c.mid, c.accent, 0.5), step / 6.2)) as pen:
            pen.shape(arch)
        with c.ink(c.accent, 0.3 + step * 0.09) as pen:
            pen.line(arch, 3)
    foot = 0.7
    with c.ink(c.dark) as pen:
        pen.disc(x, foot, 0.042, ry=0.036)
        pen.shape([(x - 0.038, foot + 0.01), (x + 0.038, foot + 0.01), (x + 0.11, foot + 0.06), (x + 0.1, foot + 0.25),
                   (x + 0.085, 1.3), (x - 0.085, 1.3), (x - 0.1, foot + 0.25), (x - 0.11, foot + 0.06)])  # fmt: skip
    with c.ink(c.accent) as pen:
        pen.shape([polar(x, foot + 0.12, 0.026 if k % 2 == 0 else 0.011, -90 + k * 36) for k in range(10)])


MOTIFS = {
    "mountains": mountains, "dunes": dunes, "wheat": wheat, "road": road, "igloo": igloo, "volcano": volcano,
    "dino": dino, "arches": arches,
}  # fmt: skip
