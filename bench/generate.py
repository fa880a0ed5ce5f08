"""Databases to measure on: made once for each size, engine and state of the migrations, kept in bench/.data.

python -m bench.generate --sizes 10k,1m --engines sqlite,postgresql
"""

from __future__ import annotations

import argparse
import importlib.util
import time
import zlib
from contextlib import ExitStack
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from bench import load, postgres
from bench.rows import Scale
from dashboard import create_app
from dashboard.config import ROOT
from models import Role, db
from services import access, doctor, staff
from services.passwords import Passwords
from services.permissions import SEED_ROLES
from tests.support.postgres import EMPTY, address, execute

DATA = ROOT / "bench" / ".data"
ENGINES = ("sqlite", "postgresql")
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
# Changed when bench/rows.py makes other rows: kept databases are then made anew.
VERSION = 1
ACCOUNT, PASSWORD = "bench", "one worker, one core"
# What the product keeps besides (search texts, counts): made anew by this service, where there is one.
DERIVED = "services.derived"


def application(uri: str) -> Flask:
    """The application on a database, for making it and for looking into it."""
    return create_app(
        {
            "CONFIG": "testing",
            "SECRET_KEY": "only-for-the-benchmark-" + "x" * 32,
            "SQLALCHEMY_DATABASE_URI": uri,
            "INSTANCE_PATH": str(DATA / "instance"),
        }
    )


def fill(uri: str, scale: Scale) -> None:
    """Bring an empty database to the newest version and fill it. Raises RuntimeError if a rule is missing then."""
    app = application(uri)
    with app.app_context():
        upgrade()
        db.engine.dispose()
        if db.engine.dialect.name == "sqlite":
            path = Path(str(db.engine.url.database))
            # The application refuses, in production, a file that everybody can read.
            path.chmod(0o640)
            load.into_sqlite(path, scale)
        else:
            load.into_postgresql(uri, scale)
        if importlib.util.find_spec(DERIVED):
            importlib.import_module(DERIVED).rebuild()
        _add_account()
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        else:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        if missing := doctor.missing_rules():
            raise RuntimeError(f"the database lacks {', '.join(missing)}")
        db.session.remove()
        db.engine.dispose()


def _add_account() -> None:
    """One administrator, who may do everything everywhere."""
    role = db.session.scalars(select(Role).where(Role.key == SEED_ROLES[0].key)).one()
    values = {"name": ACCOUNT, "display_name": "Benchmark", "grants": [(role.id, None)]}
    hashing = Passwords({})
    user, _password = staff.create(access.SYSTEM, values, hashing)
    staff.set_password(access.SYSTEM, user, PASSWORD, hashing)


def key(size: str) -> str:
    """The name of a kept database: its size and what it was made by."""
    made_by = VERSION
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        made_by = zlib.crc32(path.read_bytes(), made_by)
    return f"marquee_{size}_{made_by:08x}"


def database(engine: str, size: str, server: str = "") -> str:
    """The address of a filled database; made now if it is not kept yet. `server`: PostgreSQL's address."""
    name = key(size)
    return _sqlite(name, size) if engine == "sqlite" else _postgresql(name, size, server)


def _sqlite(name: str, size: str) -> str:
    path = DATA / f"{name}.sqlite3"
    if not path.exists():
        part = path.with_suffix(".part")
        for leftover in DATA.glob(f"{part.name}*"):
            leftover.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        _fill_and_tell("sqlite", size, f"sqlite:///{part}")
        part.rename(path)
        print(f"  {path.stat().st_size / 1e6:,.0f} MB", flush=True)
    return f"sqlite:///{path}"


def _postgresql(name: str, size: str, server: str) -> str:
    if not postgres.ask(server, "SELECT 1 FROM pg_database WHERE datname = %s", name):
        execute(server, f"DROP DATABASE IF EXISTS {name}_part WITH (FORCE)")
        execute(server, f"CREATE DATABASE {name}_part {EMPTY}")
        _fill_and_tell("postgresql", size, address(server, f"{name}_part"))
        execute(server, f"ALTER DATABASE {name}_part RENAME TO {name}")
        print(
            f"  {postgres.ask(server, 'SELECT pg_database_size(%s::name)', name) / 1e6:,.0f} MB", flush=True
        )
    return address(server, name)


def _fill_and_tell(engine: str, size: str, uri: str) -> None:
    print(f"Generating {SIZES[size]:,} screenings on {engine} ...", flush=True)
    begin = time.perf_counter()
    fill(uri, Scale(SIZES[size]))
    print(f"  {time.perf_counter() - begin:,.0f} s", flush=True)


def chosen(known: tuple[str, ...], typed: str) -> list[str]:
    """Names from a list with commas. Raises argparse.ArgumentTypeError for an unknown one."""
    names = [name.strip() for name in typed.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
    return names


def main() -> None:
    """Make the databases asked for."""
    parser = argparse.ArgumentParser(description="Make the databases that the benchmark measures on.")
    parser.add_argument("--sizes", type=lambda typed: chosen(tuple(SIZES), typed), default=["10k", "1m"])
    parser.add_argument("--engines", type=lambda typed: chosen(ENGINES, typed), default=list(ENGINES))
    asked = parser.parse_args()
    with ExitStack() as stack:
        for engine in asked.engines:
            server = (
                stack.enter_context(postgres.serving(DATA / "postgresql")) if engine == "postgresql" else ""
            )
            for size in asked.sizes:
                print(database(engine, size, server), flush=True)


if __name__ == "__main__":
    main()
