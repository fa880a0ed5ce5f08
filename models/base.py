"""The declarative base: naming of constraints, column types, and what several tables share."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from models import clock

# Migrations and error messages rely on these names.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values, stores UTC, gives aware values back on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        # SQLite keeps text without a zone: one format only, so that triggers can compare it.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StringList(TypeDecorator[list[str]]):
    """A short ordered list of words, kept as JSON text; LIKE finds a word on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str] | None:
        return None if value is None else json.loads(value)


def enum_column(enum: type[StrEnum], name: str, **options: Any) -> Mapped[Any]:
    """A column that holds the enum's values as text, with a CHECK named after `name`."""
    kind = Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(kind, **options)


intpk = Annotated[int, mapped_column(primary_key=True)]
name_text = Annotated[str, mapped_column(String(200))]
short_text = Annotated[str, mapped_column(String(200), default="")]
long_text = Annotated[str, mapped_column(Text, default="")]
fen = Annotated[int, mapped_column(Integer)]
words = Annotated[list[str], mapped_column(StringList, default=list)]
instant = Annotated[datetime, mapped_column(UTCDateTime)]


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class Timestamps:
    """When a record was made and last changed."""

    created_at: Mapped[instant] = mapped_column(default=clock.now)
    updated_at: Mapped[instant] = mapped_column(default=clock.now, onupdate=clock.now)


class Versioned:
    """A counter that makes a stale write fail (StaleDataError) instead of overwriting."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Trashable:
    """Soft delete: the record leaves all lists and can be restored from the trash."""

    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def reference(target: str, **options: Any) -> Mapped[Any]:
    """A foreign key column that the database keeps whole (no cascade: services decide)."""
    index = options.pop("index", True)
    return mapped_column(ForeignKey(target), index=index, **options)
