"""First schema."""

import sqlalchemy as sa
from alembic import op

from storage.schema import Id, Json, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("vendor_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(length=40), nullable=True),
        sa.Column("limits", Json, nullable=False),
        sa.Column("webhook_url", sa.String(length=500), nullable=True),
        sa.Column("webhook_secret", sa.String(length=256), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("channel", "vendor_id", name=op.f("uq_accounts_channel_vendor_id")),
    )
    op.create_table(
        "checkin_values",
        sa.Column("checkin_id", Id, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "checkin_id", "code", name=op.f("pk_checkin_values")),
        postgresql_partition_by="RANGE (week)",
    )
    op.create_table(
        "form_versions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_versions")),
        sa.UniqueConstraint("form", "version", name=op.f("uq_form_versions_form_version")),
    )
    op.create_table(
        "persons",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("address_form", sa.String(length=8), nullable=True),
        sa.Column("preferred_address_id", Id, nullable=True),
        sa.Column("stopped_at", Moment(), nullable=True),
        sa.Column("forgotten_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_table(
        "replacements",
        sa.Column("replaced_id", Id, autoincrement=False, nullable=False),
        sa.Column("replaced_week", sa.Date(), nullable=False),
        sa.Column("by_id", Id, nullable=False),
        sa.Column("replaced_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("replaced_id", name=op.f("pk_replacements")),
    )
    op.create_index(op.f("ix_replacements_by_id"), "replacements", ["by_id"], unique=False)
    op.create_index(op.f("ix_replacements_replaced_week"), "replacements", ["replaced_week"], unique=False)
    op.create_table(
        "units",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
    )
    op.create_table(
        "account_leases",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_account_leases_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_leases")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_leases_account_id")),
    )
    op.create_table(
        "account_usage",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("messages_in", sa.Integer(), nullable=False),
        sa.Column("messages_out", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_account_usage_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_usage")),
        sa.UniqueConstraint("account_id", "month", name=op.f("uq_account_usage_account_id_month")),
    )
    op.create_table(
        "addresses",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("vendor_id", sa.String(length=100), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_reason", sa.String(length=100), nullable=True),
        sa.Column("heard_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_addresses_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_addresses_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("account_id", "vendor_id", name=op.f("uq_addresses_account_id_vendor_id")),
    )
    op.create_index(op.f("ix_addresses_person_id"), "addresses", ["person_id"], unique=False)
    op.create_table(
        "checkin_texts",
        sa.Column("checkin_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_checkin_texts_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("checkin_id", name=op.f("pk_checkin_texts")),
    )
    op.create_index(op.f("ix_checkin_texts_person_id"), "checkin_texts", ["person_id"], unique=False)
    op.create_table(
        "form_fields",
        sa.Column("form_version_id", Id, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asks_above", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["form_versions.id"],
            name=op.f("fk_form_fields_form_version_id_form_versions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("form_version_id", "code", name=op.f("pk_form_fields")),
    )
    op.create_table(
        "form_labels",
        sa.Column("form_version_id", Id, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("short", sa.String(length=40), nullable=False),
        sa.Column("counted_in", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["form_versions.id"],
            name=op.f("fk_form_labels_form_version_id_form_versions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("form_version_id", "code", "language", name=op.f("pk_form_labels")),
    )
    op.create_table(
        "journal",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("conversation", sa.String(length=210), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_journal_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("account_id", "event_id", name=op.f("uq_journal_account_id_event_id")),
    )
    op.create_index(
        "ix_journal_new",
        "journal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "leaves",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_leaves_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_person_last", "leaves", ["person_id", "last_day"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("checkin_id", Id, nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("content_type", sa.String(length=40), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_media_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_media_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_checkin_id"), "media", ["checkin_id"], unique=False)
    op.create_index(op.f("ix_media_person_id"), "media", ["person_id"], unique=False)
    op.create_index(op.f("ix_media_state"), "media", ["state"], unique=False)
    op.create_table(
        "oa_ledger",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("vendor_id", sa.String(length=100), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("package", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("dong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_oa_ledger_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oa_ledger")),
        sa.UniqueConstraint("account_id", "month", "vendor_id", name=op.f("uq_oa_ledger_account_id_month_vendor_id")),
    )
    op.create_table(
        "oa_tokens",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("access_until", Moment(), nullable=True),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.Column("given", Json, nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=True),
        sa.Column("held_until", Moment(), nullable=True),
        sa.Column("begun_at", Moment(), nullable=True),
        sa.Column("trouble", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_oa_tokens_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oa_tokens")),
        sa.UniqueConstraint("account_id", name=op.f("uq_oa_tokens_account_id")),
    )
    op.create_table(
        "person_details",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_person_details_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_details")),
    )
    op.create_index(op.f("ix_person_details_name_folded"), "person_details", ["name_folded"], unique=False)
    op.create_index(op.f("ix_person_details_phone"), "person_details", ["phone"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_by", Id, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["persons.id"],
            name=op.f("fk_requests_answered_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_requests_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_requests_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_person_id"), "requests", ["person_id"], unique=False)
    op.create_index(op.f("ix_requests_unit_id"), "requests", ["unit_id"], unique=False)
    op.create_table(
        "teams",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_teams_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
    )
    op.create_index(op.f("ix_teams_unit_id"), "teams", ["unit_id"], unique=False)
    op.create_index("uq_teams_place", "teams", ["unit_id", "kind", "name"], unique=True)
    op.create_table(
        "unit_codes",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_unit_codes_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_codes")),
        sa.UniqueConstraint("scheme", "code", "valid_from", name=op.f("uq_unit_codes_scheme_code_valid_from")),
    )
    op.create_index(op.f("ix_unit_codes_unit_id"), "unit_codes", ["unit_id"], unique=False)
    op.create_table(
        "unit_settings",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.id"],
            name=op.f("fk_unit_settings_unit_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_settings")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_unit_settings_unit_id_name")),
    )
    op.create_table(
        "unit_successions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("from_id", Id, nullable=False),
        sa.Column("to_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("legal_ref", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"],
            ["units.id"],
            name=op.f("fk_unit_successions_from_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["units.id"], name=op.f("fk_unit_successions_to_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_successions")),
    )
    op.create_index(op.f("ix_unit_successions_from_id"), "unit_successions", ["from_id"], unique=False)
    op.create_index(op.f("ix_unit_successions_to_id"), "unit_successions", ["to_id"], unique=False)
    op.create_table(
        "unit_versions",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["units.id"],
            name=op.f("fk_unit_versions_parent_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.id"],
            name=op.f("fk_unit_versions_unit_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_versions")),
        sa.UniqueConstraint("unit_id", "valid_from", name=op.f("uq_unit_versions_unit_id_valid_from")),
    )
    op.create_index(op.f("ix_unit_versions_parent_id"), "unit_versions", ["parent_id"], unique=False)
    op.create_index(op.f("ix_unit_versions_unit_id"), "unit_versions", ["unit_id"], unique=False)
    op.create_table(
        "address_people",
        sa.Column("address_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("linked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_address_people_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_address_people_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("address_id", "person_id", name=op.f("pk_address_people")),
    )
    op.create_index(op.f("ix_address_people_person_id"), "address_people", ["person_id"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("author_address_id", Id, nullable=False),
        sa.Column("target", Json, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("media_id", Id, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("told", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_address_id"],
            ["addresses.id"],
            name=op.f("fk_broadcasts_author_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["persons.id"],
            name=op.f("fk_broadcasts_author_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_broadcasts_media_id_media"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_table(
        "consents",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("text_version", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_consents_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_consents_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_address_id"), "consents", ["address_id"], unique=False)
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("speaker", sa.String(length=100), nullable=False),
        sa.Column("dialogue", sa.String(length=40), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=True),
        sa.Column("draft", Json, nullable=False),
        sa.Column("question", sa.String(length=32), nullable=True),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("memory", Json, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_conversations_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("address_id", "speaker", name=op.f("uq_conversations_address_id_speaker")),
    )
    op.create_table(
        "group_bindings",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("bound_by", Id, nullable=True),
        sa.Column("bound_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_group_bindings_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["bound_by"],
            ["persons.id"],
            name=op.f("fk_group_bindings_bound_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.id"],
            name=op.f("fk_group_bindings_unit_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_bindings")),
    )
    op.create_index(op.f("ix_group_bindings_address_id"), "group_bindings", ["address_id"], unique=False)
    op.create_index(op.f("ix_group_bindings_unit_id"), "group_bindings", ["unit_id"], unique=False)
    op.create_table(
        "invites",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["persons.id"],
            name=op.f("fk_invites_created_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_invites_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_invites_team_id_teams"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_invites_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code", name=op.f("uq_invites_code")),
    )
    op.create_table(
        "lesson_requests",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=True),
        sa.Column("query", sa.String(length=200), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_lesson_requests_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["teams.id"],
            name=op.f("fk_lesson_requests_team_id_teams"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.id"],
            name=op.f("fk_lesson_requests_unit_id_units"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_requests")),
    )
    op.create_index("ix_lesson_requests_week_unit", "lesson_requests", ["week", "unit_id"], unique=False)
    op.create_table(
        "media_bytes",
        sa.Column("media_id", Id, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.id"],
            name=op.f("fk_media_bytes_media_id_media"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("media_id", name=op.f("pk_media_bytes")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_memberships_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_memberships_team_id_teams"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_memberships_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_index(op.f("ix_memberships_unit_id"), "memberships", ["unit_id"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("job", sa.String(length=24), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("numbers", Json, nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("media_id", Id, nullable=True),
        sa.Column("fired_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.id"],
            name=op.f("fk_occurrences_media_id_media"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_occurrences_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "job", "unit_id", "period", "provisional", name=op.f("uq_occurrences_job_unit_id_period_provisional")
        ),
    )
    op.create_table(
        "parcels",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("maybe_twice", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_parcels_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_parcels_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
    )
    op.create_index(op.f("ix_parcels_address_id"), "parcels", ["address_id"], unique=False)
    op.create_index(
        "ix_parcels_open",
        "parcels",
        ["account_id", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('sending', 'waiting')"),
        postgresql_where=sa.text("state IN ('sending', 'waiting')"),
    )
    op.create_table(
        "checkins",
        sa.Column("id", Id, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("membership_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("form_version_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("joint_with_id", Id, nullable=True),
        sa.Column("recorded_by", Id, nullable=True),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("journal_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["form_version_id"],
            ["form_versions.id"],
            name=op.f("fk_checkins_form_version_id_form_versions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_checkins_membership_id_memberships"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_checkins_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["persons.id"],
            name=op.f("fk_checkins_recorded_by_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_checkins_team_id_teams"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_checkins_unit_id_units"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", "week", name=op.f("pk_checkins")),
        postgresql_partition_by="RANGE (week)",
    )
    op.create_index("ix_checkins_person", "checkins", ["person_id", "id"], unique=False)
    op.create_index("ix_checkins_week_unit", "checkins", ["week", "unit_id"], unique=False)
    op.create_table(
        "owed",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("address_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("cause_id", Id, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("question", sa.String(length=32), nullable=True),
        sa.Column("media_id", Id, nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.Column("parcel_id", Id, nullable=True),
        sa.Column("leased_until", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_owed_account_id_accounts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_owed_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["media_id"], ["media.id"], name=op.f("fk_owed_media_id_media"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcels.id"], name=op.f("fk_owed_parcel_id_parcels"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_owed_person_id_persons"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed")),
    )
    op.create_index(op.f("ix_owed_address_id"), "owed", ["address_id"], unique=False)
    op.create_index(op.f("ix_owed_cause_id"), "owed", ["cause_id"], unique=False)
    op.create_index(
        "ix_owed_open",
        "owed",
        ["account_id", "lane", "due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('owed', 'held')"),
        postgresql_where=sa.text("state IN ('owed', 'held')"),
    )
    op.create_index(op.f("ix_owed_parcel_id"), "owed", ["parcel_id"], unique=False)
    op.create_table(
        "parcel_parts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("parcel_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("buttons", Json, nullable=False),
        sa.Column("media_id", Id, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("vendor_message_id", sa.String(length=100), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["media_id"],
            ["media.id"],
            name=op.f("fk_parcel_parts_media_id_media"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["parcels.id"],
            name=op.f("fk_parcel_parts_parcel_id_parcels"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_parts")),
    )
    op.create_index(op.f("ix_parcel_parts_parcel_id"), "parcel_parts", ["parcel_id"], unique=False)
    op.create_table(
        "broadcast_recipients",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("broadcast_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("address_id", Id, nullable=True),
        sa.Column("owed_id", Id, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"],
            ["addresses.id"],
            name=op.f("fk_broadcast_recipients_address_id_addresses"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcasts.id"],
            name=op.f("fk_broadcast_recipients_broadcast_id_broadcasts"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owed_id"],
            ["owed.id"],
            name=op.f("fk_broadcast_recipients_owed_id_owed"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_broadcast_recipients_person_id_persons"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipients")),
    )
    op.create_index(op.f("ix_broadcast_recipients_owed_id"), "broadcast_recipients", ["owed_id"], unique=False)
    op.create_index("ix_broadcast_recipients_state", "broadcast_recipients", ["broadcast_id", "state"], unique=False)
    if op.get_context().dialect.name == "postgresql":
        for table in ("checkins", "checkin_values"):
            op.execute(f"CREATE TABLE {table}_other PARTITION OF {table} DEFAULT")


def downgrade() -> None:
    op.drop_index("ix_broadcast_recipients_state", table_name="broadcast_recipients")
    op.drop_index(op.f("ix_broadcast_recipients_owed_id"), table_name="broadcast_recipients")
    op.drop_table("broadcast_recipients")
    op.drop_index(op.f("ix_parcel_parts_parcel_id"), table_name="parcel_parts")
    op.drop_table("parcel_parts")
    op.drop_index(op.f("ix_owed_parcel_id"), table_name="owed")
    op.drop_index(
        "ix_owed_open",
        table_name="owed",
        sqlite_where=sa.text("state IN ('owed', 'held')"),
        postgresql_where=sa.text("state IN ('owed', 'held')"),
    )
    op.drop_index(op.f("ix_owed_cause_id"), table_name="owed")
    op.drop_index(op.f("ix_owed_address_id"), table_name="owed")
    op.drop_table("owed")
    op.drop_index("ix_checkins_week_unit", table_name="checkins")
    op.drop_index("ix_checkins_person", table_name="checkins")
    op.drop_table("checkins")
    op.drop_index(
        "ix_parcels_open",
        table_name="parcels",
        sqlite_where=sa.text("state IN ('sending', 'waiting')"),
        postgresql_where=sa.text("state IN ('sending', 'waiting')"),
    )
    op.drop_index(op.f("ix_parcels_address_id"), table_name="parcels")
    op.drop_table("parcels")
    op.drop_table("occurrences")
    op.drop_index(op.f("ix_memberships_unit_id"), table_name="memberships")
    op.drop_index(op.f("ix_memberships_person_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("media_bytes")
    op.drop_index("ix_lesson_requests_week_unit", table_name="lesson_requests")
    op.drop_table("lesson_requests")
    op.drop_table("invites")
    op.drop_index(op.f("ix_group_bindings_unit_id"), table_name="group_bindings")
    op.drop_index(op.f("ix_group_bindings_address_id"), table_name="group_bindings")
    op.drop_table("group_bindings")
    op.drop_table("conversations")
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_index(op.f("ix_consents_address_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_table("broadcasts")
    op.drop_index(op.f("ix_address_people_person_id"), table_name="address_people")
    op.drop_table("address_people")
    op.drop_index(op.f("ix_unit_versions_unit_id"), table_name="unit_versions")
    op.drop_index(op.f("ix_unit_versions_parent_id"), table_name="unit_versions")
    op.drop_table("unit_versions")
    op.drop_index(op.f("ix_unit_successions_to_id"), table_name="unit_successions")
    op.drop_index(op.f("ix_unit_successions_from_id"), table_name="unit_successions")
    op.drop_table("unit_successions")
    op.drop_table("unit_settings")
    op.drop_index(op.f("ix_unit_codes_unit_id"), table_name="unit_codes")
    op.drop_table("unit_codes")
    op.drop_index("uq_teams_place", table_name="teams")
    op.drop_index(op.f("ix_teams_unit_id"), table_name="teams")
    op.drop_table("teams")
    op.drop_index(op.f("ix_requests_unit_id"), table_name="requests")
    op.drop_index(op.f("ix_requests_person_id"), table_name="requests")
    op.drop_table("requests")
    op.drop_index(op.f("ix_person_details_phone"), table_name="person_details")
    op.drop_index(op.f("ix_person_details_name_folded"), table_name="person_details")
    op.drop_table("person_details")
    op.drop_table("oa_tokens")
    op.drop_table("oa_ledger")
    op.drop_index(op.f("ix_media_state"), table_name="media")
    op.drop_index(op.f("ix_media_person_id"), table_name="media")
    op.drop_index(op.f("ix_media_checkin_id"), table_name="media")
    op.drop_table("media")
    op.drop_index("ix_leaves_person_last", table_name="leaves")
    op.drop_table("leaves")
    op.drop_index(
        "ix_journal_new",
        table_name="journal",
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
    op.drop_table("journal")
    op.drop_table("form_labels")
    op.drop_table("form_fields")
    op.drop_index(op.f("ix_checkin_texts_person_id"), table_name="checkin_texts")
    op.drop_table("checkin_texts")
    op.drop_index(op.f("ix_addresses_person_id"), table_name="addresses")
    op.drop_table("addresses")
    op.drop_table("account_usage")
    op.drop_table("account_leases")
    op.drop_table("units")
    op.drop_index(op.f("ix_replacements_replaced_week"), table_name="replacements")
    op.drop_index(op.f("ix_replacements_by_id"), table_name="replacements")
    op.drop_table("replacements")
    op.drop_table("persons")
    op.drop_table("form_versions")
    op.drop_table("checkin_values")
    op.drop_table("accounts")
