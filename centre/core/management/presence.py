"""Who stands at the server's console: by password, which also opens her key."""

from __future__ import annotations

from getpass import getpass

from centre.core.actions import people
from centre.core.errors import RuleError
from centre.core.models import User


def present(name: str) -> User:
    """The person of this sign-in name, once she typed her password."""
    password = getpass(f"Password of {name}: ")
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None or not user.check_password(password):
        raise RuleError("Sign-in name or password is not right.")
    people.unlock(user, password)
    return user
