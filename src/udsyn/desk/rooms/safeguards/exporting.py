"""The page of export control: facts of a transfer in, the decision order's answer out, with clause and steps.

Nothing that is asked here is kept. A fact that is not said is unknown, and the answer is then to ask.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from udsyn.desk.kernel.wording import said
from udsyn.desk.rooms.parties.models import Country
from udsyn.desk.web.pages import demand_staff
from udsyn.desk.web.requests import HttpRequest
from udsyn.packs import PackError, export

WORDS = {
    export.NO_LICENCE: _("no licence is needed, because"),
    export.ASK: _("ask, because"),
    export.STOP: _("stop, because"),
}
OUTCOMES = {"met": _("holds"), "not_met": _("does not hold"), "unknown": _("not known")}
#: What the order asks, in words; `missing` names them.
FACTS = {
    "end_user_listed": _("Is the end user on a list?"),
    "weapons_use": _("Is it known or suspected to be for weapons of mass destruction?"),
    "military": _("Is a military end use known or suspected?"),
    "listed": _("Is it in Annex I?"),
    "annex_iv": _("Is it in Annex IV?"),
    "public_domain": _("Is it in the public domain?"),
}
CHOICES = {
    "kind": (
        _("What is it?"),
        (("goods", _("a component or other goods")), ("software", _("software")), ("technology", _("technology"))),
    ),
    "research": (_("Which research?"), (("basic", _("basic")), ("applied", _("applied")))),
    "transfer": (
        _("How does it leave?"),
        (
            ("goods", _("as goods")),
            ("visitor", _("a visitor has access")),
            ("cloud", _("through a cloud")),
            ("mail", _("by mail or telephone")),
            ("publication", _("it is published")),
        ),
    ),
}
UNKNOWN = ("", _("not known"))
#: what the parts of a control code stand for (`packs.export`), each with its translation
PARTS = {
    "nuclear materials, facilities and equipment": _("nuclear materials, facilities and equipment"),
    "special materials and related equipment": _("special materials and related equipment"),
    "materials processing": _("materials processing"),
    "electronics": _("electronics"),
    "computers": _("computers"),
    "telecommunications and information security": _("telecommunications and information security"),
    "sensors and lasers": _("sensors and lasers"),
    "navigation and avionics": _("navigation and avionics"),
    "marine": _("marine"),
    "aerospace and propulsion": _("aerospace and propulsion"),
    "systems, equipment and components": _("systems, equipment and components"),
    "test, inspection and production equipment": _("test, inspection and production equipment"),
    "materials": _("materials"),
    "software": _("software"),
    "technology": _("technology"),
    "Wassenaar Arrangement": _("Wassenaar Arrangement"),
    "Missile Technology Control Regime": _("Missile Technology Control Regime"),
    "Nuclear Suppliers Group, dual-use list": _("Nuclear Suppliers Group, dual-use list"),
    "Australia Group": _("Australia Group"),
    "Chemical Weapons Convention": _("Chemical Weapons Convention"),
}


class CaseForm(forms.Form):
    """The facts of a transfer; each may be unknown."""

    code = forms.CharField(
        label=_("Control code, where it is classified"), max_length=20, required=False, help_text="3A001, 1C350, 9E101"
    )
    destination = forms.ModelChoiceField(
        Country.objects.all(),
        label=_("Where does it go?"),
        required=False,
        empty_label=UNKNOWN[1],
        help_text=_("Of a visitor: the knowledge."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yes_no = (UNKNOWN, ("yes", _("yes")), ("no", _("no")))
        asked: dict[str, tuple[Any, tuple[Any, ...]]] = {name: (label, yes_no) for name, label in FACTS.items()}
        asked |= {name: (label, (UNKNOWN, *choices)) for name, (label, choices) in CHOICES.items()}
        for name, (label, choices) in asked.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def facts(self) -> dict[str, Any]:
        """What was said, as the order reads it."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        truths = {name: said[name] == "yes" for name in FACTS if name in said}
        found = {name: said[name] for name in (*CHOICES, "code") if name in said} | truths
        return found | ({"destination": said["destination"].code} if "destination" in said else {})


def answered(facts: dict[str, Any]) -> dict[str, Any]:
    """What a page shows of the answer. Raises PackError for a code that is none."""
    found = export.decide(facts, timezone.localdate())
    labels = FACTS | {name: label for name, (label, _choices) in CHOICES.items()}
    labels["destination"] = _("Where does it go?")
    return {
        "stops": found.answer == export.STOP,
        "answer": WORDS[found.answer],
        "because": said(found.because),
        "clause": found.clause,
        "source": found.source,
        "would_change": said(found.would_change),
        "missing": [labels.get(name, name) for name in found.steps[-1].missing],
        "steps": [(step.rule.replace("-", " "), OUTCOMES[step.outcome.value]) for step in found.steps],
        "code": explained(facts["code"]) if "code" in facts else None,
    }


def explained(text: str) -> dict[str, Any]:
    """A code and what its parts stand for, in the reader's language."""
    code = export.parse_code(text)
    return {"code": code.code} | {name: PARTS[getattr(code, name)] for name in ("category", "group", "origin")}


@require_GET
def export_control(request: HttpRequest) -> HttpResponse:
    """Colleagues only."""
    demand_staff(request)
    form, found, wrong = CaseForm(request.GET or None), None, ""
    if form.is_valid():
        try:
            found = answered(form.facts())
        except PackError as error:
            wrong = str(error)
    return render(request, "safeguards/export.html", {"form": form, "found": found, "wrong": wrong})
