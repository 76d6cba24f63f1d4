"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "events_site.settings")

application = get_wsgi_application()
# All pages are loaded before the first request, and what is loaded by now stays: the garbage collector would look through
# all of it again and again while a batch of records makes many new objects.
_loaded = get_resolver().url_patterns
gc.collect()
gc.freeze()
