"""The one way in: make an environment, then run, test, check or measure.

This file must be readable by an old Python, so that it can say it is too old.
"""

import importlib
import os
import shutil
import sys

LEAST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
VERBS = {
    "install": "tools.environment",
    "run": "tools.serve",
    "test": "tools.checks",
    "check": "tools.checks",
    "e2e": "tools.checks",
    "fix": "tools.checks",
    "bench": "tools.measure",
    "kill": "tools.kill",
    "races": "tools.kill",
    "drill": "tools.kill",
    "fuzz": "tools.fuzz",
    "soak": "tools.soak",
    "shots": "tools.measure",
    "lock": "tools.locks",
    "code": "tools.serve",
}


def use_new_python() -> None:
    """Go on with a newer Python of this machine, or say plainly that there is none."""
    if sys.version_info >= LEAST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, "-m", "tools.bootstrap"] + sys.argv[1:])  # noqa: S606, RUF005 - replaces itself; old Pythons read this
    sys.exit(
        "This needs Python 3.11 or newer; here is {}.{}.\n"
        "On Debian 12: apt-get install python3 python3-venv. "
        "Or name another: make {} PYTHON=/path/to/python3.11".format(
            sys.version_info[0], sys.version_info[1], " ".join(sys.argv[1:2])
        )
    )


def main() -> int:
    """Carry out one verb; a failure is one sentence, not a traceback."""
    use_new_python()
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb not in VERBS:
        sys.exit("Say one of: {}.".format(", ".join(VERBS)))
    talk = importlib.import_module("tools.talk")
    act = getattr(importlib.import_module(VERBS[verb]), verb)
    try:
        act(*sys.argv[2:])
    except talk.SetUpError as error:
        talk.complain(str(error))
        return 1
    except KeyboardInterrupt:
        talk.complain("Stopped from the keyboard.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
