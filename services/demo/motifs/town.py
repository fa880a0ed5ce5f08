"""Towns: streets, towers, rails and who stands there."""

from random import Random

from services.demo.canvas import Canvas, polar


def city(c: Canvas, rng: Random) -> None:
    """Rings of light over a street of towers that runs to a vanishing point."""
    x, y = c.fx, c.fy
    c.glow(x, y, 0.6, c.accent, 0.28)
    with c.ink(c.accent, 0.95) as pen:
        for step in range(10):
            pen.ring(x, y, 0.11 + 0.062 * step, 4.2 - step * 0.15, 250 - step * 20)
        for angle in range(8, 174, 9):
            pen.line([polar(x, y, 0.11, angle), polar(x, y, 1.4, angle)], 2, 75)
    towers = []
    for side in (-1, 1):
        for index in range(9):
            inner = 0.045 + index * 0.058
            top = y + 0.36 - index * 0.062 - rng.uniform(0, 0.12)
            towers.append((x + side * inner, x + side * (inner + 0.053), top))
    with c.ink(c.dark) as pen:
        for a, b, top in towers:
            pen.box(min(a, b), top, max(a, b), 1.5)
            pen.box((a + b) / 2 - 0.004, top - 0.05, (a + b) / 2 + 0.004, top)
    with c.ink(c.accent) as pen:
        for a, b, top in towers:
            for row in range(26):
                for col in (0.012, 0.025, 0.038):
                    if rng.random() < 0.36:
                        px, py = min(a, b) + col, top + 0.03 + row * 0.026
                        pen.box(px, py, px + 0.006, py + 0.011, rng.randint(70, 230))


def rails(c: Canvas, rng: Random) -> None:
    """Two rails that meet under the headlamp of an engine."""
    x, y = c.fx, c.fy + 0.1
    c.glow(x, y, 0.62, c.accent, 0.6)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(9):
            pen.ring(x, y, 0.15 + step * 0.062, 2.6, 220 - step * 22)
    with c.ink(c.dark) as pen:
        pen.shape([(x - 0.02, y), (x + 0.02, y), (x + 0.86, 1.5), (x - 0.86, 1.5)], 190)
        for step in range(16):
            t = (step / 15) ** 2.1
            py, half = y + 0.13 + t * 0.9, 0.11 + t * 0.6
            pen.box(x - half, py, x + half, py + 0.007 + t * 0.034)
        pen.disc(x, y, 0.135)
        pen.shape([(x - 0.1, y - 0.09), (x + 0.1, y - 0.09), (x + 0.1, y + 0.13), (x - 0.1, y + 0.13)])
        pen.shape([(x - 0.035, y - 0.13), (x + 0.035, y - 0.13), (x + 0.075, y - 0.3), (x - 0.075, y - 0.3)])
        pen.shape([(x - 0.1, y + 0.11), (x + 0.1, y + 0.11), (x + 0.17, y + 0.24), (x - 0.17, y + 0.24)])
        for step in range(9):
            pen.disc(x + 0.02 + step * 0.036, y - 0.34 - step * 0.036, 0.045 + step * 0.011, 215 - step * 20)
    with c.ink(c.accent) as pen:
        pen.ring(x, y, 0.133, 4, 200)
        pen.disc(x, y - 0.02, 0.05)
        for slat in range(-5, 6):
            pen.line([(x + slat * 0.019, y + 0.125), (x + slat * 0.031, y + 0.235)], 3, 190)
        for side in (-1, 1):
            pen.shape([(x + side * 0.082, y + 0.24), (x + side * 0.092, y + 0.24), (x + side * 0.5, 1.5),
                       (x + side * 0.46, 1.5)], 240)  # fmt: skip


def lamp(c: Canvas, rng: Random) -> None:
    """A street lamp in its halo, and a single figure under it."""
    side = -1 if rng.random() < 0.5 else 1
    x, y = c.fx - 0.02, c.fy - 0.16
    c.glow(x, y, 0.66, c.accent, 0.62)
    with c.ink(c.accent, 0.55) as pen:
        for step in range(10):
            pen.ring(x, y, 0.1 + step * 0.056, 3, 235 - step * 21)
        pen.shape([(x - 0.03, y), (x + 0.03, y), (x + 0.33, 1.12), (x - 0.33, 1.12)], 52)
        pen.disc(x, 1.12, 0.33, 95, ry=0.045)
    with c.ink(c.dark) as pen:
        for index in range(7):
            wide = rng.uniform(0.08, 0.13)
            px = (index * 0.155 - 0.03, index * 0.155 - 0.03 + wide)
            if abs(sum(px) / 2 - x) > 0.2:
                pen.box(px[0], rng.uniform(0.62, 0.86), px[1] + 0.05, 1.09, 120)
        pen.box(x - 0.007, y + 0.05, x + 0.007, 1.12)
        pen.box(x - 0.03, 1.095, x + 0.03, 1.12)
        pen.shape([(x - 0.06, y - 0.045), (x + 0.06, y - 0.045), (x, y - 0.105)])
        pen.shape(
            [(x - 0.032, y + 0.05), (x + 0.032, y + 0.05), (x + 0.012, y + 0.08), (x - 0.012, y + 0.08)]
        )
        man = x + side * 0.17
        pen.disc(man, 0.87, 0.027)
        pen.shape([(man - 0.014, 0.885), (man + 0.014, 0.885), (man + 0.04, 0.95), (man + 0.034, 1.03),
                   (man + 0.062, 1.115), (man - 0.062, 1.115), (man - 0.034, 1.03), (man - 0.04, 0.95)])  # fmt: skip
        pen.shape(
            [(man - 0.05, 1.12), (man + 0.05, 1.12), (man + side * 0.3, 1.19), (man + side * 0.2, 1.19)], 170
        )
    with c.ink(c.pale) as pen:
        pen.shape([(x - 0.05, y - 0.04), (x + 0.05, y - 0.04), (x + 0.03, y + 0.05), (x - 0.03, y + 0.05)])


def rain(c: Canvas, rng: Random) -> None:
    """A man with a scarf in fog and slanting rain, under a lit window."""
    x = c.fx
    c.glow(x, 0.6, 0.62, c.accent, 0.45)
    with c.ink(c.accent, 0.55) as pen:
        for step in range(7):
            pen.ring(x, 0.6, 0.2 + step * 0.06, 2.6, 190 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(x, 0.6, 0.2, 215)
    with c.ink(c.dark) as pen:
        pen.box(x - 0.105, 0.5, x + 0.105, 0.522)
        pen.shape([(x - 0.068, 0.505), (x - 0.062, 0.4), (x + 0.062, 0.4), (x + 0.068, 0.505)])
        pen.disc(x, 0.56, 0.062, ry=0.08)
        pen.shape([(x - 0.075, 0.6), (x + 0.075, 0.6), (x + 0.1, 0.69), (x - 0.1, 0.69)])
        pen.shape(
            [
                (x - 0.07, 0.67),
                (x + 0.07, 0.67),
                (x + 0.27, 0.8),
                (x + 0.31, 1.5),
                (x - 0.31, 1.5),
                (x - 0.27, 0.8),
            ]
        )
    with c.ink(c.mid) as pen:
        pen.line([(x - 0.085, 0.625), (x, 0.655), (x + 0.085, 0.625)], 5)
        pen.line([(x - 0.092, 0.655), (x, 0.685), (x + 0.092, 0.655)], 5)
    with c.ink(c.pale, 0.5) as pen:
        for _ in range(230):
            px, py, length = rng.uniform(-0.1, 1.2), rng.uniform(-0.1, 1.2), rng.uniform(0.03, 0.13)
            pen.line(
                [(px, py), (px - length * 0.3, py + length)],
                rng.choice((1.5, 1.5, 2.5)),
                rng.randint(50, 190),
            )


def windows(c: Canvas, rng: Random) -> None:
    """Two lit windows that face each other across a lane, and washing between them."""
    c.glow(c.fx, 0.55, 0.6, c.accent, 0.3)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(9):
            pen.ring(c.fx, 0.3, 0.1 + step * 0.06, 2.6, 220 - step * 22)
    with c.ink(c.accent) as pen:
        pen.disc(c.fx, 0.3, 0.07)
    with c.ink(c.dark) as pen:
        pen.shape([(-0.02, 0.05), (0.27, 0.3), (0.27, 1.5), (-0.02, 1.5)])
        pen.shape([(1.02, 0.05), (0.6, 0.36), (0.6, 1.5), (1.02, 1.5)], 215)
        pen.line([(0.27, 0.6), (0.43, 0.635), (0.6, 0.6)], 3)
        for index, tall in enumerate((0.07, 0.1, 0.06, 0.085)):
            px = 0.315 + index * 0.068
            pen.shape(
                [(px, 0.615), (px + 0.045, 0.618), (px + 0.05, 0.62 + tall), (px - 0.004, 0.615 + tall)]
            )
    with c.ink(c.mid, 0.8) as pen:
        for row in range(5):
            for left, right, slope in (
                (0.03, 0.1, 0.1),
                (0.15, 0.21, 0.1),
                (0.66, 0.74, -0.1),
                (0.82, 0.93, -0.1),
            ):
                top = 0.42 + row * 0.16
                if left > 0.8 and row < 3:  # the title stands here
                    continue
                pen.shape(
                    [
                        (left, top),
                        (right, top + slope * (right - left)),
                        (right, top + 0.1),
                        (left, top + 0.1),
                    ]
                )
    with c.ink(c.accent) as pen:
        pen.shape([(0.15, 0.74), (0.21, 0.746), (0.21, 0.84), (0.15, 0.84)])
        pen.shape([(0.66, 0.74), (0.74, 0.732), (0.74, 0.84), (0.66, 0.84)])
    with c.ink(c.dark) as pen:
        for px in (0.185, 0.695):
            pen.disc(px, 0.778, 0.014)
            pen.wedge(px, 0.84, 0.03, 180, 360)
        pen.line([(0.2, 0.785), (0.245, 0.765)], 5)
        pen.shape([(0.235, 0.775), (0.258, 0.745), (0.262, 0.78)])


MOTIFS = {"city": city, "rails": rails, "lamp": lamp, "rain": rain, "windows": windows}
