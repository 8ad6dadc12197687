"""The centre and the people who work with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models

from centre.core.errors import LockedKeyError
from centre.core.models.base import Identified, Recorded
from centre.core.permissions import Role
from centre.vault.fields import EncryptedText
from centre.vault.keys import SYSTEM_SCOPE

if TYPE_CHECKING:
    from centre.ledger.signing import Signer


class Centre(Recorded):
    """One one-stop centre: it has its own cases, store and logs."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=40, default="Africa/Nairobi")
    opened_at = models.DateTimeField()
    epoch = models.PositiveSmallIntegerField(default=1)
    """Which epoch its logs are in: one more after each loss of entries."""

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    """Accounts are made by `actions.people.enrol_person`, not here."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with exactly this sign-in name."""
        return self.get(username=username)


class User(Recorded, AbstractBaseUser):
    """A person with an account. There is no superuser."""

    username = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    enrolled_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    UNCOVERED = frozenset({"last_login"})
    DIGESTED = frozenset({"password"})
    objects = UserManager()

    _signer: Signer | None = None
    acting: Membership | None = None
    seat: str = ""
    """Which session of which device she signs in, for the record; not who she is."""

    def __str__(self) -> str:
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password; its hash changes with the password only."""
        return check_password(raw_password, self.password)

    @property
    def signer(self) -> Signer:
        """What signs this person's acts; locked unless the session unlocked it."""
        if self._signer is None:
            raise LockedKeyError
        return self._signer

    def unlock_with(self, signer: Signer) -> None:
        """Let this instance sign, for as long as it lives in memory."""
        self._signer = signer


class Membership(Recorded):
    """A person's role at a centre."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r, r.words) for r in Role])
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "centre", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_held_once",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "role", "centre"], name="membership_asked")
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.centre_id}"


class SigningKey(Recorded):
    """A person's signing key: public half open, private half wrapped by password."""

    user = models.ForeignKey(User, models.PROTECT, related_name="signing_keys")
    kid = models.CharField(max_length=34, unique=True)
    public_key = models.BinaryField()
    wrapped_seed = models.BinaryField()
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    DIGESTED = frozenset({"wrapped_seed"})

    def __str__(self) -> str:
        return self.kid


class SystemKey(Identified):
    """A key the centre itself signs with: its log keys, and the system's own."""

    purpose = models.CharField(max_length=160, unique=True)
    public_key = models.BinaryField()
    seed = EncryptedText(scope=SYSTEM_SCOPE)

    def __str__(self) -> str:
        return self.purpose


class TotpDevice(Recorded):
    """The second factor: a time-based code (RFC 6238), its seed encrypted."""

    user = models.OneToOneField(User, models.PROTECT, related_name="totp")
    seed = EncryptedText(scope=SYSTEM_SCOPE)
    drift = models.SmallIntegerField(default=0)
    last_step = models.BigIntegerField(default=-1)
    confirmed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)

    UNCOVERED = frozenset({"drift", "last_step", "failures", "failed_at"})
    DIGESTED = frozenset({"seed"})

    def __str__(self) -> str:
        return f"Second factor of {self.user_id}"


class RecoveryCode(Recorded):
    """A single-use way in when the phone is lost; only its hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    hashed = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True)

    DIGESTED = frozenset({"hashed"})

    def __str__(self) -> str:
        return f"Recovery code of {self.user_id}"


class FormToken(models.Model):
    """A rendered form that was performed, and what came of it."""

    token = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    result_label = models.CharField(max_length=80, blank=True)
    result_key = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return str(self.token)


def acting_role(user: User, centre: Centre) -> str:
    """The role the person acts in at this centre, for the record.

    Who was turned away from another centre is named by the role she asked in.
    """
    if user.acting is not None and user.acting.centre_id == centre.pk:
        return str(user.acting.role)
    posts: Any = user.memberships.filter(centre=centre, ended_at__isnull=True)
    post = posts.order_by("started_at").first() or user.acting
    return str(post.role) if post else "system"
