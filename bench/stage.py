"""Targets served side by side on one database, and what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench import measure, report
from bench.client import Client, Failed
from bench.facts import Facts, facts
from bench.items import BY_KEY, Item, Missing
from bench.measure import Lane
from bench.targets.counted import HEADER
from bench.targets.serve import Served, serving, wait


@dataclass(frozen=True)
class Stage:
    """The targets on one database: clients, logged in where there is a log-in, and the servers' processes."""

    size: str
    facts: Facts
    clients: dict[str, Client]
    served: dict[str, Served]

    def lane(self, name: str, target: str, item: Item) -> Lane:
        """What takes part in a round under `name`: a target asked for an item."""
        return Lane(name, self.clients[target], item, self.facts, self.served[target].cpu_ms)


@contextmanager
def staged(uri: str, size: str, *targets: str) -> Iterator[Stage]:
    """Serve the targets on a database; all stop in the end."""
    with ExitStack() as stack:
        served = [stack.enter_context(serving(target, uri)) for target in targets]
        known = facts(uri)
        clients = {one.name: Client(one.name, one.port) for one in served}
        for one in served:
            wait(one)
            stack.callback(clients[one.name].close)
        for name in {"marquee", "counted"} & set(clients):
            clients[name].log_in()
        yield Stage(size, known, clients, {one.name: one for one in served})


def statements_of(stage: Stage, item: Item) -> int | None:
    """How many statements a page takes, told by the counting wrapper at the second request; None if there is none."""
    client = stage.clients["counted"]
    try:
        address = item.address("counted", client, stage.facts)
        if address is None:
            return None
        client.get(address)
        return int(client.get(address).headers[HEADER.lower()])
    except (Failed, Missing):
        return None


def measured(stage: Stage, item: Item, rounds: int, seconds: float) -> report.Row:
    """One item on all targets, with Marquee's own first page beside it."""
    names = [name for name in ("marquee", "limit", "stock") if name in stage.clients]
    lanes = [stage.lane(name, name, item) for name in names]
    if item.key != "list":
        lanes.insert(1, stage.lane("list", "marquee", BY_KEY["list"]))
    return report.row(item, measure.run(lanes, rounds, seconds), statements_of(stage, item))


def grown(small: Stage, large: Stage, item: Item, rounds: int, seconds: float) -> report.Growth:
    """One item of Marquee on two databases."""
    lanes = [stage.lane(stage.size, "marquee", item) for stage in (small, large)]
    results = measure.run(lanes, rounds, seconds)
    return report.growth(item, small.size, results[small.size], results[large.size])
