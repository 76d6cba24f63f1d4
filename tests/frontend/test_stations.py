"""Check-in points on the office's pages."""

import datetime
import re

from django.utils import timezone

from registrations.models import Station


def test_a_check_in_point_is_made_paired_and_ended(world, owner, client):
    address = f"/console/stations/new/?session={world.session.pk}"
    ends = timezone.localtime() + datetime.timedelta(days=3)
    given = {"name": "东门", "organization": world.lead.code, "session": world.session.pk}
    page = owner.post(address, given | {"expires_at": f"{ends:%Y-%m-%dT%H:%M}"}).content.decode()
    station = Station.objects.get()
    code = "".join(re.search(r'class="pairing-code"[^>]*>(\d{3}) (\d{3})<', page).groups())
    assert "data:image/svg+xml" in page
    assert "hx-get" in owner.get(f"/console/stations/{station.pk}/paired/").content.decode()
    answer = client.post("/api/v1/station/pair", {"code": code}, content_type="application/json").json()
    paired = owner.get(f"/console/stations/{station.pk}/paired/").content.decode()
    assert answer["station"]["compare_number"] in paired
    owner.post(f"/console/stations/{station.pk}/revoke/")
    station.refresh_from_db()
    assert station.revoked_at is not None
