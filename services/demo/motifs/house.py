"""Houses: stairs, doors, desks and clocks."""

from random import Random

from services.demo.canvas import Canvas, polar


def stair(c: Canvas, rng: Random) -> None:
    """The shadow of a long hand that climbs a staircase."""
    c.glow(0.6, 0.5, 0.7, c.accent, 0.5)
    with c.ink(c.accent, 0.4) as pen:
        for step in range(9):
            pen.ring(0.62, 0.46, 0.14 + step * 0.068, 3, 210 - step * 20)
    with c.ink(c.dark) as pen:
        # the body and its arm, thrown on the wall
        pen.shape([(-0.02, 1.2), (-0.02, 0.5), (0.08, 0.4), (0.135, 0.36), (0.23, 0.36), (0.3, 0.45), (0.33, 0.62),
                   (0.3, 1.2)])  # fmt: skip
        pen.disc(0.19, 0.245, 0.075, ry=0.1)
        pen.shape([(0.15, 0.3), (0.235, 0.3), (0.25, 0.4), (0.14, 0.4)])
        pen.shape([(0.25, 0.215), (0.3, 0.272), (0.255, 0.28)])
        pen.shape([(0.168, 0.27), (0.142, 0.215), (0.098, 0.13), (0.178, 0.19)])
        pen.line([(0.26, 0.5), (0.44, 0.6), (0.585, 0.49)], 48)
        pen.disc(0.6, 0.475, 0.046)
        for angle, length in ((-82, 0.2), (-60, 0.25), (-38, 0.26), (-16, 0.22), (22, 0.13)):
            knuckle = polar(0.6, 0.475, length * 0.58, angle)
            tip = polar(*knuckle, length * 0.62, angle + 24)
            pen.line([(0.6, 0.475), knuckle], 21)
            pen.disc(*knuckle, 0.0125)
            side_a, side_b = polar(*knuckle, 0.0105, angle + 110), polar(*knuckle, 0.0105, angle - 70)
            pen.shape([side_a, tip, side_b])
    steps = [(0.0, 1.5), (0.0, 1.16)]
    for index in range(12):
        px, py = index * 0.09, 1.16 - index * 0.052
        steps += [(px, py), (px + 0.09, py)]
    with c.ink(c.dark) as pen:
        pen.shape([*steps, (1.1, 1.5)])
    with c.ink(c.accent, 0.75) as pen:
        for index in range(12):
            px, py = index * 0.09, 1.16 - index * 0.052
            pen.line([(px, py), (px + 0.09, py)], 3, 220)
            pen.line([(px + 0.045, py), (px + 0.045, py - 0.15)], 3, 90)
        pen.line([(0.0, 1.036), (1.04, 0.435)], 6, 140)


def clock(c: Canvas, rng: Random) -> None:
    """A great clock over the roofs, its hand about to be caught."""
    x, y, r = c.fx, c.fy, 0.35
    minute, hour = rng.choice(((-48, 214), (-132, 25), (-74, 160)))
    with c.ink(c.accent, 0.5) as pen:
        for step in range(6):
            pen.ring(x, y, r + 0.06 + step * 0.052, 2.4, 170 - step * 24)
    with c.ink(c.accent) as pen:
        pen.disc(x, y, r)
    with c.ink(c.ground) as pen:
        pen.ring(x, y, r - 0.018, 5)
        pen.ring(x, y, r - 0.085, 2.5)
        for tick in range(60):
            long = tick % 5 == 0
            pen.line([polar(x, y, r - 0.03, tick * 6), polar(x, y, r - (0.085 if long else 0.045), tick * 6)],
                     11 if long else 3)  # fmt: skip
        for angle, length, width in ((minute, 0.255, 0.017), (hour, 0.17, 0.022)):
            sides = polar(x, y, width, angle + 90), polar(x, y, width, angle - 90)
            pen.shape([sides[0], polar(x, y, length, angle), sides[1], polar(x, y, 0.06, angle + 180)])
        pen.disc(x, y, 0.026)
        hand = polar(x, y, 0.235, minute)
        pen.line([hand, (hand[0] + 0.008, hand[1] + 0.09)], 9)
        pen.disc(hand[0] + 0.034, hand[1] + 0.062, 0.02)
        pen.line([(hand[0] + 0.012, hand[1] + 0.09), (hand[0] + 0.022, hand[1] + 0.17)], 25)
        pen.line([(hand[0] + 0.02, hand[1] + 0.16), (hand[0] - 0.012, hand[1] + 0.255)], 11)
        pen.line([(hand[0] + 0.026, hand[1] + 0.16), (hand[0] + 0.05, hand[1] + 0.25)], 11)
        pen.line([(hand[0] + 0.008, hand[1] + 0.055), (hand[0] + 0.062, hand[1] + 0.055)], 6)
    with c.ink(c.accent, 0.9) as pen:
        pen.disc(x, y, 0.008)
    with c.ink(c.dark) as pen:
        left = -0.02
        while left < 1:
            wide = rng.uniform(0.06, 0.13)
            pen.box(left, rng.uniform(0.98, 1.13), left + wide, 1.5)
            left += wide + 0.006


def steps(c: Canvas, rng: Random) -> None:
    """Seven floors up a winding stair to an open window of stars."""
    x = c.fx
    c.glow(x, 0.3, 0.55, c.accent, 0.6)
    with c.ink(c.accent, 0.9) as pen:
        for step in range(7):
            top, half = 0.42 + step * 0.105, 0.09 + step * 0.052
            pen.arc(x, top, half, 0, 180, 7 - step * 0.2, 255 - step * 14, ry=half * 0.3)
            pen.arc(x, top, half, 180, 360, 2, 130 - step * 8, ry=half * 0.3)
            for tread in range(0, 181, 12):
                outer = (x + half * polar(0, 0, 1, tread)[0], top + half * 0.3 * polar(0, 0, 1, tread)[1])
                pen.line([outer, (outer[0], outer[1] - 0.052)], 2, 150 - step * 8)
            pen.arc(x, top - 0.052, half, 0, 180, 3, 200 - step * 12, ry=half * 0.3)
        pen.line([(x, 0.36), (x, 1.2)], 4, 110)
        pen.disc(x, 0.25, 0.075)
        for angle in range(0, 360, 15):
            pen.line([polar(x, 0.25, 0.095, angle), polar(x, 0.25, 0.13 + 0.03 * (angle % 2), angle)], 3, 210)
        for _ in range(60):
            pen.disc(rng.random(), rng.uniform(0.03, 0.75), rng.uniform(0.001, 0.003), rng.randint(80, 220))


def desks(c: Canvas, rng: Random) -> None:
    """Endless rows of desks under one lit window, seen from above."""
    x, y = 0.5, 0.2
    with c.ink(c.mid) as pen:
        pen.shape([(x - 0.18, y), (x + 0.18, y), (1.5, 1.5), (-0.5, 1.5)], 150)
    chosen = (5, 4)
    for colour, wanted in ((c.accent, False), (c.pale, True)):
        with c.ink(colour, 0.42 if not wanted else 1.0) as pen:
            for row in range(10):
                t = (row / 9) ** 1.6
                py, scale = y + 0.06 + t * 0.95, 0.24 + t * 1.06
                for col in range(9):
                    if ((row, col) == chosen) is not wanted:
                        continue
                    px, half, tall = x + (col - 4) * 0.155 * scale, 0.05 * scale, 0.036 * scale
                    pen.shape([(px - half, py), (px + half, py), (px + half * 1.16, py + tall),
                               (px - half * 1.16, py + tall)], 230)  # fmt: skip
                    pen.disc(px, py - 0.02 * scale, 0.021 * scale, 255)
    with c.ink(c.accent, 0.5) as pen:
        for step in range(8):
            pen.ring(x, 0.725, 0.1 + step * 0.075, 2.6, 210 - step * 24)


def door(c: Canvas, rng: Random) -> None:
    """A revolving door seen from above, and the lights of a grand hotel."""
    x, y = c.fx, c.fy
    c.glow(x, y, 0.6, c.accent, 0.42)
    with c.ink(c.accent, 0.95) as pen:
        for step in range(7):
            pen.ring(x, y, 0.35 + step * 0.05, 2.6, 180 - step * 24)
        for start in (200, 20):
            pen.arc(x, y, 0.33, start, start + 140, 17, 255)
        for blade in range(4):
            angle = 28 + blade * 90
            for trail in range(1, 12):
                pen.wedge(x, y, 0.285, angle - trail * 6 - 6, angle - trail * 6, 96 - trail * 8)
        for blade in range(4):
            pen.line([(x, y), polar(x, y, 0.3, 28 + blade * 90)], 13, 255)
        pen.disc(x, y, 0.034)


MOTIFS = {"stair": stair, "clock": clock, "steps": steps, "desks": desks, "door": door}
