"""Django as a WSGI application; the front calls it in threads."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klankbord.config.settings")
application = get_wsgi_application()
