"""The one clock. Actions read it once and pass the moment on."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def local(moment: datetime, zone: str) -> datetime:
    """The moment on the clock of a place, such as `Africa/Nairobi`."""
    return moment.astimezone(ZoneInfo(zone))
