import datetime
from functools import partial

import pytest
from django.utils import timezone

from registrations.models import Message
from registrations.operations import outbox
from tests import factories
from tests.smtp import Script, mail_server

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)


def test_workers_side_by_side_send_each_message_once(transactional_db, now, settings, at_once):
    script = Script()
    settings.KEPU_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    world = factories.world(now)
    with mail_server(script) as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        for number in range(30):
            party = factories.one(f"第{number}人", contact_email=f"a{number}@example.cn")
            factories.place(world.activity, [world.session], party, now - DAY)
        tried = at_once([partial(outbox.deliver_due, now=timezone.now) for _ in range(4)])
    assert sum(tried) == 30
    assert sorted(letter["To"] for letter in script.received) == sorted(f"a{number}@example.cn" for number in range(30))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
