# Written by `python -m udsyn.stub`.
from udsyn.allocation.answers import assign_reviewers as assign_reviewers
from udsyn.allocation.answers import check_lots as check_lots
from udsyn.allocation.answers import match_places as match_places
from udsyn.allocation.answers import merge_rankings as merge_rankings
from udsyn.allocation.answers import plan_tours as plan_tours
from udsyn.allocation.answers import rank_grades as rank_grades
from udsyn.briefs import write as write_brief
from udsyn.contacts.answers import about as about_person
from udsyn.contacts.answers import find_contacts as find_contacts
from udsyn.contacts.answers import introduce as introduce
from udsyn.contacts.answers import path_between as path_between
from udsyn.contacts.answers import people_for as people_for
from udsyn.contacts.score import score_submissions as score_contacts
from udsyn.cubes.build import build_cubes as build_cubes
from udsyn.evidence.audit import audit as audit
from udsyn.evidence.differences import differences as differences
from udsyn.evidence.diversity import diversity as diversity
from udsyn.evidence.effect.asking import effect as effect
from udsyn.evidence.effect.grants import grants_effect as grants_effect
from udsyn.evidence.effect.instruments import instrument_effect as instrument_effect
from udsyn.evidence.explain import explain as explain
from udsyn.evidence.funds.changes import changes as calls_changes
from udsyn.evidence.funds.eligible import eligible as eligible
from udsyn.evidence.funds.export import export_calls as export_calls
from udsyn.evidence.funds.find import find as find_calls
from udsyn.evidence.funds.find import open_calls as open_calls
from udsyn.evidence.funds.funders import funders as funders_of_pair
from udsyn.evidence.funds.history import history as funds_history
from udsyn.evidence.funds.status import sources as calls_sources
from udsyn.evidence.funds.status import status as calls_status
from udsyn.evidence.markets.access import may_bid as may_bid
from udsyn.evidence.markets.concordance import chain as concordance
from udsyn.evidence.markets.needs import propose as propose_need
from udsyn.evidence.markets.tenders import find as find_tenders
from udsyn.evidence.markets.tenders import winners as winners
from udsyn.evidence.markets.trade import market as market
from udsyn.evidence.markets.trade import products as traded_products
from udsyn.evidence.markets.trade import suppliers as suppliers
from udsyn.evidence.partners import partners_of as partners_of
from udsyn.evidence.partners import side_by_side as side_by_side
from udsyn.evidence.places.emerging import emerging as emerging
from udsyn.evidence.places.hotspot import hotspot as hotspot
from udsyn.evidence.places.hotspots import hotspots as hotspots
from udsyn.evidence.places.siting import siting as siting
from udsyn.evidence.places.tracking import hotspots_by_year as hotspots_by_year
from udsyn.evidence.profile import profile as profile
from udsyn.evidence.projects import joint_projects as joint_projects
from udsyn.evidence.published import published as published
from udsyn.evidence.question import Question as Question
from udsyn.evidence.question import Unit as Unit
from udsyn.evidence.rates import rates as rates
from udsyn.evidence.result import Provenance as Provenance
from udsyn.evidence.result import Result as Result
from udsyn.evidence.safeguards.asking import changes as list_changes
from udsyn.evidence.safeguards.asking import check as check_partner
from udsyn.evidence.safeguards.asking import screen as screen
from udsyn.evidence.safeguards.body import Body as Body
from udsyn.evidence.safeguards.exposure import exposure as exposure
from udsyn.evidence.safeguards.proof import prove as prove_lists
from udsyn.evidence.shares import share as share
from udsyn.evidence.strengths import strengths as strengths
from udsyn.evidence.strengths import strengths_in as strengths_in
from udsyn.evidence.technology.classes import classes as technology_classes
from udsyn.evidence.technology.classes import classify as technology_of_phrases
from udsyn.evidence.technology.crossed import crossed as technology_crossed
from udsyn.evidence.technology.firms import firms as technology_firms
from udsyn.evidence.technology.hotspots import inventor_hotspots as technology_hotspots
from udsyn.evidence.technology.names.registers import organisations as technology_organisations
from udsyn.evidence.technology.names import link_names as link_names
from udsyn.evidence.technology.specialisation import specialisation as technology_specialisation
from udsyn.evidence.technology.strengths import profile as technology_profile
from udsyn.evidence.technology.strengths import strengths as technology_strengths
from udsyn.evidence.technology.strengths import strengths_of_panel as technology_strengths_of_panel
from udsyn.evidence.technology.users import users as technology_users
from udsyn.evidence.ties import ties as ties
from udsyn.facts.countries import resolve as resolve_country
from udsyn.meetings import schedule_event as schedule_meetings
from udsyn.packs.reckoned import aid_room as aid_room
from udsyn.packs.reckoned import stay_grant as stay_grant
from udsyn.packs.reckoned import travel_allowance as travel_allowance
from udsyn.record.calls.loading import load as load_calls
from udsyn.record.calls.paid import load_paid as load_paid
from udsyn.record.ingest import ingest_openalex as ingest_openalex
from udsyn.record.ingest import ingest_register as ingest_register
from udsyn.record.lists.load import load as load_lists
from udsyn.record.patents import load as load_patents
from udsyn.record.report import explain as explain_work
from udsyn.record.report import funnel as record_funnel
from udsyn.record.report import status as record_status
from udsyn.record.sources.api import fetch_panel as fetch_panel
from udsyn.record.sources.api import fetch_works as fetch_works
from udsyn.record.sources.panels import ingest_panel as ingest_panel
from udsyn.record.tenders.load import load as load_tenders
from udsyn.record.trade.load import load as load_trade
from udsyn.world import build as build_world
from udsyn.errors import UdsynError as UdsynError
from udsyn.errors import UsageError as UsageError

VERBS: dict[str, str]
TYPES: dict[str, str]
__version__: str

__all__ = [
    "Body",
    "Provenance",
    "Question",
    "Result",
    "TYPES",
    "UdsynError",
    "Unit",
    "UsageError",
    "VERBS",
    "__version__",
    "about_person",
    "aid_room",
    "assign_reviewers",
    "audit",
    "build_cubes",
    "build_world",
    "calls_changes",
    "calls_sources",
    "calls_status",
    "check_lots",
    "check_partner",
    "concordance",
    "differences",
    "diversity",
    "effect",
    "eligible",
    "emerging",
    "explain",
    "explain_work",
    "export_calls",
    "exposure",
    "fetch_panel",
    "fetch_works",
    "find_calls",
    "find_contacts",
    "find_tenders",
    "funders_of_pair",
    "funds_history",
    "grants_effect",
    "hotspot",
    "hotspots",
    "hotspots_by_year",
    "ingest_openalex",
    "ingest_panel",
    "ingest_register",
    "instrument_effect",
    "introduce",
    "joint_projects",
    "link_names",
    "list_changes",
    "load_calls",
    "load_lists",
    "load_paid",
    "load_patents",
    "load_tenders",
    "load_trade",
    "market",
    "match_places",
    "may_bid",
    "merge_rankings",
    "open_calls",
    "partners_of",
    "path_between",
    "people_for",
    "plan_tours",
    "profile",
    "propose_need",
    "prove_lists",
    "published",
    "rank_grades",
    "rates",
    "record_funnel",
    "record_status",
    "resolve_country",
    "schedule_meetings",
    "score_contacts",
    "screen",
    "share",
    "side_by_side",
    "siting",
    "stay_grant",
    "strengths",
    "strengths_in",
    "suppliers",
    "technology_classes",
    "technology_crossed",
    "technology_firms",
    "technology_hotspots",
    "technology_of_phrases",
    "technology_organisations",
    "technology_profile",
    "technology_specialisation",
    "technology_strengths",
    "technology_strengths_of_panel",
    "technology_users",
    "ties",
    "traded_products",
    "travel_allowance",
    "winners",
    "write_brief",
]
