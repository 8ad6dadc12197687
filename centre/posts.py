"""The pages on which people go through who has access, and end it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre import endings
from centre.agencies.queries import agencies_of
from centre.chain_of_custody.queries.gates import held_words
from centre.core import access, access_reviews, clock
from centre.core.access_reviews import Post, Verdict
from centre.core.actions.access_reviews import review_access as keep_review
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.middleware import require_step_up
from centre.core.models import Membership, User
from centre.core.permissions import Permission

_ROLE, _ACCOUNT = "role", "account"


class ReviewForm(ActionForm):
    """A word about each role; nothing is chosen beforehand."""

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = posts
        for post in posts:
            words = f"{post.row.user.name}, {post.role.words}"
            self.fields[_field(post)] = forms.ChoiceField(
                label=words,
                choices=[("", "Choose"), *((v.value, v.words) for v in Verdict)],
            )
            self.fields[_field(post)].widget.attrs["aria-label"] = (
                f"{words}: is it right?"
            )

    def lines(self) -> list[tuple[Post, forms.BoundField]]:
        """Each role with its field."""
        return [(post, self[_field(post)]) for post in self.posts]

    def clean(self) -> dict[str, Any]:
        """The words, by membership."""
        told = super().clean()
        verdicts = {post.row.pk: told.get(_field(post), "") for post in self.posts}
        return {"verdicts": verdicts, "token": told.get("token")}


class EndForm(ActionForm):
    """What ends."""

    what = forms.ChoiceField(label="What ends?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type alone
        field.choices = [
            (_ROLE, f"The role: {role}. The account stays for other roles."),
            (_ACCOUNT, "The account: no sign-in, no role and no key from now on."),
        ]


@require_http_methods(["GET", "POST"])
def review_access(request: StaffRequest) -> HttpResponse:
    """Go through everybody who has access, and say of each whether it is right."""
    centre, at = request.membership.centre, clock.now()
    if not access.holds(request.user, Permission.ACCESS_REVIEW, centre):
        raise Http404
    posts = access_reviews.asked_about(centre, request.user, at)
    form = ReviewForm(request.POST or None, posts=posts)
    if form.perform(keep_review, centre=centre, by=request.user):
        wrong = len(access_reviews.to_end(centre))
        told = (
            f"{wrong} to be ended; the administrator is asked."
            if wrong
            else "All right."
        )
        messages.success(request, f"The review is kept. {told}")
        return redirect("people")
    agencies = agencies_of({post.row.user_id for post in posts}, centre)
    page = {
        "form": form,
        "lines": [
            {"post": post, "field": field, "agency": agencies.get(post.row.user_id, "")}
            for post, field in form.lines()
        ],
        "newest": access_reviews.newest(centre),
        "unused_days": access_reviews.UNUSED.days,
    }
    return render(request, "review_access.html", page)


@require_http_methods(["GET", "POST"])
def end_post(request: StaffRequest, key: UUID) -> HttpResponse:
    """End a role, or the whole account, of somebody who answers for nothing (R26)."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.PERSON_ENROL, centre):
        raise Http404
    post = access_reviews.posts(centre).filter(pk=key).first()
    if post is None:
        raise Http404
    form = EndForm(request.POST or None, role=post.get_role_display())
    if request.method == "POST":
        require_step_up(request)
        if form.perform(_end, post=post, by=request.user):
            messages.success(request, f"Ended. What {post.user.name} signed stays.")
            return redirect("people")
    page = {
        "post": post,
        "form": form,
        "held": [] if request.method == "POST" else held_words(post.user),
    }
    return render(request, "end_post.html", page)


def _end(*, post: Membership, what: str, by: User) -> None:
    if what == _ACCOUNT:
        endings.leave(user=post.user, centre=post.centre, by=by)
    else:
        endings.end_role(membership=post, by=by)


def _field(post: Post) -> str:
    return f"post-{post.row.pk.hex}"
