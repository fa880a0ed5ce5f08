"""The pictures of the demo posters, one function each: motif(canvas, rng) draws on the canvas.

`rng` is seeded by the film, so that two films with one motif differ and one film never does.
"""

from collections.abc import Callable
from random import Random

from services.demo.canvas import Canvas
from services.demo.motifs import figures, house, land, night, screen, signs, stage, town, water

Motif = Callable[[Canvas, Random], None]

MOTIFS: dict[str, Motif] = {
    **night.MOTIFS,
    **town.MOTIFS,
    **house.MOTIFS,
    **land.MOTIFS,
    **water.MOTIFS,
    **stage.MOTIFS,
    **screen.MOTIFS,
    **signs.MOTIFS,
    **figures.MOTIFS,
}
