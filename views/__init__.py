"""The workflows: one module of MethodViews each, URL rules at its end."""

from __future__ import annotations

from flask import Flask

from views import account, account_links, auth, exports, health, imports, posters, preferences, schedule


def register_views(app: Flask) -> None:
    """Register every blueprint: the list of the product's workflows."""
    for module in (auth, account, account_links, preferences, health, schedule, exports, posters, imports):
        app.register_blueprint(module.blueprint)
