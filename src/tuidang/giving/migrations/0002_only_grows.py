"""The database itself refuses to change or delete a row of the book, and an entry that does not fit.

SQLite makes a table anew when Django alters it, and its triggers go: a later migration that alters one of these
tables puts its guards up again at its end. `tests/db/giving/test_guards.py` looks for them.

What they cannot stop: somebody who may change the schema can take them down first.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LOCK = 0x6769_7665  # as `actions.writer` takes it

# Each with what makes a row one of its kind: SQLite's INSERT OR REPLACE would take the old row away unseen.
GROWS = {
    "giving_entry": (("ordinal",), ("event",)),
    "giving_receipt": (("serial",),),
    "giving_receiptgift": (("id",), ("receipt_id", "entry_id")),
    "giving_receiptmark": (("id",),),
    "giving_bankline": (("id",), ("fingerprint",)),
    "giving_bankmatch": (("id",), ("entry_id",)),
}

_REFUNDED = """(SELECT COALESCE(SUM(r.cents), 0) FROM giving_entry r WHERE r.kind = 'refund' AND r.about_id = a.ordinal
    AND NOT EXISTS (SELECT 1 FROM giving_entry w WHERE w.kind = 'void' AND w.about_id = r.ordinal))"""

# What is refused: a message, and the condition under which a new row is.
REFUSED = {
    "giving_entry": (
        ("not the next ordinal", "NEW.ordinal <> (SELECT COALESCE(MAX(ordinal) + 1, 0) FROM giving_entry)"),
        (
            "below zero",
            """NEW.credit IN ('bank', 'cheques') AND NEW.cents > (
            SELECT COALESCE(SUM(CASE WHEN e.debit = NEW.credit THEN e.cents ELSE -e.cents END), 0)
            FROM giving_entry e WHERE e.currency = NEW.currency AND NEW.credit IN (e.debit, e.credit))""",
        ),
        (
            "not about an entry that it fits",
            f"""NEW.kind IN ('refund', 'void') AND NOT EXISTS (
            SELECT 1 FROM giving_entry a WHERE a.ordinal = NEW.about_id AND a.currency = NEW.currency
            AND a.kind <> 'void'
            AND NOT EXISTS (SELECT 1 FROM giving_entry v WHERE v.kind = 'void' AND v.about_id = a.ordinal)
            AND ((NEW.kind = 'refund' AND a.kind = 'gift' AND NEW.debit = a.credit
                  AND NEW.cents + {_REFUNDED} <= a.cents)
              OR (NEW.kind = 'void' AND NEW.debit = a.credit AND NEW.credit = a.debit
                  AND NEW.cents = a.cents AND {_REFUNDED} = 0)))""",
        ),
    ),
    "giving_receipt": (
        ("not the next number", "NEW.serial <> (SELECT COALESCE(MAX(serial) + 1, 1) FROM giving_receipt)"),
    ),
}


def _refusals(table: str) -> list[tuple[str, str]]:
    repeated = [
        (
            "there already",
            f"EXISTS (SELECT 1 FROM {table} o WHERE "
            + " AND ".join(f"o.{c} = NEW.{c}" for c in columns)
            + ")",
        )
        for columns in GROWS[table]
    ]
    return repeated + list(REFUSED.get(table, ()))


def put_up(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GROWS:
        statements = _sqlite(table) if schema_editor.connection.vendor == "sqlite" else _postgresql(table)
        for statement in statements:
            schema_editor.execute(statement, params=None)


def take_down(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GROWS:
        for name in ("update", "delete", "insert"):
            where = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
            schema_editor.execute(f"DROP TRIGGER {table}_{name}{where}", params=None)
        if schema_editor.connection.vendor != "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_truncate ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {table}_fits, {table}_grows, {table}_stays", params=None)


def _sqlite(table: str) -> list[str]:
    only_grows = [
        f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for act in ("update", "delete")
    ]
    looks = "".join(
        f" SELECT RAISE(ABORT, '{table}: {message}') WHERE {condition};"
        for message, condition in _refusals(table)
    )
    return [*only_grows, f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} BEGIN{looks} END"]


def _postgresql(table: str) -> list[str]:
    refuse = "RAISE EXCEPTION '{}' USING ERRCODE = 'integrity_constraint_violation';"
    looks = "".join(
        f" IF {condition} THEN {refuse.format(f'{table}: {message}')} END IF;"
        for message, condition in _refusals(table)
    )

    def function(name: str, body: str) -> str:
        return f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"

    grows = refuse.format(f"{table} only grows")
    stays = f"IF EXISTS (SELECT 1 FROM {table}) THEN {grows} END IF; RETURN NULL;"
    each_row = f"ON {table} FOR EACH ROW EXECUTE FUNCTION {table}"
    return [
        function("grows", grows),
        function("stays", stays),
        function("fits", f"PERFORM pg_advisory_xact_lock({LOCK});{looks} RETURN NEW;"),
        f"CREATE TRIGGER {table}_update BEFORE UPDATE {each_row}_grows()",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE {each_row}_grows()",
        f"CREATE TRIGGER {table}_insert BEFORE INSERT {each_row}_fits()",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE {each_row.replace('ROW', 'STATEMENT')}_stays()",
    ]


class Migration(migrations.Migration):
    dependencies = [("giving", "0001_book")]

    operations = [migrations.RunPython(put_up, take_down)]
