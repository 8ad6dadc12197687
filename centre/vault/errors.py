"""What goes wrong in the vault; no sentence here ever holds a stored value."""


class VaultError(Exception):
    """A value, a file or a key cannot be used; nothing was shown or written."""


class RootKeyError(VaultError):
    """The root key is missing, unreadable, or not the one this store began with."""


class NoKeyError(VaultError):
    """There is no such key in the key store."""


class KeyDestroyedError(VaultError):
    """The key was destroyed, so what it encrypted cannot be read again."""


class DamagedError(VaultError):
    """What is stored is not what was written in this place."""


class PlaintextError(VaultError):
    """The program tried to search, update or export an encrypted column openly."""


class ContentError(VaultError):
    """The value cannot be stored in this kind of column."""
