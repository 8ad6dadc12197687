"""What the evidence store keeps. No row here holds a survivor's name."""

from centre.chain_of_custody.models.backlog import (
    Backlog,
    BacklogDraft,
    BacklogDraftScan,
    BacklogScan,
    EarlierNumber,
)
from centre.chain_of_custody.models.chasing import ChaseLetter
from centre.chain_of_custody.models.climate import TemperatureReading
from centre.chain_of_custody.models.custody import CustodyEvent, InTransit, Transfer
from centre.chain_of_custody.models.handover import (
    HandSignature,
    OverdueMark,
    PaperForm,
)
from centre.chain_of_custody.models.inventory import (
    Inventory,
    InventoryEnd,
    InventoryScan,
)
from centre.chain_of_custody.models.papers import Attachment, IssuedReport
from centre.chain_of_custody.models.places import Location
from centre.chain_of_custody.models.request_steps import (
    LinePart,
    LineRelease,
    LineTerms,
    RequestDraft,
    RequestPaper,
    RequestParty,
    RequestStep,
)
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
    LineTransfer,
    RequestEnd,
    RequestLine,
)
from centre.chain_of_custody.models.retention import Retention
from centre.chain_of_custody.models.rolls import SealRoll, SpoiltSeal
from centre.chain_of_custody.models.spot_checks import SpotCheck, SpotCheckEnd
from centre.chain_of_custody.models.things import Item, Kit, Seal, StockRule
from centre.chain_of_custody.models.whereabouts import Whereabouts

__all__ = [
    "Attachment",
    "Backlog",
    "BacklogDraft",
    "BacklogDraftScan",
    "BacklogScan",
    "ChaseLetter",
    "CustodyEvent",
    "EarlierNumber",
    "EvidenceRequest",
    "HandSignature",
    "InTransit",
    "Inventory",
    "InventoryEnd",
    "InventoryScan",
    "IssuedReport",
    "Item",
    "Kit",
    "LineDecision",
    "LineMatch",
    "LinePart",
    "LineRelease",
    "LineTerms",
    "LineTransfer",
    "Location",
    "OverdueMark",
    "PaperForm",
    "RequestDraft",
    "RequestEnd",
    "RequestLine",
    "RequestPaper",
    "RequestParty",
    "RequestStep",
    "Retention",
    "Seal",
    "SealRoll",
    "SpoiltSeal",
    "SpotCheck",
    "SpotCheckEnd",
    "StockRule",
    "TemperatureReading",
    "Transfer",
    "Whereabouts",
]
