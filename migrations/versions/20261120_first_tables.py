"""The first tables: catalogue, houses, programme, staff and rights, log-ins, the trail.

No two live screenings overlap in a hall: an exclusion constraint on PostgreSQL, triggers on SQLite.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSTGRESQL_RULES = (
    "ALTER TABLE screening ADD CONSTRAINT ex_screening_hall_id_span EXCLUDE USING gist ("
    "int8range(hall_id, hall_id, '[]') WITH &&, tstzrange(preshow_at, cleared_at) WITH &&) "
    "WHERE (status <> 'cancelled')",
    "ALTER TABLE screening ADD CONSTRAINT ck_screening_span_at_most_a_day "
    "CHECK (cleared_at - preshow_at <= interval '24 hours')",
)
SQLITE_TRIGGER = """
CREATE TRIGGER ex_screening_hall_id_span_{lower} BEFORE {moment} ON screening
WHEN NEW.status <> 'cancelled' BEGIN
SELECT RAISE(ABORT, 'ck_screening_span_at_most_a_day')
WHERE NEW.cleared_at > strftime('%Y-%m-%d %H:%M:%f999', NEW.preshow_at, '+1 day');
SELECT RAISE(ABORT, 'ex_screening_hall_id_span') WHERE EXISTS (SELECT 1 FROM screening AS other
WHERE other.hall_id = NEW.hall_id AND other.status <> 'cancelled' AND other.id IS NOT NEW.id
AND other.preshow_at < NEW.cleared_at AND other.cleared_at > NEW.preshow_at
AND other.preshow_at >= strftime('%Y-%m-%d %H:%M:%S', NEW.preshow_at, '-1 day')); END
"""


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("via", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("resource", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("record_label", sa.String(length=200), nullable=False),
        sa.Column("cinema_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id", "id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_cinema_id", "audit_entry", ["cinema_id", "id"])
    op.create_index("ix_audit_entry_resource_record_id", "audit_entry", ["resource", "record_id", "id"])

    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_city_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name="pk_city"),
        sa.UniqueConstraint("code", name="uq_city_code"),
    )
    op.create_index("ix_city_name", "city", ["name"])

    op.create_table(
        "distributor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_distributor_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name="pk_distributor"),
        sa.UniqueConstraint("name", name="uq_distributor_name"),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_account_at", "login_attempt", ["account", "at"])
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at"])

    op.create_table(
        "permission",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_permission"),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_role_name_not_empty")),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("key", name="uq_role_key"),
        sa.UniqueConstraint("name", name="uq_role_name"),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_lower")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_user_name_not_empty")),
        sa.CheckConstraint("name = lower(name)", name=op.f("ck_user_name_lower")),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("email", name="uq_user_email"),
        sa.UniqueConstraint("name", name="uq_user_name"),
    )
    op.create_table(
        "cinema",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("business_day_start", sa.Time(), nullable=False),
        sa.Column("film_week_start", sa.Integer(), nullable=False),
        sa.Column("preshow_min", sa.Integer(), nullable=False),
        sa.Column("cleaning_min", sa.Integer(), nullable=False),
        sa.Column("service_fee", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_cinema_place_whole")),
        sa.CheckConstraint("cleaning_min BETWEEN 0 AND 240", name=op.f("ck_cinema_cleaning_range")),
        sa.CheckConstraint("film_week_start BETWEEN 0 AND 6", name=op.f("ck_cinema_film_week_start_range")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_cinema_latitude_range")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_cinema_name_not_empty")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_cinema_longitude_range")),
        sa.CheckConstraint("preshow_min BETWEEN 0 AND 240", name=op.f("ck_cinema_preshow_range")),
        sa.CheckConstraint("service_fee BETWEEN 0 AND 10000", name=op.f("ck_cinema_service_fee_range")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name="fk_cinema_city_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cinema"),
    )
    op.create_index("ix_cinema_city_id", "cinema", ["city_id"])
    op.create_index("ix_cinema_name", "cinema", ["name"])
    op.create_index(
        "uq_cinema_city_id_name",
        "cinema",
        ["city_id", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "film",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("original_title", sa.String(length=200), nullable=False),
        sa.Column("short_title", sa.String(length=200), nullable=False),
        sa.Column("director", sa.String(length=200), nullable=False),
        sa.Column("cast", models.base.StringList(), nullable=False),
        sa.Column("genres", models.base.StringList(), nullable=False),
        sa.Column("countries", models.base.StringList(), nullable=False),
        sa.Column("languages", models.base.StringList(), nullable=False),
        sa.Column("runtime_min", sa.Integer(), nullable=True),
        sa.Column("formats", models.base.StringList(), nullable=False),
        sa.Column(
            "rating",
            sa.Enum(
                "ALL",
                "6+",
                "12+",
                "16+",
                "18+",
                name="rating",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("release_date", sa.Date(), nullable=True),
        sa.Column(
            "release_precision",
            sa.Enum(
                "day",
                "month",
                "year",
                name="release_precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("synopsis", sa.Text(), nullable=False),
        sa.Column("distributor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_film_title_not_empty")),
        sa.CheckConstraint("runtime_min BETWEEN 1 AND 900", name=op.f("ck_film_runtime_range")),
        sa.ForeignKeyConstraint(["distributor_id"], ["distributor.id"], name="fk_film_distributor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_film"),
    )
    op.create_index("ix_film_distributor_id", "film", ["distributor_id"])
    op.create_index("ix_film_original_title", "film", ["original_title"])
    op.create_index("ix_film_release_date", "film", ["release_date"])
    op.create_index("ix_film_title", "film", ["title"])

    op.create_table(
        "login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_login_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_login"),
        sa.UniqueConstraint("token_hash", name="uq_login_token_hash"),
    )
    op.create_index("ix_login_user_id", "login", ["user_id"])

    op.create_table(
        "role_permission",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("permission_name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["permission_name"],
            ["permission.name"],
            name="fk_role_permission_permission_name",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"], ["role.id"], name="fk_role_permission_role_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("role_id", "permission_name", name="pk_role_permission"),
    )
    op.create_index("ix_role_permission_permission_name", "role_permission", ["permission_name"])

    op.create_table(
        "cinema_external_id",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cinema_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["cinema_id"], ["cinema.id"], name="fk_cinema_external_id_cinema_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cinema_external_id"),
        sa.UniqueConstraint("cinema_id", "source", name="uq_cinema_external_id_cinema_id_source"),
        sa.UniqueConstraint("source", "value", name="uq_cinema_external_id_source_value"),
    )
    op.create_table(
        "film_external_id",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["film_id"], ["film.id"], name="fk_film_external_id_film_id"),
        sa.PrimaryKeyConstraint("id", name="pk_film_external_id"),
        sa.UniqueConstraint("film_id", "source", name="uq_film_external_id_film_id_source"),
        sa.UniqueConstraint("source", "value", name="uq_film_external_id_source_value"),
    )
    op.create_table(
        "grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("cinema_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cinema_id"], ["cinema.id"], name="fk_grant_cinema_id"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_grant_role_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_grant_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grant"),
    )
    op.create_index("ix_grant_cinema_id", "grant", ["cinema_id"])
    op.create_index("ix_grant_role_id", "grant", ["role_id"])
    op.create_index(
        "uq_grant_user_id_role_id_all",
        "grant",
        ["user_id", "role_id"],
        unique=True,
        sqlite_where=sa.text("cinema_id IS NULL"),
        postgresql_where=sa.text("cinema_id IS NULL"),
    )
    op.create_index(
        "uq_grant_user_id_role_id_cinema_id", "grant", ["user_id", "role_id", "cinema_id"], unique=True
    )

    op.create_table(
        "hall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cinema_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("formats", models.base.StringList(), nullable=False),
        sa.Column("layout", models.base.StringList(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cleaning_min", sa.Integer(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cleaning_min BETWEEN 0 AND 240", name=op.f("ck_hall_cleaning_range")),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_hall_name_not_empty")),
        sa.CheckConstraint("seats BETWEEN 0 AND 2000", name=op.f("ck_hall_seats_range")),
        sa.ForeignKeyConstraint(["cinema_id"], ["cinema.id"], name="fk_hall_cinema_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hall"),
        sa.UniqueConstraint("id", "cinema_id", name="uq_hall_id_cinema_id"),
    )
    op.create_index("ix_hall_cinema_id", "hall", ["cinema_id"])
    op.create_index(
        "uq_hall_cinema_id_name",
        "hall",
        ["cinema_id", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "poster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("original_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_poster_sha256_length")),
        sa.CheckConstraint("width > 0 AND height > 0 AND bytes > 0", name=op.f("ck_poster_size_positive")),
        sa.ForeignKeyConstraint(["film_id"], ["film.id"], name="fk_poster_film_id"),
        sa.PrimaryKeyConstraint("id", name="pk_poster"),
        sa.UniqueConstraint("film_id", "position", name="uq_poster_film_id_position"),
    )
    op.create_index("ix_poster_sha256", "poster", ["sha256"])

    op.create_table(
        "screening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("film_id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("cinema_id", sa.Integer(), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "2D",
                "3D",
                "IMAX2D",
                "IMAX3D",
                "DOLBY",
                "CGS",
                "4D",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("audio_language", sa.String(length=20), nullable=False),
        sa.Column("subtitle_language", sa.String(length=20), nullable=False),
        sa.Column("preshow_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("starts_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "planned",
                "on_sale",
                "closed",
                "cancelled",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "preshow_at <= starts_at AND starts_at < ends_at AND ends_at <= cleared_at",
            name=op.f("ck_screening_times_in_order"),
        ),
        sa.CheckConstraint("price BETWEEN 0 AND 1000000", name=op.f("ck_screening_price_range")),
        sa.ForeignKeyConstraint(["cinema_id"], ["cinema.id"], name="fk_screening_cinema_id"),
        sa.ForeignKeyConstraint(["film_id"], ["film.id"], name="fk_screening_film_id"),
        sa.ForeignKeyConstraint(
            ["hall_id", "cinema_id"], ["hall.id", "hall.cinema_id"], name="fk_screening_hall"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_screening"),
    )
    op.create_index(
        "ix_screening_cinema_id_business_date", "screening", ["cinema_id", "business_date", "starts_at"]
    )
    op.create_index("ix_screening_cinema_id_starts_at", "screening", ["cinema_id", "starts_at", "id"])
    op.create_index("ix_screening_film_id_starts_at", "screening", ["film_id", "starts_at"])
    op.create_index("ix_screening_hall_id_preshow_at", "screening", ["hall_id", "preshow_at"])
    op.create_index("ix_screening_starts_at", "screening", ["starts_at", "id"])
    op.create_index("ix_screening_status", "screening", ["status"])

    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL_RULES:
            op.execute(statement)
    else:
        for moment in ("INSERT", "UPDATE"):
            op.execute(sa.text(SQLITE_TRIGGER.format(moment=moment, lower=moment.lower())))


def downgrade() -> None:
    for table in (
        "screening",
        "poster",
        "hall",
        "grant",
        "film_external_id",
        "cinema_external_id",
        "role_permission",
        "login",
        "film",
        "cinema",
        "user",
        "role",
        "permission",
        "login_attempt",
        "distributor",
        "city",
        "audit_entry",
    ):
        op.drop_table(table)
