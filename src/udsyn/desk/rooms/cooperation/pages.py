"""Pages of the cooperation room: agreements, committees, meetings, action points, work programmes; what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from udsyn.desk.kernel.permissions import STAFF, Actor
from udsyn.desk.kernel.resources import RESOURCES, Column, Importing, Resource, columns
from udsyn.desk.rooms.cooperation import commands
from udsyn.desk.rooms.cooperation.models import (
    ActionPoint,
    Agreement,
    AgreementParty,
    Committee,
    Initiative,
    Meeting,
    Programme,
)
from udsyn.desk.rooms.cooperation.states import ACTION, AGREEMENT, INITIATIVE, STANDING
from udsyn.desk.rooms.parties.models import Person
from udsyn.desk.web import choosing, feeds, inbox
from udsyn.desk.web.pages import seen_or_404

COOPERATION = gettext_lazy("Cooperation")

LISTS: tuple[Resource, ...] = (
    Resource(
        Agreement,
        "agreements",
        COOPERATION,
        (
            *columns(Agreement, "title", "country", "state", "kind_of"),
            Column("signed", gettext_lazy("signed"), show=lambda row: row.signed_text, order="signed"),
            Column(
                "in_force",
                gettext_lazy("in force today"),
                show=lambda row: row.in_force,
                blank=lambda row: row.in_force_word,
            ),
            *columns(
                Agreement,
                "starts",
                "duration",
                "ends",
                "renewal",
                "notice_months",
                hidden=("starts", "duration", "renewal", "notice_months"),
            ),
            Column(
                "confirmed_on", gettext_lazy("last seen in force"), order="confirmed_on", in_list=False, on_page=False
            ),
            Column("notice_by", gettext_lazy("last day of notice"), show=lambda row: row.notice_by, in_list=False),
            Column("topics", gettext_lazy("fields named"), show=lambda row: row.topics, in_list=False),
            *columns(
                Agreement,
                "amends",
                "replaces",
                "source",
                "summary",
                "owner",
                "confidential",
                "note",
                hidden=("amends", "replaces", "source", "summary", "owner", "confidential", "note"),
                long=("summary", "note"),
            ),
        ),
        form=(
            "title",
            "country",
            "kind_of",
            "signed",
            "signed_precision",
            "starts",
            "duration",
            "ends",
            "renewal",
            "notice_months",
            "confirmed_on",
            "fields_named",
            "summary",
            "source",
            "amends",
            "replaces",
            "owner",
            "confidential",
            "note",
        ),
        private=frozenset({"note", "owner", "confidential", "amends", "replaces"}),
        search=("title", "fields_named", "summary"),
        filters=("state", "country", "kind_of"),
        select=("country", "amends", "replaces", "owner"),
        importing=Importing(likely=("title", "country"), words={"country": ("land", "partner")}),
        children=(
            ("agreementparty", "agreement"),
            ("actionpoint", "agreement"),
            ("committee", "agreement"),
            ("programme", "agreement"),
        ),
    ),
    Resource(
        AgreementParty,
        "parties",
        COOPERATION,
        columns(AgreementParty, "agreement", "organisation", "side"),
        form=("agreement", "organisation", "side"),
        select=("agreement__country", "organisation"),
        menu=False,
        attach=False,
    ),
    Resource(
        Committee,
        "committees",
        COOPERATION,
        (*columns(Committee, "name", "agreement", "interval_months"),),
        form=("agreement", "name", "interval_months"),
        search=("name",),
        select=("agreement__country",),
        children=(("meeting", "committee"),),
        attach=False,
    ),
    Resource(
        Meeting,
        "meetings",
        COOPERATION,
        (
            Column("name", gettext_lazy("meeting"), show=str, order="number"),
            Column(
                "country",
                gettext_lazy("country"),
                show=lambda row: row.country,
                order="committee__agreement__country__code",
            ),
            *columns(
                Meeting,
                "starts",
                "ends",
                "place",
                "state",
                "committee",
                "agenda",
                "decisions",
                "minutes",
                hidden=("committee", "ends", "agenda", "decisions", "minutes"),
                long=("agenda", "decisions", "minutes"),
            ),
        ),
        form=("committee", "number", "starts", "ends", "place", "agenda"),
        search=("place", "agenda", "decisions", "minutes"),
        filters=("state",),
        select=("committee__agreement__country",),
        children=(("actionpoint", "meeting"),),
        template="cooperation/meeting.html",
    ),
    Resource(
        ActionPoint,
        "action-points",
        COOPERATION,
        (
            *columns(ActionPoint, "text", "owner", "due", "state"),
            Column("overdue", gettext_lazy("overdue"), show=lambda row: row.overdue),
            Column(
                "country",
                gettext_lazy("country"),
                show=lambda row: row.agreement.country,
                order="agreement__country__code",
            ),
            *columns(
                ActionPoint,
                "agreement",
                "meeting",
                "result",
                hidden=("agreement", "meeting", "result"),
                long=("result",),
            ),
        ),
        form=("agreement", "meeting", "text", "owner", "due", "result"),
        search=("text", "result"),
        filters=("state", "owner"),
        select=("owner", "agreement__country", "meeting__committee__agreement__country"),
        importing=Importing(words={"owner": ("responsible", "ansvarlig"), "due": ("deadline", "frist", "due date")}),
    ),
    Resource(
        Programme,
        "work-programmes",
        COOPERATION,
        columns(Programme, "title", "agreement", "state", "starts", "ends"),
        form=("agreement", "title", "starts", "ends"),
        search=("title",),
        filters=("state",),
        select=("agreement__country",),
        children=(("initiative", "programme"),),
    ),
    Resource(
        Initiative,
        "initiatives",
        COOPERATION,
        columns(Initiative, "number", "title", "programme", "owner", "due", "state"),
        form=("programme", "number", "title", "owner", "due"),
        search=("title",),
        filters=("state", "owner"),
        select=("programme__agreement__country", "owner"),
    ),
)


class RecordForm(forms.Form):
    minutes = forms.CharField(label=gettext_lazy("minutes"), widget=forms.Textarea(attrs={"rows": 8}))
    decisions = forms.CharField(
        label=gettext_lazy("decisions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One decision a line."),
    )


class PromiseForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("what"), max_length=300)
    owner = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("responsible"), required=False)
    due = forms.DateField(
        label=gettext_lazy("due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def promise_forms(actor: Actor, data: Any) -> Any:
    """Five empty lines for action points; what stays empty is left out."""
    made = forms.formset_factory(PromiseForm, extra=5)(data, prefix="points")
    people = Person.objects.visible_to(actor).filter(merged_into__isnull=True)
    for form in made:
        form.fields["owner"].queryset = people
        choosing.by_name(form, actor)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a meeting decided, with its action points, on one page."""
    resource, meeting = seen_or_404(request, "meetings", pk)
    if not request.actor.can("change", meeting):
        raise PermissionDenied
    form = RecordForm(request.POST or None, initial={"minutes": meeting.minutes, "decisions": meeting.decisions})
    points = promise_forms(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid() and points.is_valid():
        promises = [commands.Promise(**p.cleaned_data) for p in points if p.has_changed()]
        try:
            made = commands.record_meeting(
                meeting,
                request.actor,
                minutes=form.cleaned_data["minutes"],
                decisions=form.cleaned_data["decisions"],
                promises=promises,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Stored, with %(count)d new action points.") % {"count": len(made)})
            return redirect(resource.url(meeting))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "cooperation/record.html",
        {"meeting": meeting, "form": form, "points": points, "resource": resource},
        status=status,
    )


def of_day(actor: Actor, code: str, day: dt.date, action: str = "view") -> Any:
    """Agreements of which the clock says this on a day, the most pressing first."""
    rows = Agreement.objects.visible_to(actor, action).filter(AGREEMENT.on(code, day))
    return rows.select_related("country", "owner").order_by("ends", "pk")


def notice_due(actor: Actor, day: dt.date) -> list[Agreement]:
    """Agreements on whose renewal a decision is due, the most pressing first."""
    return sorted(of_day(actor, "renewal_due", day), key=lambda row: row.notice_by or row.ends)


def late_points(actor: Actor, day: dt.date) -> Any:
    return RESOURCES["actionpoint"].rows(actor).filter(ACTION.on("overdue", day))


@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """What is late or expires: computed from today, nothing stored."""
    if not STAFF.allows(request.actor, None):
        raise PermissionDenied
    today = timezone.localdate()
    soon = today + dt.timedelta(days=60)
    points = RESOURCES["actionpoint"].rows(request.actor).filter(state="open")
    unknown = (
        Agreement.objects.visible_to(request.actor)
        .filter(state__in=STANDING, duration="unknown")
        .select_related("country")
    )
    return render(
        request,
        "cooperation/deadlines.html",
        {
            "late": late_points(request.actor, today),
            "soon": points.filter(due__gte=today, due__lte=soon),
            "expired": of_day(request.actor, "expired", today),
            "notice": notice_due(request.actor, today),
            "unknown": unknown,
            "unminuted": RESOURCES["meeting"].rows(request.actor).filter(state="held"),
            "initiatives": RESOURCES["initiative"].rows(request.actor).filter(INITIATIVE.on("overdue", today)),
        },
    )


def own(rows: Any, actor: Actor) -> Any:
    """Those for which the actor is responsible."""
    return rows.filter(owner=actor.person) if actor.person else rows.none()


def my_points(actor: Actor, today: dt.date) -> Any:
    rows = ActionPoint.objects.visible_to(actor).filter(state="open").select_related("agreement__country")
    return own(rows, actor)


def my_point(row: ActionPoint, today: dt.date) -> inbox.Item:
    why = gettext_lazy("your action point is overdue") if row.overdue else gettext_lazy("your action point")
    return inbox.item(row, why, row.due, today, country=row.agreement.country, action="finish")


def my_initiatives(actor: Actor, today: dt.date) -> Any:
    rows = Initiative.objects.visible_to(actor).filter(state__in=("planned", "running"))
    return own(rows.select_related("programme__agreement__country"), actor)


def my_initiative(row: Initiative, today: dt.date) -> inbox.Item:
    country = row.programme.agreement.country
    action = "start" if row.state == "planned" else "complete"
    return inbox.item(row, gettext_lazy("your initiative"), row.due, today, country=country, action=action)


def expired(actor: Actor, today: dt.date) -> Any:
    return of_day(actor, "expired", today, "change")


def expired_one(row: Agreement, today: dt.date) -> inbox.Item:
    why = gettext_lazy("expired, and nobody has decided what follows")
    action = {"in_force": "review", "renewal_review": "renew"}.get(row.state, "")
    return inbox.item(row, why, row.ends, today, country=row.country, action=action, expired=True)


def renewals(actor: Actor, today: dt.date) -> Any:
    return of_day(actor, "renewal_due", today, "change")


def renewal(row: Agreement, today: dt.date) -> inbox.Item:
    why = gettext_lazy("a decision on its renewal is due")
    action = "review" if row.state == "in_force" else "renew"
    return inbox.item(row, why, row.notice_by or row.ends, today, country=row.country, action=action)


def minutes_wanted(actor: Actor, today: dt.date) -> Any:
    rows = Meeting.objects.visible_to(actor, "change").filter(state="planned", starts__lt=timezone.now())
    return rows.select_related("committee__agreement__country")


def minutes(row: Meeting, today: dt.date) -> inbox.Item:
    title, url = str(row), RESOURCES["meeting"].url(row)
    day = timezone.localdate(row.starts)
    return inbox.Item(title, gettext_lazy("its minutes are missing"), url, day, True, row, row.country, "hold")


INBOX = (
    inbox.Source(expired, expired_one, "ends"),
    inbox.Source(my_points, my_point, "due"),
    inbox.Source(my_initiatives, my_initiative, "due"),
    inbox.Source(renewals, renewal, "ends"),
    inbox.Source(minutes_wanted, minutes, "starts"),
)


def meeting_dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in Meeting.objects.visible_to(actor).select_related("committee__agreement__country"):
        yield feeds.Date(
            f"meeting-{row.pk}",
            f"{row.committee.name}: {row.country.name}",
            row.starts,
            row.ends,
            row.place,
            row.agenda,
            row.history.count(),
            row.state == "cancelled",
            row.changed,
        )


def point_dates(actor: Actor) -> Iterable[feeds.Date]:
    if actor.person is None:
        return
    for row in ActionPoint.objects.visible_to(actor).filter(owner=actor.person, due__isnull=False):
        yield feeds.Date(
            f"actionpoint-{row.pk}",
            row.text,
            row.due,
            version=row.history.count(),
            cancelled=row.state != "open",
            changed=row.changed,
        )


def notice_dates(actor: Actor) -> Iterable[feeds.Date]:
    for row in Agreement.objects.visible_to(actor).filter(ends__isnull=False, state="in_force"):
        if actor.staff and row.notice_by:
            yield feeds.Date(
                f"agreement-notice-{row.pk}",
                _("Last day of notice") + f": {row}",
                row.notice_by,
                version=row.history.count(),
                changed=row.changed,
            )
