"""The rules of care: a pack of data, read strictly, judged on what is known."""

from centre.forensics.rules.care.judge import judge
from centre.forensics.rules.care.model import Advice, CarePack, Verdict
from centre.forensics.rules.care.read import load

__all__ = ["Advice", "CarePack", "Verdict", "judge", "load"]
