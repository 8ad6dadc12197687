"""What the server of the visits calls: the application, its clock put forward.

A code of the phone counts once, and the next is half a minute away. A visit of many
codes does not sit that out; it writes into a file how far ahead the clock is to be.
"""

import os
from datetime import timedelta
from pathlib import Path

from centre.core import clock
from centre.wsgi import application

AHEAD = Path(os.environ["CENTRE_AHEAD"])  # noqa: TID251 - told by the visits alone

_true = clock.now
clock.now = lambda: _true() + timedelta(seconds=int(AHEAD.read_text("ascii")))

__all__ = ["application"]
