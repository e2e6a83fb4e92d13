"""Pages for people without an account: a centre and its form, and what a mail link opens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel import commands as kernel
from udsyn.desk.kernel.resources import RESOURCES
from udsyn.desk.kernel.wording import language
from udsyn.desk.rooms.parties.models import Interval
from udsyn.desk.rooms.posts.models import Posting, open_centres
from udsyn.desk.rooms.service import came, commands, figures, links
from udsyn.desk.rooms.service.models import THEMES, FollowUp, Introduction, Link, Outcome, Request
from udsyn.desk.rooms.service.rules import Holder
from udsyn.desk.tools.numbers import whole_numbers
from udsyn.desk.web import limits, structured
from udsyn.desk.web.requests import HttpRequest

# A centre ------------------------------------------------------------------------------------------------------------


#: signs of a text that an address brings into the form
MOST_GIVEN = 2_000


class RequestForm(forms.ModelForm):
    """What a client asks. The field that people do not see is left empty by people."""

    required_css_class = "required"
    name = forms.CharField(
        label=gettext_lazy("your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("theme"), required=False, choices=[("", gettext_lazy("I do not know")), *THEMES[:-1]]
    )
    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = Request
        fields = ("name", "email", "organisation_name", "text", "theme")
        widgets = {  # noqa: RUF012
            "organisation_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "text": forms.Textarea(attrs={"rows": 6, "maxlength": 5000}),
        }

    def clean_theme(self) -> str:
        return self.cleaned_data["theme"] or "unknown"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def centre_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A centre's public page: what it does, where it is, who answers, its key figures, and the form."""
    centre = get_object_or_404(open_centres(), slug=slug)
    given = {"text": request.GET.get("text", "")[:MOST_GIVEN]}
    form = RequestForm(request.POST or None, instance=Request(centre=centre), initial=given)
    if request.method == "POST" and form.is_valid():
        if limits.spend(request, "public_form", limits.address_of(request)) is None:
            form.add_error(None, _("That is many messages in a short time. Try again in an hour, or write a mail."))
        else:
            asked = form.save(commit=False)
            asked.language = language()
            if not form.cleaned_data["website"]:
                commands.take_in(asked, request.actor, "form")
            return redirect("thanks", slug=slug)
    today = timezone.localdate()
    posts = centre.posts.filter(Interval.on(today))
    posted = Posting.objects.filter(Interval.on(today), post__in=posts).select_related("person", "post")
    return render(
        request,
        "service/centre.html",
        {
            "centre": centre,
            "form": form,
            "posts": posts,
            "people": {p.post_id: p.person for p in posted},
            "figures": dict(figures.public([centre], today))[centre],
            "came": came.public([centre], today)[centre.pk],
            "structured": structured.page(
                request,
                "GovernmentOffice",
                name=str(centre),
                address=structured.thing(
                    "PostalAddress", addressLocality=centre.city, addressCountry=centre.country.code
                ),
                email=centre.email,
                foundingDate=centre.opened_text,
                areaServed=[str(country) for country in centre.covers.all()],
            ),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_not_required
@require_GET
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    centre = get_object_or_404(open_centres(), slug=slug)
    return render(request, "service/thanks.html", {"centre": centre})


# A mail link ---------------------------------------------------------------------------------------------------------


class OutcomeForm(forms.ModelForm):
    """What came of it, as the client says; all of it may stay empty."""

    required_css_class = "required"
    kind_of = forms.ChoiceField(
        label=gettext_lazy("kind"), required=False, choices=[("", gettext_lazy("choose")), *Outcome.KINDS]
    )
    title = forms.CharField(label=gettext_lazy("title"), required=False, max_length=200)
    date = forms.DateField(
        label=gettext_lazy("date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Outcome
        fields = ("kind_of", "title", "date", "additionality")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What a mail link is for. Opening it changes nothing; the page names nobody's address."""
    link = links.opened(token)
    if link is None:
        raise Http404
    row = RESOURCES[link.kind].model.objects.filter(pk=link.object_id).first()
    if row is None:
        raise Http404
    page: Any = {"shortlist": shortlist, "consent": consent, "followup": followup}[link.purpose]
    response = page(request, link, row)
    response.headers["Referrer-Policy"] = "same-origin"  # no other site learns the address; this one must, for forms
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def holder(link: Link) -> Holder:
    return Holder(name=_("by mail link"), link=link)


def ended(request: HttpRequest, link: Link, words: str = "") -> HttpResponse:
    """The link can decide nothing any more; it says why, and nothing has happened by opening it."""
    ran_out = link.expires is not None and link.expires <= timezone.now()
    if not words and ran_out:
        words = _("The time to answer has run out. Write to the centre if you still want to.")
    elif not words:
        words = _("This question is settled or was withdrawn. You need do nothing.")
    return render(request, "service/ended.html", {"words": words, "link": link}, status=410)


def again(request: HttpRequest, link: Link) -> HttpResponse:
    """Back to the page of the link, which now says what was answered."""
    return redirect("answer", token=links.token(link))


def shortlist(request: HttpRequest, link: Link, row: Request) -> HttpResponse:
    """The client says whom they want to meet, and may take it back until the other side has answered."""
    error = ""
    if request.method == "POST":
        if not links.holds(link):
            return ended(request, link)
        try:
            if "withdraw" in request.POST:
                found = Introduction.objects.filter(
                    candidate__request=row, pk__in=whole_numbers([request.POST["withdraw"]])
                ).first()
                if found is None:
                    raise Http404
                kernel.perform(found, "withdraw", holder(link), reason=_("by the client"))
                return again(request, link)
            wanted = whole_numbers(request.POST.getlist("want"))
            if wanted or "none" in request.POST:
                commands.choose(row, holder(link), set() if "none" in request.POST else wanted)
                return again(request, link)
            error = _("Tick at least one, or say that none fits.")
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    offered = list(row.candidates.filter(state="shortlisted").select_related("country"))
    introductions = Introduction.objects.filter(candidate__request=row).select_related("candidate__request")
    if not links.holds(link) and not introductions:
        return ended(request, link)
    return render(
        request,
        "service/shortlist.html",
        {
            "link": link,
            "row": row,
            "offered": offered if links.holds(link) else [],
            "introductions": introductions,
            "may_withdraw": links.holds(link),
            "error": error,
        },
        status=422 if error else 200,
    )


def consent(request: HttpRequest, link: Link, row: Introduction) -> HttpResponse:
    """The candidate says yes, no, or never again. Who asks, they learn by mail when they have said yes."""
    if row.state != "asked" or not links.holds(link):
        said = {
            "agreed": _("You have said yes. You both have each other's address by mail."),
            "met": _("You have said yes. You both have each other's address by mail."),
            "closed": _("You have said yes. You both have each other's address by mail."),
            "declined": _("You have said no. Nobody learns your address."),
            "stopped": _("We do not write to you again. Nobody learns your address."),
        }
        return ended(request, link, said.get(row.state, "")) if link.used else ended(request, link)
    error = ""
    if request.method == "POST":
        step = {"yes": "agree", "no": "decline", "never": "stop"}.get(request.POST.get("say", ""))
        if step is None:
            error = _("Say yes or no.")
        else:
            try:
                kernel.perform(row, step, holder(link))
                commands.use(link)
                return again(request, link)
            except ValidationError as refusal:
                error = " ".join(refusal.messages)
    context = {"link": link, "row": row, "asked": row.request, "error": error}
    return render(request, "service/consent.html", context, status=422 if error else 200)


def followup(request: HttpRequest, link: Link, row: FollowUp) -> HttpResponse:
    """The client says how it went; one press is enough."""
    if link.used:
        return ended(request, link, _("Thank you, we have your answer."))
    if row.state != "asked" or not links.holds(link):
        return ended(request, link)
    said = request.POST.get("answer") or request.GET.get("answer", "")
    form = OutcomeForm(request.POST or None, instance=Outcome(request=row.request))
    error = ""
    if request.method == "POST":
        error = store_answer(request, link, row, said, form)
        if not error:
            return again(request, link)
    return render(
        request,
        "service/followup.html",
        {"link": link, "row": row, "form": form, "said": said, "choices": FollowUp.ANSWERS, "error": error},
        status=422 if error else 200,
    )


def store_answer(request: HttpRequest, link: Link, row: FollowUp, said: str, form: OutcomeForm) -> str:
    """Store the answer, and the outcome where one is named; returns what is wrong, or nothing."""
    if said not in dict(FollowUp.ANSWERS):
        return _("Choose one of the answers.")
    if not form.is_valid():
        return " ".join(str(e) for errors in form.errors.values() for e in errors)
    satisfied = request.POST.get("satisfied", "")
    useful = satisfied if satisfied in dict(FollowUp.SATISFACTION) else ""
    commands.answer(row, holder(link), said, satisfied=useful, words=request.POST.get("words", "")[:2000])
    if form.cleaned_data["kind_of"] and form.cleaned_data["title"]:
        commands.report_outcome(form.save(commit=False), holder(link))
    return ""
