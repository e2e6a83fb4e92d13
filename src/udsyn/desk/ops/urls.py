"""Every address of the desk. Pages carry their language in front: /da/..., /en/..."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern

from udsyn.desk.kernel.rooms import rooms
from udsyn.desk.web import detail, editing, feeds, import_pages, lists, log, manual, mine, pages, steps, work


class Late(URLResolver):
    """Addresses with a namespace of their own, read when the first of them is asked for and not with the pages'."""

    def _populate(self) -> None:
        """Nothing: a name with this namespace in front is looked up in its own table."""


urlpatterns = [
    path("", mine.to_language, name="root"),
    path("theme/", mine.theme, name="theme"),
    path("health/", pages.health, name="health"),
    path("calendar/<str:key>.ics", feeds.calendar, name="calendar"),
    Late(RoutePattern("api/v1/"), "udsyn.desk.web.api", app_name="ninja", namespace="api"),
    *(route for room in rooms() for route in room.routes),
    *i18n_patterns(
        *(page for room in rooms() for page in room.urls),
        path("inbox/", pages.inbox, name="inbox"),
        path("activity/", log.activity, name="activity"),
        path("search/", pages.search_page, name="search"),
        path("help/", manual.index, name="manual"),
        path("help/<slug:name>/", manual.page, name="manual_page"),
        path("search/pages/", pages.going, name="going"),
        path("work/", work.work_page, name="work"),
        path("ledger/", log.ledger_page, name="ledger"),
        path("account/me/", mine.me, name="me"),
        path("account/", include("allauth.urls")),
        path("file/<int:pk>/", detail.download, name="file"),
        path("proposal/<int:pk>/", steps.decide, name="decide"),
        path("view/<int:pk>/", lists.saved_view, name="view"),
        path("imports/", import_pages.imports_page, name="imports"),
        path("imports/<int:pk>/", import_pages.one, name="import"),
        path("imports/<int:pk>/rows.csv", import_pages.rows, name="import_rows"),
        path("desk/<slug:slug>/import/", import_pages.take_in, name="take_in"),
        path("desk/<slug:slug>/", lists.list_, name="list"),
        path("desk/<slug:slug>/together/", steps.together, name="together"),
        path("desk/<slug:slug>/names/", lists.names, name="names"),
        path("desk/<slug:slug>/new/", editing.create, name="create"),
        path("desk/<slug:slug>/export.<str:form>", lists.export, name="export"),
        path("desk/<slug:slug>/<int:pk>/", detail.detail, name="detail"),
        path("desk/<slug:slug>/<int:pk>/edit/", editing.edit, name="edit"),
        path("desk/<slug:slug>/<int:pk>/history/", detail.history, name="history"),
        path("desk/<slug:slug>/<int:pk>/do/<slug:name>/", steps.transition, name="do"),
        path("desk/<slug:slug>/<int:pk>/comment/", detail.comment, name="comment"),
        path("desk/<slug:slug>/<int:pk>/attach/", detail.attach, name="attach"),
    ),
    # a provider knows the desk by one address, whatever its reader's language: named last, these are the ones given
    *(path("account/", include(f"{app}.urls")) for app in settings.INSTALLED_APPS if ".providers." in app),
]

handler400 = "udsyn.desk.web.problems.unreadable"
handler403 = "udsyn.desk.web.problems.forbidden"
handler404 = "udsyn.desk.web.problems.missing"
handler500 = "udsyn.desk.web.problems.broken"
