"""`flask import`: files of the trade from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from dashboard.cli.base import writing
from services import imports
from services.access import SYSTEM

group = AppGroup("import", help="Import cities, films and cinemas from files as others export them.")

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would happen.")
OVERWRITE = click.option("--overwrite", is_flag=True, help="Replace stored values that differ.")


def _say(report: imports.Report, *, verbose: bool) -> None:
    done = "would be " if report.dry_run else ""
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    click.echo(f"{report.filename}: {report.rows} {report.kind} read; {done}{counts}.")
    for note in report.notes:
        click.echo(f"  {note}")
    for line in report.lines:
        if line.reason:
            click.echo(f"  row {line.row}: {line.title}: refused: {line.reason}")
        for note in line.notes if verbose else ():
            click.echo(f"  row {line.row}: {line.title}: {note}")


def _command(kind: str) -> Callable[..., None]:
    def run(files: tuple[Path, ...], dry_run: bool, overwrite: bool, verbose: bool) -> None:
        for path in files:
            # Each file is one transaction: what went before stays, what fails leaves nothing.
            with writing(f"flask import {kind}"), path.open("rb") as stream:
                report = imports.run(SYSTEM, kind, stream, path.name, dry_run=dry_run, overwrite=overwrite)
            _say(report, verbose=verbose)

    run.__doc__ = f"Import {kind} from FILES; the format is told from the content."
    return run


for _kind in imports.KINDS:
    _decorated = click.option("--verbose", is_flag=True, help="Also list values that were not taken.")(
        _command(_kind)
    )
    group.command(_kind)(FILES(DRY_RUN(OVERWRITE(_decorated))))
