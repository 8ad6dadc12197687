"""Paper: everything the centre prints is built with this.

paper = Document("Custody report", "CUSTODY K7XH-QM3T-2", 1, head)
paper.heading("Where the item has been")
paper.table(["When", "What"], rows)
return paper.build()
"""

from centre.core.paper.document import Document
from centre.core.paper.fonts import BOLD, PLAIN, PrintError, check_drawable
from centre.core.paper.head import LedgerHead
from centre.core.paper.labels import STOCKS, Label, Stock

__all__ = [
    "BOLD",
    "PLAIN",
    "STOCKS",
    "Document",
    "Label",
    "LedgerHead",
    "PrintError",
    "Stock",
    "check_drawable",
]
