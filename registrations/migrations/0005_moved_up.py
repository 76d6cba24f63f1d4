import django.db.models.deletion
from django.db import migrations, models


def those_who_hold_seats(apps, schema_editor):
    """Who has moved up so far, as far as they have not given back their seats."""
    held = apps.get_model("registrations", "SeatHold").objects.filter(signup__queued_at__isnull=False)
    moved = apps.get_model("registrations", "MovedUp")
    moved.objects.bulk_create(
        (
            moved(signup_id=one.signup_id, pool_id=one.pool_id, seats=one.seats, queued_at=one.signup.queued_at)
            for one in held.select_related("signup").iterator()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [("registrations", "0004_roster_import")]

    operations = [
        migrations.CreateModel(
            name="MovedUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seats", models.PositiveIntegerField()),
                ("queued_at", models.DateTimeField(help_text="Since when it had waited.")),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="registrations.seatpool"
                    ),
                ),
                (
                    "signup",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="registrations.signup"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["pool", "queued_at"], name="moved_up_by_pool_and_time")]},
        ),
        migrations.RunPython(those_who_hold_seats, migrations.RunPython.noop),
    ]
