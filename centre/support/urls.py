"""Addresses of support."""

from django.urls import path

from centre.support.views import plans, referrals, sessions

urlpatterns = [
    path("caseload/", sessions.caseload, name="caseload"),
    path("supervisors/", sessions.supervisors, name="supervisors"),
    path("cases/<str:reference>/plan/", plans.case_plan, name="case_plan"),
    path("cases/<str:reference>/plan/new/", plans.make_plan, name="make_plan"),
    path("plans/<str:reference>/", plans.plan, name="plan"),
    path("plans/<str:reference>/revise/", plans.revise_plan, name="revise_plan"),
    path("plans/<str:reference>/close/", plans.close_plan, name="close_plan"),
    path(
        "plans/<str:reference>/goals/new/<slug:family>/",
        plans.set_goal,
        name="set_goal",
    ),
    path("goals/<str:reference>/", plans.revise_goal, name="revise_goal"),
    path("goals/<str:reference>/steps/new/", plans.set_step, name="set_step"),
    path("steps/<str:reference>/", plans.revise_step, name="revise_step"),
    path("steps/<str:reference>/done/", plans.done_step, name="done_step"),
    path(
        "cases/<str:reference>/sessions/new/",
        sessions.note_session,
        name="note_session",
    ),
    path("sessions/<str:reference>/", sessions.session, name="session"),
    path(
        "cases/<str:reference>/referrals/new/",
        referrals.send_referral,
        name="send_referral",
    ),
    path("referrals/<str:reference>/", referrals.referral, name="referral"),
    path(
        "referrals/<str:reference>/<slug:move>/",
        referrals.move_referral,
        name="move_referral",
    ),
    path(
        "cases/<str:reference>/appointments/new/",
        sessions.make_appointment,
        name="make_appointment",
    ),
    path("appointments/<str:reference>/", sessions.appointment, name="appointment"),
    path("incoming/", referrals.incoming, name="incoming"),
    path(
        "incoming/<str:reference>/",
        referrals.incoming_referral,
        name="incoming_referral",
    ),
    path(
        "incoming/<str:reference>/<slug:move>/",
        referrals.answer_incoming,
        name="answer_incoming",
    ),
]
