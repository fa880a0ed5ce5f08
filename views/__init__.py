"""The workflows: one module of MethodViews each, URL rules at its end."""

from __future__ import annotations

from flask import Flask

from views import account, auth, exports, health, imports, posters, preferences, previews, schedule


def register_views(app: Flask) -> None:
    """Register every blueprint: the list of the product's workflows."""
    for module in (auth, account, preferences, health, schedule, exports, posters, imports, previews):
        app.register_blueprint(module.blueprint)
