"""Passwords: long enough is all they have to be, and what is kept of them tells nothing."""

from __future__ import annotations

import pytest

from services import passwords
from services.errors import Invalid
from services.passwords import Passwords

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


@pytest.fixture
def hashing() -> Passwords:
    return Passwords(CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "x" * 64,
        "x" * 128,
        "神女神女神女神女",
        " leading and trailing ",
        "aaaaaaaa",
        "密码🎬" * 10,
    ],
)
def test_any_password_of_8_to_128_characters_is_taken(hashing: Passwords, password: str) -> None:
    stored = hashing.hash(password)
    assert hashing.verify(stored, password)
    assert not hashing.verify(stored, password + "x")
    assert not hashing.verify(stored, password[:-1])
    assert not hashing.verify(stored, password.swapcase() + " ")


@pytest.mark.parametrize("password", ["", "1234567", "神女", "x" * 129])
def test_shorter_and_longer_ones_are_refused(hashing: Passwords, password: str) -> None:
    with pytest.raises(Invalid) as refused:
        hashing.hash(password)
    assert refused.value.field == "password"


def test_128_characters_are_all_compared(hashing: Passwords) -> None:
    assert not hashing.verify(hashing.hash("x" * 127 + "a"), "x" * 127 + "b")
    assert not hashing.verify(hashing.hash("x" * 128), "x" * 129)


def test_what_is_kept_is_argon2id_with_a_salt_of_its_own(hashing: Passwords) -> None:
    one, other = hashing.hash("correct horse"), hashing.hash("correct horse")
    assert one.startswith("$argon2id$")
    assert one != other
    assert len(one) <= 200
    assert "correct" not in one


def test_the_installation_hashes_as_strongly_as_the_library_advises() -> None:
    """OWASP asks for at least 19 MiB with two passes (ASVS 5.0 11.4.2)."""
    parameters = dict(pair.split("=") for pair in Passwords().hash("correct horse").split("$")[3].split(","))
    assert (int(parameters["m"]) >= 19 * 1024, int(parameters["t"]) >= 2) == (True, True)


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$broken", "scrypt:32768:8:1$a$b"])
def test_what_is_no_hash_lets_nobody_in(hashing: Passwords, stored: str | None) -> None:
    assert not hashing.verify(stored, "correct horse")
    assert not hashing.verify(stored, "")


def test_a_hash_of_weaker_parameters_is_known_as_stale(hashing: Passwords) -> None:
    weak = hashing.hash("correct horse")
    assert not hashing.stale(weak)
    stronger = Passwords({**CHEAP, "time_cost": 2})
    assert stronger.stale(weak)
    assert stronger.verify(weak, "correct horse")


def test_generated_passwords_are_long_readable_and_never_the_same(hashing: Passwords) -> None:
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 16 and not set(password) & set("0O1lIi") for password in made)
    hashing.hash(made.pop())
