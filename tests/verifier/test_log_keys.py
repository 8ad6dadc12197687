"""A log that changed its key: each key counts for its time, and none is slipped in."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from centre.ledger import checkpoint
from centre.ledger.append.clock import OPEN_SALT
from centre.ledger.kinds import Kind
from tests.verifier.thief import found
from tools import workshop
from tools.workshop import CENTRE, LOG, LOG_KEY, OTHER_LOG_KEY, SYSTEM, THIEF, Told

OLD = checkpoint.vkey(LOG, LOG_KEY.public_key)
NEW = checkpoint.vkey(LOG, OTHER_LOG_KEY.public_key)


class Change(Told):
    """The entry that names the log's next key; its salt is no secret."""

    @property
    def payload(self):
        return dict(self.facts)

    @property
    def salt(self):
        return OPEN_SALT


def changed(signer=LOG_KEY):
    """The log with its key changed at the end, and its checkpoints from then on."""
    message = f"osc-log-key/v1\n{OLD}\n{NEW}\n".encode()
    told = {
        "new": NEW,
        "old": OLD,
        "signature": b64encode(signer.sign(message)).decode(),
    }
    change = Change(Kind.LEDGER_POLICY, CENTRE, SYSTEM, 8.5, told, role="system")
    story = workshop.story()
    return workshop.write([*story[:9], change, story[9]])


def bundled(log, *, by=OTHER_LOG_KEY, keys=(OLD, NEW), older=()):
    """Its bundle, under the checkpoint of one of the keys."""
    under = "".join(f"log {key}\n" for key in keys) + "quorum none\n"
    return workshop.bundle(
        log, note=log.note(by=by), under=under.encode(), older=[log.note(6), *older]
    )


def test_log_that_changed_its_key_holds():
    assert found(bundled(changed())) == ""


def test_retired_key_signs_nothing_that_came_after_it():
    says = found(bundled(changed(), by=LOG_KEY))

    assert says.startswith("the key that counted then did not sign the checkpoint of")


def test_new_key_signs_nothing_that_came_before_it():
    log = changed()

    says = found(bundled(log, older=[log.note(5, by=OTHER_LOG_KEY)]))
    assert says.startswith("the key that counted then did not sign the checkpoint of 5")


def test_change_that_the_old_key_did_not_sign_is_none():
    says = found(bundled(changed(THIEF)))

    assert says.startswith("the key before did not sign for that of entry 9")


@pytest.mark.parametrize("keys", [(OLD,), (NEW,), (NEW, OLD)])
def test_keys_that_are_not_those_of_the_entries_are_refused(keys):
    log = replace(changed())

    assert found(bundled(log, keys=keys)) != ""


def test_key_slipped_into_the_policy_without_an_entry_is_refused():
    log = workshop.write(workshop.story())

    says = found(bundled(log))
    assert says.startswith("the log's keys are not those its entries name")
