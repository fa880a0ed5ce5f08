"""Looking into an item: the statements of one request with their plans, and where the time goes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.client import Failed
from bench.items import Item, Missing
from bench.stage import Stage
from bench.targets.counted import PLANS

PROFILE_SECONDS = 10


def explain(stage: Stage, item: Item) -> str:
    """The statements of one request and how the database runs them."""
    client = stage.clients["counted"]
    try:
        address = item.address("counted", client, stage.facts)
        client.get(str(address), timeout=300)
        answers = json.loads(client.get(PLANS, timeout=600).text)
    except (Failed, Missing) as error:
        return f"{item.label}: {error}"
    parts = [f"── {item.label}: {address}"]
    parts += [f"{answer['statement']}\n\n{answer['plan']}\n" for answer in answers]
    return "\n".join(parts)


def profile(stage: Stage, item: Item, folder: Path) -> str:
    """Record a flame graph of Marquee answering an item again and again. py-spy needs the right to trace."""
    client = stage.clients["marquee"]
    try:
        address = str(item.address("marquee", client, stage.facts))
        client.get(address)
    except (Failed, Missing) as error:
        return f"{item.label}: {error}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{item.key}.svg"
    command = [
        str(Path(sys.executable).with_name("py-spy")),
        "record",
        "--subprocesses",
        "--pid",
        str(stage.served["marquee"].process.pid),
        "--rate",
        "500",
    ]
    command += ["--duration", str(PROFILE_SECONDS), "--output", str(path)]
    with subprocess.Popen(command) as recorder:
        while recorder.poll() is None:
            client.get(address)
    return f"{item.label}: {path}" if path.exists() else f"{item.label}: py-spy recorded nothing"
