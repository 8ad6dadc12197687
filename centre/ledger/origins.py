"""The identity of a log, and what follows from it alone."""

import hashlib
import re
from typing import Final

from centre.ledger.errors import FormatError

_ORIGIN: Final = re.compile(r"[a-z0-9./-]{3,120}")


def check_origin(origin: object) -> str:
    """The origin itself, if it is one, such as `osc.example/centre-07/custody`."""
    if not isinstance(origin, str) or _ORIGIN.fullmatch(origin) is None:
        raise FormatError(
            "A log's origin is 3 to 120 signs out of a-z, 0-9, '.', '/' and '-'."
        )
    return origin


def genesis(origin: str, vkey: str) -> bytes:
    """What stands before entry 0: the log's identity and key."""
    return hashlib.sha256(f"osc-genesis/v1\n{origin}\n{vkey}\n".encode()).digest()


def stream_of_log(origin: str) -> bytes:
    """The stream of what happens to the log itself, such as its clock going back."""
    return hashlib.sha256(f"osc-log-stream/v1\n{origin}\n".encode()).digest()[:16]
