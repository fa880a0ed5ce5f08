"""The refusals a service can answer with. Messages are English ids; the edge translates them."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """A refusal with a message for people. `field` names the input that caused it, if one did."""

    status = 400

    def __init__(self, message: str, field: str | None = None, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Invalid(ServiceError):
    """What was given makes no sense."""

    status = 422


class Conflict(ServiceError):
    """It makes sense, but not beside what is already there."""

    status = 409


class NotFound(ServiceError):
    """It is not there, or not for this person to know."""

    status = 404


class Forbidden(ServiceError):
    """The person may not do this."""

    status = 403


class Gone(ServiceError):
    """It was there once, perhaps; it is not any more."""

    status = 410


class TooLarge(ServiceError):
    """More bytes or pixels than allowed."""

    status = 413


class Throttled(ServiceError):
    """Too many tries; later."""

    status = 429
