"""A browser's stand-in: requests with cookies, log-in by the real form, posts with the real token."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import User, db
from tests.support.forms import csrf_token, login_form

PASSWORD = "correct horse battery staple"


class Client(FlaskClient):
    """Flask's test client, except that a request sees nothing of the test's own application context.

    Flask would lend the test's context to the request, and with it `g`, the user found before and
    the session with its loaded rows: two requests of a test would not be as separate as real ones.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if not has_app_context():
            # A redirect being followed, already inside.
            return super().open(*args, **kwargs)
        # Texts are compared in English unless the test says otherwise.
        self.environ_base.setdefault("HTTP_ACCEPT_LANGUAGE", "en")
        # What the test made is there for the request; what the request changed is read anew by the test.
        db.session.commit()
        # Read to the end inside: a streamed body must not outlive its context.
        kwargs["buffered"] = True
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        return response


def login(client: FlaskClient, user: User | str, password: str = PASSWORD) -> TestResponse:
    """Log in through the real form as `user` (a User or a name); the response to the form, not followed."""
    name = user if isinstance(user, str) else user.name
    form = login_form(client.get("/login").text)
    fields = {**form.fields, form.named("text", "email"): name, form.named("password"): password}
    return client.post(form.action or "/login", data=fields)


def token(client: FlaskClient) -> str:
    """A CSRF token for this client: from the log-in page, or, logged in, from the page it leads to."""
    return csrf_token(client.get("/login", follow_redirects=True).text)


def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
    """POST `data` to `url` with a CSRF token fetched for it."""
    return client.post(url, data={"csrf_token": token(client), **(data or {})}, **kwargs)
