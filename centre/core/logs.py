"""The technical log: one JSON line an event, without anything a person typed."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Final

_HARMLESS: Final = ("django.server", "gunicorn.error", "centre")


class NoContent(logging.Filter):
    """Strip arguments and request objects: they may hold what was typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the message's pattern only, unless the logger is our own."""
        if not record.name.startswith(_HARMLESS):
            record.args = ()
        record.__dict__.pop("request", None)
        return True


class JsonLines(logging.Formatter):
    """Time, level, logger, message pattern, and where an error was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = datetime.fromtimestamp(record.created, tz=UTC)
        line = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _message(record),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line)


def _message(record: logging.LogRecord) -> str:
    return record.getMessage() if record.args else str(record.msg)


def _where(record: logging.LogRecord) -> str:
    frames = traceback.extract_tb(record.exc_info[2]) if record.exc_info else []
    return " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames[-4:]))
