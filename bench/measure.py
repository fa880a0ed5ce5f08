"""Rounds of requests, one after the other on one machine: each round asks every target once, so that whatever else
the machine does falls on all of them; ratios are medians of the ratios within a round."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from bench.client import Client, Failed
from bench.facts import Facts
from bench.items import Item, Missing

WARM_UP, SLOW_MS = 3, 2000
LEAST_ROUNDS = 3


@dataclass
class Series:
    """The times of one target in milliseconds, one for each round, and what the page was.

    `cpu`: what the server spent on a processor; other programs on the machine do not add to it, nor does PostgreSQL.
    """

    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0
    failure: str = ""

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """The time that one in twenty exceeds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


@dataclass(frozen=True)
class Lane:
    """What takes part in a round: a target asked for an item."""

    name: str
    client: Client
    item: Item
    facts: Facts
    spent: Callable[[], float]


def run(lanes: list[Lane], rounds: int, seconds: float) -> dict[str, Series]:
    """Measure the lanes in turn: `rounds` times, fewer when `seconds` are over. What failed takes no part."""
    results = {lane.name: Series() for lane in lanes}
    addresses = {lane.name: address for lane in lanes if (address := _prepared(lane, results))}
    begin, done = time.monotonic(), 0
    while addresses and done < rounds and (done < LEAST_ROUNDS or time.monotonic() - begin < seconds):
        for lane in lanes:
            if lane.name in addresses and not _measured(lane, addresses[lane.name], results[lane.name]):
                del addresses[lane.name]
        done += 1
    return results


def _prepared(lane: Lane, results: Mapping[str, Series]) -> str | None:
    """The address, asked some times to warm up and to see that the page is right."""
    series = results[lane.name]
    try:
        address = lane.item.address(lane.client.name, lane.client, lane.facts)
        if address is None:
            series.failure = "-"
            return None
        answer = lane.client.get(address)
        # What takes seconds gains nothing from being asked again.
        for _time in range(WARM_UP - 1 if answer.ms < SLOW_MS else 0):
            answer = lane.client.get(address)
        series.size = len(answer.body)
        lane.item.check(answer, lane.facts)
    except Missing as missing:
        series.failure = f"skipped: {missing}"
        return None
    except Failed as failed:
        series.failure = f"failed: {failed}"
        return None
    return address


def _measured(lane: Lane, address: str, series: Series) -> bool:
    try:
        before = lane.spent()
        series.times.append(lane.client.get(address).ms)
        series.cpu.append(lane.spent() - before)
    except Failed as failed:
        series.failure = f"failed: {failed}"
        series.times.clear()
        return False
    return True


def ratio(over: Series, under: Series) -> float | None:
    """How many times as long `over` takes as `under`: the median of the rounds' ratios."""
    pairs = [(a, b) for a, b in zip(over.times, under.times, strict=False) if b]
    return median(a / b for a, b in pairs) if pairs else None
