"""What every response carries: its id, a strict Content-Security-Policy and the other security headers."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request

STATIC = ("static", "bootstrap.static")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def csp_nonce() -> str:
    """The nonce that inline scripts of this response need."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def _policy() -> str:
    if current_app.debug:
        # The debug toolbar has inline scripts and styles without a nonce, and a nonce would switch
        # 'unsafe-inline' off. Production has neither the toolbar nor this policy.
        script = style = "'self' 'unsafe-inline'"
    else:
        script, style = f"'self' 'nonce-{csp_nonce()}'", "'self'"
    return (
        f"default-src 'self'; script-src {script}; style-src {style}; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


def init_app(app: Flask) -> None:
    """Name each request and dress each response."""

    @app.before_request
    def _name() -> None:
        g.request_id = secrets.token_hex(8)

    @app.after_request
    def _dress(response: Response) -> Response:
        headers = response.headers
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", _policy())
        headers["X-Request-ID"] = g.get("request_id", "-")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if request.endpoint in STATIC and "v" in request.args:
            # The address holds the content's fingerprint or version: another content, another address.
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store"
        return response
