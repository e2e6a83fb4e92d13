"""The API: the same resources, rules and verbs as the pages, as JSON. Keys are made on the account page.

Errors are problem details (RFC 9457). A key has scopes (`read`, `write`, or `read:agreement`), ends on a day, and never
reaches further than its owner.
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, Literal

from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadRequest
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field, create_model

from udsyn.desk.kernel import commands, privacy, search
from udsyn.desk.kernel.models import Token
from udsyn.desk.kernel.permissions import Actor, actor_of
from udsyn.desk.kernel.resources import RESOURCES, Resource
from udsyn.desk.tools.numbers import LARGEST_ID
from udsyn.desk.web import asking, exports, limits, writing
from udsyn.desk.web.opened import open_urls
from udsyn.desk.web.requests import HttpRequest
from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.question import Question


class Key(HttpBearer):
    """`Authorization: Bearer udsyn_...`

    Wrong keys are counted for the address they come from. A right one is never refused for the wrong ones of others.
    """

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        key = Token.objects.select_related("owner__person").filter(digest=Token.digest_of(token)).first()
        today = timezone.localdate()
        if key is None or key.expires < today or not key.owner.is_active:
            if limits.spend(request, "api_key", limits.address_of(request)) is None:
                raise HttpError(429, "Many wrong keys came from this address. Try again in a minute.")
            return None
        Token.objects.filter(pk=key.pk).update(last_used=timezone.now())
        request.actor = actor_of(key.owner, today)
        request.key = key
        return key


class Problem(Schema):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""


class Strict(Schema):
    """A field that is not known is told, not left out silently."""

    model_config = ConfigDict(extra="forbid")


class Hit(Schema):
    kind: str
    id: int
    title: str


PROBLEMS = (400, 401, 403, 404, 405, 413, 422, 429)
#: one Path declaration, so that a wrong id is told as a problem and never as a page
Id = Path(..., ge=1, le=LARGEST_ID)


class DeskAPI(NinjaAPI):
    """Says in its OpenAPI document that errors are problem details.

    Said here and not by each operation: a type for each status of each would be three thousand to build at every start.
    """

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Problem"] = Problem.model_json_schema()
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status in PROBLEMS:
                    told = {"description": HTTPStatus(status).phrase, "content": content}
                    operation["responses"].setdefault(status, told)
        return schema


api = DeskAPI(
    title="Udsyn desk",
    version="1",
    auth=Key(),
    docs_url=None,
    urls_namespace="api",
    description="Agreements, committees, centres and posts, with the rights of the key's owner.",
)


def problem(request: HttpRequest, status: int, title: str, detail: str = "") -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(AuthenticationError)
def no_key(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 401, "A valid key is needed", "Make one on your account page; keys end after 90 days.")


@api.exception_handler(PermissionDenied)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 403, "You may not do this", str(error) or "Your roles or the key's scopes do not cover it.")


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, 404, "There is no such thing", "Or you may not see it.")


@api.exception_handler(ValidationError)
def cannot(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(request, 422, "This cannot be done", " ".join(error.messages))


@api.exception_handler(BadRequest)
def misread(request: HttpRequest, error: BadRequest) -> HttpResponse:
    detail = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors)
    return problem(request, 422, "The request was not understood", detail)


@api.exception_handler(SuspiciousOperation)
def too_large(request: HttpRequest, error: SuspiciousOperation) -> HttpResponse:
    return problem(request, 413, "The request is too large", "Send less at once: five megabytes are read.")


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, "The request was not understood", str(error))


def permit(request: HttpRequest, action: str, kind: str) -> Actor:
    if not request.key.permits(action, kind):
        raise PermissionDenied(f"This key lacks the scope {action} or {action}:{kind}.")
    return request.actor


def schema_of(resource: Resource) -> Any:
    """The shape of a row: every column is null where it is unknown, and left out where the reader may not see it."""
    fields: dict[str, Any] = {"id": (int, ...)}
    for column in resource.columns:
        fields[column.name] = (Any, Field(default=None, description=str(column.label)))
    return create_model(resource.model.__name__, __base__=Schema, **fields)


def as_json(resource: Resource, actor: Actor, row: Any, columns: Any = None) -> dict[str, Any]:
    found = {"id": row.pk}
    for column in columns or resource.columns_for(actor, row):
        value = exports.plain(row, column, actor)
        found[column.name] = row.state if column.name == "state" and actor.staff else value
    return found


def row_or_404(resource: Resource, actor: Actor, pk: int) -> Any:
    row = resource.rows(actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


class Change(Schema):
    reason: str = Field(default="", max_length=2000)


def offer(resource: Resource) -> None:
    """The operations of one resource."""
    shape = schema_of(resource)
    rows_of: Any = list[shape]  # type: ignore[valid-type]
    page = create_model(f"{resource.model.__name__}Page", __base__=Schema, total=(int, ...), rows=(rows_of, ...))
    tags = [resource.slug]

    def many(
        request: HttpRequest,
        limit: int = Query(50, ge=1, le=200),
        offset: int = Query(0, ge=0, le=1_000_000),
        changed_since: dt.date | None = None,
    ) -> Any:
        actor = permit(request, "read", resource.kind)
        rows = resource.rows(actor)
        if changed_since:
            rows = rows.filter(changed__date__gte=changed_since)
        columns = resource.columns_for(actor)
        part = list(rows[offset : offset + limit])
        privacy.note_readings(actor, part, [column.name for column in columns], "API")
        found = [as_json(resource, actor, row, columns) for row in part]
        return {"total": rows.count(), "rows": found}

    def one(request: HttpRequest, pk: int = Id) -> Any:
        actor = permit(request, "read", resource.kind)
        row = row_or_404(resource, actor, pk)
        privacy.note_readings(actor, [row], [column.name for column in resource.columns_for(actor, row)], "API")
        return as_json(resource, actor, row)

    name = resource.kind
    api.get(
        f"/{resource.slug}",
        response={200: page},
        tags=tags,
        operation_id=f"{name}_list",
        exclude_unset=True,
        summary=f"List {resource.slug}",
    )(many)
    api.get(
        f"/{resource.slug}/{{pk}}",
        response={200: shape},
        tags=tags,
        operation_id=f"{name}_get",
        exclude_unset=True,
        summary=f"One of {resource.slug}",
    )(one)
    if resource.form:
        offer_writing(resource, shape)
    if resource.model.lifecycle and resource.model.lifecycle.transitions:
        offer_steps(resource)


def offer_steps(resource: Resource) -> None:
    """The transitions of one resource."""

    def take(request: HttpRequest, name: str, change: Change, pk: int = Id) -> Any:
        actor = permit(request, "write", resource.kind)
        row = row_or_404(resource, actor, pk)
        if resource.model.lifecycle.transition(name) is None:
            raise Http404
        proposal = commands.perform(row, name, actor, reason=change.reason)
        row.refresh_from_db()
        return {"state": row.state, "waits_for_second_person": proposal is not None}

    taken = create_model(
        f"{resource.model.__name__}State", __base__=Schema, state=(str, ...), waits_for_second_person=(bool, ...)
    )
    names = ", ".join(t.name for t in resource.model.lifecycle.transitions)
    api.post(
        f"/{resource.slug}/{{pk}}/do/{{name}}",
        response={200: taken},
        tags=[resource.slug],
        operation_id=f"{resource.kind}_do",
        summary="Take a transition",
        description=f"One of: {names}.",
    )(take)


def written_shape(resource: Resource) -> Any:
    """The fields that a form asks, each of which may be left out. What is left out stays as it is."""
    labels = {name: str(resource.model._meta.get_field(name).verbose_name) for name in resource.form}
    fields: dict[str, Any] = {name: (Any, Field(default=None, description=label)) for name, label in labels.items()}
    return create_model(f"{resource.model.__name__}Written", __base__=Strict, **fields)


def offer_writing(resource: Resource, shape: Any) -> None:
    """Create and change, through the same forms as the pages."""
    written = written_shape(resource)
    tags, name = [resource.slug], resource.kind

    def create(request: HttpRequest, row: Any) -> Any:
        actor = permit(request, "write", resource.kind)
        made = writing.write(resource, actor, row.dict(exclude_unset=True))
        return 201, as_json(resource, actor, row_or_404(resource, actor, made.pk))

    def change(request: HttpRequest, row: Any, pk: int = Id) -> Any:
        actor = permit(request, "write", resource.kind)
        held = row_or_404(resource, actor, pk)
        writing.write(resource, actor, row.dict(exclude_unset=True), held)
        return as_json(resource, actor, row_or_404(resource, actor, pk))

    for verb in (create, change):
        verb.__annotations__["row"] = written  # a type made at run time has no name to be found by
    if "create" in resource.model.rules:
        api.post(
            f"/{resource.slug}",
            response={201: shape},
            tags=tags,
            operation_id=f"{name}_create",
            exclude_unset=True,
            summary=f"Create one of {resource.slug}",
        )(create)
    api.patch(
        f"/{resource.slug}/{{pk}}",
        response={200: shape},
        tags=tags,
        operation_id=f"{name}_change",
        exclude_unset=True,
        summary=f"Change one of {resource.slug}",
    )(change)


@api.get("/search", response={200: list[Hit]}, tags=["search"], operation_id="search")
def find(request: HttpRequest, q: str = Query(..., min_length=2, max_length=200)) -> Any:
    """Rows that hold every word, across all resources that the key may read."""
    hits = search.find(request.actor, q)[:50]
    return [{"kind": h.kind, "id": h.object_id, "title": h.title} for h in hits if request.key.permits("read", h.kind)]


#: the parts of a question, each as its text: what `Question.parse` reads
PARTS: dict[str, Any] = dict.fromkeys(Question.__dataclass_fields__, (str | None, None))
Asked: Any = create_model("Asked", __base__=Strict, **PARTS)
ASKED = Query(...)


class Answer(Schema):
    rows: list[dict[str, Any]]
    provenance: dict[str, Any]
    notes: list[str]


def evidence(request: HttpRequest, verb: str, asked: Any = ASKED) -> Any:
    """What the record says, asked as `udsyn evidence` is: the parts of a question by name."""
    permit(request, "read", "evidence")
    try:
        return asking.answer(verb, request.GET.dict())  # as it came: a part that is not known is told, too
    except NotHeld as reason:
        raise HttpError(404, str(reason)) from None
    except UdsynError as reason:
        raise HttpError(422, str(reason)) from None


evidence.__annotations__["asked"] = Asked  # a type made at run time has no name to be found by
evidence.__annotations__["verb"] = Literal[tuple(asking.VERBS)]
api.get("/evidence/{verb}", response={200: Answer}, tags=["evidence"], operation_id="evidence")(evidence)

for resource in RESOURCES.values():
    offer(resource)


urlpatterns, app_name, _namespace = open_urls(api.urls)
