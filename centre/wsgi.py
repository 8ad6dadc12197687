"""What the server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
application = get_wsgi_application()

from centre.core.start import refuse_unsafe_start  # noqa: E402 - needs loaded apps

refuse_unsafe_start()
