"""The shapes of CommonGrants 0.4 that its routes for opportunities take and give, and no others of the protocol."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

MOST, USUAL = 500, 100  #: opportunities on a page
LATEST = 1_000_000  #: page that can be asked for


class Shape(Schema):
    """Names stand in a document as the protocol writes them: `closeDate` for `close_date`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Money(Shape):
    amount: str = Field(pattern=r"^-?[0-9]+\.?[0-9]*$", max_length=30)
    currency: str = Field(max_length=3)


class OppStatus(Shape):
    value: Literal["forecasted", "open", "closed", "custom"]
    custom_value: str | None = None


class OppFunding(Shape):
    total_amount_available: Money | None = None
    min_award_amount: Money | None = None
    max_award_amount: Money | None = None
    estimated_award_count: int | None = None


class CustomField(Shape):
    name: str
    field_type: Literal["string", "number", "integer", "boolean", "object", "array"]
    schema_: str | None = Field(None, alias="schema")
    description: str | None = None
    value: Any


class OpportunityBase(Shape):
    id: uuid.UUID
    title: str
    status: OppStatus
    description: str
    funding: OppFunding | None = None
    key_dates: dict[str, dict[str, str]] | None = None
    accepted_applicant_types: list[dict[str, str]] | None = None
    source: str | None = None
    custom_fields: dict[str, CustomField] | None = None
    created_at: dt.datetime
    last_modified_at: dt.datetime


class PaginatedBodyParams(Shape):
    page: int = Field(1, ge=1, le=LATEST)
    page_size: int = Field(USUAL, ge=1, le=MOST)


class PaginatedResultsInfo(Shape):
    page: int
    page_size: int
    total_items: int
    total_pages: int


class Words(Shape):
    operator: Literal["in", "notIn"]
    value: list[str]


class Days(Shape):
    min: dt.date | dt.datetime
    max: dt.date | dt.datetime


class DateRange(Shape):
    operator: Literal["between", "outside"]
    value: Days


class Sums(Shape):
    min: Money
    max: Money


class MoneyRange(Shape):
    operator: Literal["between", "outside"]
    value: Sums


class OppFilters(Shape):
    status: Words | None = None
    close_date_range: DateRange | None = None
    total_funding_available_range: MoneyRange | None = None
    min_award_amount_range: MoneyRange | None = None
    max_award_amount_range: MoneyRange | None = None
    custom_filters: dict[str, Any] | None = None


class OppSorting(Shape):
    sort_by: Literal[
        "lastModifiedAt",
        "createdAt",
        "title",
        "status.value",
        "keyDates.closeDate",
        "funding.maxAwardAmount",
        "funding.minAwardAmount",
        "funding.totalAmountAvailable",
        "funding.estimatedAwardCount",
        "custom",
    ]
    custom_sort_by: str | None = None
    sort_order: Literal["asc", "desc"] = "asc"


class Search(Shape):
    search: str | None = Field(None, max_length=500)
    filters: OppFilters | None = None
    sorting: OppSorting | None = None
    pagination: PaginatedBodyParams | None = None


class Success(Shape):
    status: int = 200
    message: str = "Success"


class Listed(Success):
    items: list[OpportunityBase]
    pagination_info: PaginatedResultsInfo


class Found(Listed):
    sort_info: dict[str, Any]
    filter_info: dict[str, Any]


class One(Success):
    data: OpportunityBase


class Error(Shape):
    status: int
    message: str
    errors: list[Any]
