"""Remove encrypted files that an act left behind when it failed."""

from __future__ import annotations

from typing import Any

from centre.core.actions.upkeep import sweep_files
from centre.core.commands import WritingCommand


class Command(WritingCommand):
    """Only files that have rested for two days and that nothing names go."""

    help = "Remove encrypted files that neither a row nor an entry names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell how many went, and how many stay although no row names them."""
        swept = sweep_files()
        self.stdout.write(f"{swept.gone} files that nothing names were removed.")
        if swept.kept:
            self.stdout.write(
                f"{swept.kept} files stay that an entry names but no row: a row was "
                "taken away. Run 'manage.py verify'."
            )
