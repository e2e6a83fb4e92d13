"""Udsyn: the open-source system with which a country runs its international research and innovation cooperation.

The command line's verbs as functions, each loaded when it is first used:

>>> import udsyn
>>> udsyn.ingest_panel("rec", "pairs.csv", "pairs")  # doctest: +SKIP
>>> udsyn.ties("rec", "DK", partner="KR").to_pandas()  # doctest: +SKIP
"""

from importlib import import_module
from typing import Any

from udsyn.errors import UdsynError, UsageError

__version__ = "0.1.0"

#: verb → where it lives (module:function)
VERBS = {
    "about_person": "udsyn.contacts.answers:about",
    "aid_room": "udsyn.packs.reckoned:aid_room",
    "assign_reviewers": "udsyn.allocation.answers:assign_reviewers",
    "audit": "udsyn.evidence.audit:audit",
    "build_cubes": "udsyn.cubes.build:build_cubes",
    "build_world": "udsyn.world:build",
    "calls_changes": "udsyn.evidence.funds.changes:changes",
    "calls_sources": "udsyn.evidence.funds.status:sources",
    "calls_status": "udsyn.evidence.funds.status:status",
    "check_lots": "udsyn.allocation.answers:check_lots",
    "check_partner": "udsyn.evidence.safeguards.asking:check",
    "differences": "udsyn.evidence.differences:differences",
    "diversity": "udsyn.evidence.diversity:diversity",
    "effect": "udsyn.evidence.effect.asking:effect",
    "eligible": "udsyn.evidence.funds.eligible:eligible",
    "emerging": "udsyn.evidence.places.emerging:emerging",
    "explain": "udsyn.evidence.explain:explain",
    "explain_work": "udsyn.record.report:explain",
    "export_calls": "udsyn.evidence.funds.export:export_calls",
    "exposure": "udsyn.evidence.safeguards.exposure:exposure",
    "fetch_panel": "udsyn.record.sources.api:fetch_panel",
    "fetch_works": "udsyn.record.sources.api:fetch_works",
    "concordance": "udsyn.evidence.markets.concordance:chain",
    "find_calls": "udsyn.evidence.funds.find:find",
    "find_contacts": "udsyn.contacts.answers:find_contacts",
    "find_tenders": "udsyn.evidence.markets.tenders:find",
    "funders_of_pair": "udsyn.evidence.funds.funders:funders",
    "funds_history": "udsyn.evidence.funds.history:history",
    "grants_effect": "udsyn.evidence.effect.grants:grants_effect",
    "hotspot": "udsyn.evidence.places.hotspot:hotspot",
    "hotspots": "udsyn.evidence.places.hotspots:hotspots",
    "hotspots_by_year": "udsyn.evidence.places.tracking:hotspots_by_year",
    "ingest_openalex": "udsyn.record.ingest:ingest_openalex",
    "ingest_panel": "udsyn.record.sources.panels:ingest_panel",
    "ingest_register": "udsyn.record.ingest:ingest_register",
    "instrument_effect": "udsyn.evidence.effect.instruments:instrument_effect",
    "joint_projects": "udsyn.evidence.projects:joint_projects",
    "link_names": "udsyn.evidence.technology.names:link_names",
    "introduce": "udsyn.contacts.answers:introduce",
    "load_patents": "udsyn.record.patents:load",
    "path_between": "udsyn.contacts.answers:path_between",
    "people_for": "udsyn.contacts.answers:people_for",
    "list_changes": "udsyn.evidence.safeguards.asking:changes",
    "prove_lists": "udsyn.evidence.safeguards.proof:prove",
    "load_lists": "udsyn.record.lists.load:load",
    "load_calls": "udsyn.record.calls.loading:load",
    "load_paid": "udsyn.record.calls.paid:load_paid",
    "open_calls": "udsyn.evidence.funds.find:open_calls",
    "load_tenders": "udsyn.record.tenders.load:load",
    "load_trade": "udsyn.record.trade.load:load",
    "market": "udsyn.evidence.markets.trade:market",
    "match_places": "udsyn.allocation.answers:match_places",
    "may_bid": "udsyn.evidence.markets.access:may_bid",
    "merge_rankings": "udsyn.allocation.answers:merge_rankings",
    "partners_of": "udsyn.evidence.partners:partners_of",
    "plan_tours": "udsyn.allocation.answers:plan_tours",
    "profile": "udsyn.evidence.profile:profile",
    "propose_need": "udsyn.evidence.markets.needs:propose",
    "published": "udsyn.evidence.published:published",
    "rank_grades": "udsyn.allocation.answers:rank_grades",
    "rates": "udsyn.evidence.rates:rates",
    "record_funnel": "udsyn.record.report:funnel",
    "record_status": "udsyn.record.report:status",
    "resolve_country": "udsyn.facts.countries:resolve",
    "schedule_meetings": "udsyn.meetings:schedule_event",
    "score_contacts": "udsyn.contacts.score:score_submissions",
    "screen": "udsyn.evidence.safeguards.asking:screen",
    "share": "udsyn.evidence.shares:share",
    "side_by_side": "udsyn.evidence.partners:side_by_side",
    "siting": "udsyn.evidence.places.siting:siting",
    "stay_grant": "udsyn.packs.reckoned:stay_grant",
    "strengths": "udsyn.evidence.strengths:strengths",
    "strengths_in": "udsyn.evidence.strengths:strengths_in",
    "technology_classes": "udsyn.evidence.technology.classes:classes",
    "technology_crossed": "udsyn.evidence.technology.crossed:crossed",
    "technology_firms": "udsyn.evidence.technology.firms:firms",
    "technology_hotspots": "udsyn.evidence.technology.hotspots:inventor_hotspots",
    "technology_of_phrases": "udsyn.evidence.technology.classes:classify",
    "technology_organisations": "udsyn.evidence.technology.names.registers:organisations",
    "technology_profile": "udsyn.evidence.technology.strengths:profile",
    "technology_specialisation": "udsyn.evidence.technology.specialisation:specialisation",
    "technology_strengths": "udsyn.evidence.technology.strengths:strengths",
    "technology_strengths_of_panel": "udsyn.evidence.technology.strengths:strengths_of_panel",
    "technology_users": "udsyn.evidence.technology.users:users",
    "suppliers": "udsyn.evidence.markets.trade:suppliers",
    "traded_products": "udsyn.evidence.markets.trade:products",
    "ties": "udsyn.evidence.ties:ties",
    "travel_allowance": "udsyn.packs.reckoned:travel_allowance",
    "winners": "udsyn.evidence.markets.tenders:winners",
    "write_brief": "udsyn.briefs:write",
}
#: what a verb is asked with, and what it answers → where it lives
TYPES = {
    "Body": "udsyn.evidence.safeguards.body:Body",
    "Provenance": "udsyn.evidence.result:Provenance",
    "Question": "udsyn.evidence.question:Question",
    "Result": "udsyn.evidence.result:Result",
    "Unit": "udsyn.evidence.question:Unit",
}
__all__ = ["UdsynError", "UsageError", "__version__"]


def __getattr__(name: str) -> Any:
    # type checkers read __init__.pyi, which `python -m udsyn.stub` writes from the same names
    try:
        module, attribute = {**VERBS, **TYPES}[name].split(":")
    except KeyError:
        raise AttributeError(f"module 'udsyn' has no attribute {name!r}") from None
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return [*__all__, *VERBS, *TYPES]
