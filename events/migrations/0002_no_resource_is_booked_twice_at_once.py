"""No unit resource is booked twice at once: an exclusion constraint, where the database knows such a thing."""

from typing import Any

from django.db import migrations

FORWARD = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE events_booking ADD CONSTRAINT no_resource_is_booked_twice_at_once
    EXCLUDE USING gist (resource_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (exclusive);
"""
BACKWARD = "ALTER TABLE events_booking DROP CONSTRAINT no_resource_is_booked_twice_at_once;"


def _on_postgresql(sql: str) -> Any:
    def run(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(_on_postgresql(FORWARD), _on_postgresql(BACKWARD))]
