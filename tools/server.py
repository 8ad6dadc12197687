"""The production server's settings for one machine (gunicorn)."""

from __future__ import annotations

import os
import sys
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 2
threads = 4
timeout = 60
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Say so once the first worker answers; a refused start never gets here."""
    if worker.age == 1:
        print(f"Ready: http://{bind}/", file=sys.stdout, flush=True)
