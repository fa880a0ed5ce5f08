"""A real mail server for tests: it takes what is sent to it over SMTP, and keeps it to be read."""

from __future__ import annotations

import contextvars
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class PostOffice:
    """`letters`: what came, oldest first. Set `refuses` to an answer such as “554 no” to have all mail refused."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return f"{self.refuses} {envelope.content.decode()}".replace("\r\n", " ")[:450]
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def body(self) -> str:
        """The text of the newest letter."""
        return str(self.letters[-1].get_content()).replace("\r\n", "\n")

    def link(self) -> str:
        """The address in the newest letter."""
        (found,) = re.findall(r"https?://\S+", self.body())
        return str(found)


@contextmanager
def open_office(port: int) -> Iterator[PostOffice]:
    """A mail server on this machine, until the block ends."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


class AtOnce(Executor):
    """Does work when it is handed in, with nothing of the request that handed it in; so tests need not wait."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        contextvars.Context().run(fn, *args, **kwargs)
        return Future()
