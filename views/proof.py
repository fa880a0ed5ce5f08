"""Asking for the password again before a change that a borrowed screen must not make.

A view declares what needs it (`proven`); whoever dispatches calls `require`. If the password was not given lately,
`ProofNeeded` ends the request; dashboard.proof answers it with a page that carries on with all that was typed.
"""

from __future__ import annotations

from typing import Final

from flask import request
from flask_login import current_user

from models import User, db
from services import logins, records
from services.errors import Invalid, ServiceError, Throttled
from views.rules import hashing, policy

FIELD: Final = "prove_password"
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ProofNeeded(Exception):
    """The request needs a password given lately. `refusal`: why the one that was given did not do."""

    def __init__(self, refusal: ServiceError | None = None) -> None:
        super().__init__()
        self.refusal = refusal


def require() -> None:
    """Let the request go on if it is safe, or if the password was given lately or comes along.

    Raises ProofNeeded. Nothing may have been written before. What is found out is committed at once: neither a try
    nor a proof may be undone by what becomes of the request.
    """
    login = current_user.login
    if request.method not in UNSAFE or logins.proven(policy(), login.proved_at):
        return
    if (typed := request.form.get(FIELD)) is None:
        raise ProofNeeded
    # Hashing takes a tenth of a second; nobody else has to wait for it to write.
    db.session.rollback()
    user = db.session.get_one(User, login.user_id)
    try:
        logins.prove(policy(), hashing(), user, typed, request.remote_addr or "")
    except (Invalid, Throttled) as error:
        db.session.commit()
        raise ProofNeeded(error) from error
    records.begin_writing()
    logins.note_proof(user, login.login_id)
    db.session.commit()
    records.begin_writing()
