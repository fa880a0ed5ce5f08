"""The `flask` command's groups. What they do, services do."""

from __future__ import annotations

from flask import Flask

from dashboard.cli import audit, config, demo, doctor, imports, roles, uploads, users


def init_app(app: Flask) -> None:
    """Register the groups."""
    for module in (audit, config, demo, doctor, imports, roles, uploads, users):
        app.cli.add_command(module.group)
