"""Every address of the desk. Pages carry their language in front: /da/..., /en/..."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from udsyn.desk.ops import overview
from udsyn.desk.rooms.cooperation import pages as cooperation
from udsyn.desk.rooms.parties import pages as parties
from udsyn.desk.rooms.posts import pages as posts
from udsyn.desk.rooms.service import public as service
from udsyn.desk.rooms.service import work
from udsyn.desk.web import feeds, import_pages, pages

from udsyn.desk.web import api  # isort: skip  (after the rooms: it offers what they registered)

urlpatterns = [
    path("", pages.to_language, name="root"),
    path("theme/", pages.theme, name="theme"),
    path("health/", pages.health, name="health"),
    path("calendar/<str:key>.ics", feeds.calendar, name="calendar"),
    path("api/v1/", api.urls),
    *i18n_patterns(
        path("", overview.home, name="home"),
        path("inbox/", pages.inbox, name="inbox"),
        path("activity/", pages.activity, name="activity"),
        path("search/", pages.search_page, name="search"),
        path("deadlines/", cooperation.deadlines, name="deadlines"),
        path("ledger/", pages.ledger_page, name="ledger"),
        path("account/me/", pages.me, name="me"),
        path("account/demo/", parties.demo_sign_in, name="demo"),
        path("account/", include("allauth.urls")),
        path("abroad/", posts.abroad, name="abroad"),
        path("abroad/<slug:slug>/", service.centre_page, name="centre"),
        path("abroad/<slug:slug>/thanks/", service.thanks, name="thanks"),
        path("answer/<str:token>/", service.answer, name="answer"),
        path("figures/", work.key_figures, name="figures"),
        path("desk/requests/log/", work.log_contact, name="log_contact"),
        path("desk/requests/mail/", work.from_mail, name="from_mail"),
        path("desk/requests/<int:pk>/find/", work.find, name="find"),
        path("desk/centres/<slug:slug>/report/<int:year>/", work.centre_report, name="report"),
        path("desk/centres/<slug:slug>/report/<int:year>.<str:form>", work.report_file, name="report_file"),
        path("held/", posts.held_on, name="held"),
        path("file/<int:pk>/", pages.download, name="file"),
        path("proposal/<int:pk>/", pages.decide, name="decide"),
        path("view/<int:pk>/", pages.saved_view, name="view"),
        path("desk/meetings/<int:pk>/record/", cooperation.record, name="record"),
        path("desk/handovers/<int:pk>/checklist/", posts.checklist, name="checklist"),
        path("desk/people/duplicates/", parties.duplicates, name="duplicates"),
        path("desk/people/merge/", parties.merge, name="merge"),
        path("imports/", import_pages.imports_page, name="imports"),
        path("imports/<int:pk>/", import_pages.one, name="import"),
        path("imports/<int:pk>/rows.csv", import_pages.rows, name="import_rows"),
        path("desk/<slug:slug>/import/", import_pages.take_in, name="take_in"),
        path("desk/<slug:slug>/", pages.list_, name="list"),
        path("desk/<slug:slug>/names/", pages.names, name="names"),
        path("desk/<slug:slug>/new/", pages.create, name="create"),
        path("desk/<slug:slug>/export.<str:form>", pages.export, name="export"),
        path("desk/<slug:slug>/<int:pk>/", pages.detail, name="detail"),
        path("desk/<slug:slug>/<int:pk>/edit/", pages.edit, name="edit"),
        path("desk/<slug:slug>/<int:pk>/history/", pages.history, name="history"),
        path("desk/<slug:slug>/<int:pk>/do/<slug:name>/", pages.transition, name="do"),
        path("desk/<slug:slug>/<int:pk>/comment/", pages.comment, name="comment"),
        path("desk/<slug:slug>/<int:pk>/attach/", pages.attach, name="attach"),
    ),
    # a provider knows the desk by one address, whatever its reader's language: named last, these are the ones given
    *(path("account/", include(f"{app}.urls")) for app in settings.INSTALLED_APPS if ".providers." in app),
]

handler400 = "udsyn.desk.web.pages.unreadable"
handler403 = "udsyn.desk.web.pages.forbidden"
handler404 = "udsyn.desk.web.pages.missing"
handler500 = "udsyn.desk.web.pages.broken"
