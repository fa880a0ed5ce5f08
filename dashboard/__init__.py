"""Marquee, assembled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import cli, config, errors, extensions, logs, proof, security, templating, unit_of_work
from dashboard.admin import init_admin
from dashboard.toolbar import init_toolbar
from views import register_views


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application. `overrides` are configuration keys that win over all else (tests use them).

    Raises config.BadConfiguration with a sentence that says what to do.
    """
    app = Flask(
        "dashboard",
        root_path=str(config.ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(config.instance_path(overrides)),
    )
    config.load(app, overrides)
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.init_app(app)
    # First of all: it names the request, and whatever refuses it afterwards says that name.
    security.init_app(app)
    extensions.init_app(app)
    unit_of_work.init_app(app)
    templating.init_app(app)
    errors.init_app(app)
    proof.init_app(app)
    register_views(app)
    init_admin(app)
    init_toolbar(app)
    cli.init_app(app)
    return app
