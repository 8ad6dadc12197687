"""What goes wrong in the ledger; no sentence here ever holds a stored value."""


class LedgerError(ValueError):
    """Something cannot be appended, read or proven."""


class CanonicalError(LedgerError):
    """A value, or bytes, are outside the canonical profile."""


class FormatError(LedgerError):
    """Bytes are not a statement, an entry or a checkpoint in their one form."""


class ProofError(LedgerError):
    """A proof does not lead to the root it was given for."""


class KeyBoxError(LedgerError):
    """A wrapped key cannot be opened: wrong password or key, or altered bytes."""


class SignatureError(LedgerError):
    """A signature is not that of the key it names."""
