"""The workflows: one module of MethodViews each, URL rules at its end."""

from __future__ import annotations

from flask import Flask

from views import (
    account,
    account_links,
    auth,
    exports,
    health,
    imports,
    posters,
    preferences,
    previews,
    schedule,
    second_factor,
    second_step,
)


def register_views(app: Flask) -> None:
    """Register every blueprint: the list of the product's workflows."""
    for module in (
        auth,
        second_step,
        account,
        account_links,
        second_factor,
        previews,
        preferences,
        health,
        schedule,
        exports,
        posters,
        imports,
    ):
        app.register_blueprint(module.blueprint)
