"""A client on one kept-alive connection, which logs in as a person does and times its requests."""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode, urljoin, urlsplit

from bench.generate import ACCOUNT, PASSWORD
from tests.support.forms import login_form

TIMEOUT, PATIENCE = 30, 300


@dataclass(frozen=True)
class Answer:
    """An answer, and how long it took from sending to the last byte."""

    status: int
    body: bytes
    ms: float
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Failed(Exception):
    """A request that was not answered as it should be; the message says how."""


@dataclass
class Client:
    """Asks one target."""

    name: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None
    # A request was given up on: the one worker still sits over it.
    stuck: bool = False

    def get(self, path: str, timeout: float = TIMEOUT) -> Answer:
        """Ask for a page. Raises Failed for anything but 200 and for no answer in time."""
        if self.stuck:
            self.stuck = False
            self._send("GET", "/", None, PATIENCE)
        answer = self._send("GET", path, None, timeout)
        if answer.status != 200:
            raise Failed(f"{self.name} answers {answer.status} {answer.headers.get('location', '')}".strip())
        return answer

    def _send(self, method: str, path: str, form: dict[str, str] | None, timeout: float = TIMEOUT) -> Answer:
        headers = {"Accept": "text/html", "Accept-Language": "en", "Accept-Encoding": "identity"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None if form is None else urlencode(form)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = self._connected(timeout)
        begin = time.perf_counter()
        try:
            connection.request(method, quote(path, safe="/?&=%;:,+-_."), body, headers)
            response = connection.getresponse()
            content = response.read()
        except TimeoutError as error:
            self.close()
            self.stuck = True
            raise Failed(f"{self.name} gave no answer in {timeout:.0f} s") from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Failed(f"{self.name}: {error!r}") from error
        spent = (time.perf_counter() - begin) * 1000
        for line in response.headers.get_all("Set-Cookie", []):
            for morsel in SimpleCookie(line).values():
                self.cookies[morsel.key] = morsel.value
        if response.will_close:
            self.close()
        return Answer(response.status, content, spent, {k.lower(): v for k, v in response.headers.items()})

    def _connected(self, timeout: float) -> http.client.HTTPConnection:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sock.settimeout(timeout)
        return self.connection

    def log_in(self) -> None:
        """Log in by the real form. Raises Failed."""
        form = login_form(self.get("/login").text)
        fields = {**form.fields, form.named("text", "email"): ACCOUNT, form.named("password"): PASSWORD}
        answer = self._send("POST", urlsplit(urljoin("/login", form.action)).path, fields)
        if answer.status not in (302, 303):
            raise Failed(f"{self.name} refuses the log-in: {answer.status}")

    def close(self) -> None:
        """Let the connection go; the next request makes a new one."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
