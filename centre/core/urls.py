"""Doors and accounts."""

from django.urls import path

from centre.core.views import account, approvals, oversight, passkeys, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.second_factor, name="second_factor"),
    path("sign-in/recovery/", sign_in.recovery, name="recovery"),
    path("sign-in/enrol/", account.enrol_factor, name="enrol_factor"),
    path("sign-in/role/", sign_in.choose_role, name="choose_role"),
    path("step-up/", sign_in.step_up, name="step_up"),
    path("lock/", sign_in.lock, name="lock"),
    path("unlock/", sign_in.unlock, name="unlock"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("exit/", sign_in.leave_at_once, name="exit"),
    path("away/", sign_in.away, name="away"),
    path("account/", account.account, name="account"),
    path("account/keys/", passkeys.passkeys, name="passkeys"),
    path("account/keys/<uuid:key>/revoke/", passkeys.revoke, name="revoke_passkey"),
    path("confirm/<uuid:key>/", passkeys.confirm, name="confirm_act"),
    path("access-log/", oversight.access_log, name="access_log"),
    path("integrity/", oversight.integrity, name="integrity"),
    path("people/", oversight.people, name="people"),
    path("approvals/", approvals.proposals, name="proposals"),
    path("approvals/<uuid:key>/", approvals.proposal, name="proposal"),
]
