"""The routes of CommonGrants 0.4 for our calls: list, read and search, for programs and without a key.

They answer what everybody may read on the pages of the calls, in the words of the protocol (`opportunity`). A filter or
an order that we do not know is told in the answer, as the protocol wants it, and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

from udsyn.desk.kernel.permissions import NOBODY
from udsyn.desk.rooms.programmes.models import Call
from udsyn.desk.rooms.programmes.opportunity import number_of, opportunity
from udsyn.desk.rooms.programmes.shapes import (
    LATEST,
    MOST,
    USUAL,
    Error,
    Found,
    Listed,
    One,
    PaginatedBodyParams,
    Search,
)
from udsyn.desk.web.opened import open_urls

#: where the value of a field stands, where that is not the field itself
PLACES = {"keyDates.closeDate": "keyDates.closeDate.date"}
#: the filters of an amount, by the amount that they look at
AMOUNTS = {
    "totalFundingAvailableRange": "totalAmountAvailable",
    "minAwardAmountRange": "minAwardAmount",
    "maxAwardAmountRange": "maxAwardAmount",
}
SAID = {"status": 200, "message": "Success"}
REFUSED = dict.fromkeys((400, 413, 422), Error)

api = NinjaAPI(
    title="CommonGrants",
    version="0.4.0",
    docs_url=None,
    urls_namespace="common_grants",
    description="Calls for applications as the CommonGrants protocol describes opportunities. Everybody may read them.",
)


def failed(request: HttpRequest, status: int, message: str, errors: list[Any] | None = None) -> HttpResponse:
    return api.create_response(request, {"status": status, "message": message, "errors": errors or []}, status=status)


@api.exception_handler(ValidationError)
def misread(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = [{"field": ".".join(map(str, one["loc"][1:])), "message": one["msg"]} for one in error.errors]
    return failed(request, 422, "The request was not understood", told)


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    return failed(request, error.status_code, str(error))


@api.exception_handler(SuspiciousOperation)
def too_large(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return failed(request, 413, "The request is too large")


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return failed(request, 404, "There is no such opportunity")


def calls() -> QuerySet[Call]:
    """The calls that everybody may read, the one that changed last first."""
    return Call.objects.visible_to(NOBODY).select_related("programme").order_by("-changed", "pk")


def opportunities(request: HttpRequest, rows: Iterable[Call]) -> list[dict[str, Any]]:
    host, url_of = request.get_host(), request.build_absolute_uri
    return [opportunity(call, host, url_of(reverse("open_call", args=[call.pk]))) for call in rows]


def part(page: int, size: int) -> slice:
    return slice((page - 1) * size, page * size)


def page_info(total: int, page: int, size: int) -> dict[str, Any]:
    return {"page": page, "pageSize": size, "totalItems": total, "totalPages": ceil(total / size)}


@api.get(
    "/opportunities",
    response=REFUSED | {200: Listed},
    exclude_unset=True,
    by_alias=True,
    operation_id="Opportunities_list",
)
def listed(
    request: HttpRequest,
    page: int = Query(1, ge=1, le=LATEST),
    size: int = Query(USUAL, ge=1, le=MOST, alias="pageSize"),
) -> Any:
    """All opportunities, the one that changed last first."""
    items = opportunities(request, calls()[part(page, size)])
    return SAID | {"items": items, "paginationInfo": page_info(calls().count(), page, size)}


@api.post(
    "/opportunities/search",
    response=REFUSED | {200: Found},
    exclude_unset=True,
    by_alias=True,
    operation_id="Opportunities_search",
)
def search(request: HttpRequest, asked: Search) -> Any:
    """The opportunities that hold every word and pass every filter."""
    if not request.body.lstrip().startswith(b"{"):
        raise HttpError(422, "A search is one JSON object")
    filters = asked.filters.dict(exclude_unset=True, by_alias=True) if asked.filters else {}
    sorting = asked.sorting.dict(by_alias=True) if asked.sorting else {"sortBy": "lastModifiedAt", "sortOrder": "desc"}
    pages = asked.pagination or PaginatedBodyParams()
    words = (asked.search or "").casefold().split()
    rows = [one for one in opportunities(request, calls()) if holds(one, words) and passes(one, filters)]
    known = sorting["sortBy"] != "custom"
    order = {name: value for name, value in sorting.items() if value is not None} | {
        "errors": [] if known else ["no order of our own is known: the one that changed last comes first"]
    }
    if known:
        rows = in_order(rows, sorting["sortBy"], sorting["sortOrder"] == "desc")
    unknown = [f"no filter {name} is known: nothing is left out by it" for name in filters.get("customFilters") or {}]
    told = {"filters": filters, "errors": unknown}
    items, info = rows[part(pages.page, pages.page_size)], page_info(len(rows), pages.page, pages.page_size)
    return SAID | {"items": items, "paginationInfo": info, "sortInfo": order, "filterInfo": told}


@api.get(
    "/opportunities/{uuid:number}",
    response=REFUSED | {200: One, 404: Error},
    exclude_unset=True,
    by_alias=True,
    operation_id="Opportunities_read",
)
def read(request: HttpRequest, number: uuid.UUID) -> Any:
    """One opportunity."""
    named = [call for call in calls() if number_of(call, request.get_host()) == number]
    if not named:
        raise Http404
    return SAID | {"data": opportunities(request, named)[0]}


def value_at(one: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of names; None where nothing does."""
    found: Any = one
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def holds(one: Mapping[str, Any], words: list[str]) -> bool:
    text = f"{one['title']} {one['description']}".casefold()
    return all(word in text for word in words)


def passes(one: Mapping[str, Any], filters: Mapping[str, Any]) -> bool:
    """Whether an opportunity passes every filter that is known. What is not known of it passes none."""
    return all(judge(one, filters[name]) for name, judge in JUDGES.items() if filters.get(name))


def has_status(one: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    return (one["status"]["value"] in asked["value"]) == (asked["operator"] == "in")


def closes_within(one: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    said = value_at(one, PLACES["keyDates.closeDate"])
    if said is None:
        return False
    low, high = (day.date() if isinstance(day, dt.datetime) else day for day in asked["value"].values())
    return (low <= dt.date.fromisoformat(said) <= high) == (asked["operator"] == "between")


def amounts_to(name: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], bool]:
    """The judge of an amount. One in another currency than asked for is left out, as the protocol says."""

    def judge(one: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
        held, ends = value_at(one, f"funding.{name}"), (asked["value"]["min"], asked["value"]["max"])
        if held is None or any(end["currency"] != held["currency"] for end in ends):
            return False
        low, high = (Decimal(end["amount"]) for end in ends)
        return (low <= Decimal(held["amount"]) <= high) == (asked["operator"] == "between")

    return judge


JUDGES = {
    "status": has_status,
    "closeDateRange": closes_within,
    **{asked: amounts_to(name) for asked, name in AMOUNTS.items()},
}


def in_order(rows: list[dict[str, Any]], by: str, falling: bool) -> list[dict[str, Any]]:
    """Sorted by a field; those of which nobody knows it come last either way. Amounts stay with their currency."""

    def key(one: Mapping[str, Any]) -> Any:
        value = value_at(one, PLACES.get(by, by))
        if isinstance(value, Mapping):
            return value["currency"], Decimal(value["amount"])
        return value.casefold() if isinstance(value, str) else value

    known = [one for one in rows if key(one) is not None]
    return sorted(known, key=key, reverse=falling) + [one for one in rows if key(one) is None]


urls = open_urls(api.urls)
