"""The desk's settings, all from the environment (docs/desk.md lists them). Nothing is secret in this file.

UDSYN_DESK              the desk's folder: database, files, secret key (default ./desk, but never inside a clone)
DATABASE_URL            postgresql://user:password@host:port/name; without it SQLite in the desk's folder
UDSYN_DESK_URL          the address people use, https://desk.example.org; without it this machine only
UDSYN_DESK_SECRET_KEY   without it a key is made once and kept in the desk's folder
UDSYN_DESK_MAIL         smtp://user:password@host:port; without it mails stay in the desk's folder as files
UDSYN_DESK_LANGUAGE     language of the first visit: da or en (default da)
UDSYN_DESK_LOG          text (default) or json: one object a line
UDSYN_DESK_TIMEZONE     default Europe/Copenhagen
UDSYN_HOME              the home country (default DK)
UDSYN_DESK_CONTACTS     whom to write to or call at home, by function, for the public pages:
                        "Agreements: agreements@example.org; Programmes: +45 12 34 56 78"
UDSYN_DESK_HOUSE        a YAML file with name, address, logo and colour of the house, for printed letters
UDSYN_RECORD            the record from which evidence is shown
UDSYN_DESK_OIDC         a JSON file with OpenID Connect providers, UDSYN_DESK_SAML one with SAML federations,
UDSYN_DESK_ORCID        client-id:secret, for signing in with ORCID
UDSYN_DESK_ORCID_API    https://api.orcid.org where the house is a member: guests may have their stay written there
UDSYN_DESK_PROXIES      addresses or networks of the proxies in front, 127.0.0.1 10.0.0.0/8
UDSYN_DESK_SECOND_FACTOR  roles that need a second factor (default administrator; none for no role)
UDSYN_DESK_HSTS         how far browsers hold on to HTTPS: host (default), subdomains or preload
UDSYN_DESK_ROOMS        packages with rooms of your own, with a comma between them
UDSYN_DESK_SIGN_IN_AT   where a provider sends people for signing in, if that is not its own address
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from udsyn.briefs import house
from udsyn.desk.kernel import logs
from udsyn.desk.ops import keys
from udsyn.desk.web.peers import networks
from udsyn.errors import UsageError

gc.set_threshold(50_000, 20, 50)  # what is loaded stays: looking through it again and again is a tenth of the start

DESK = Path(__file__).parent.parent
FOLDER = keys.folder(os.environ.get("UDSYN_DESK"))

#: of a process with four threads; each connection keeps its plans, which is worth more than its memory
POOL = {"min_size": 4, "max_size": 16, "max_lifetime": 12 * 3600}


def database(url: str) -> dict[str, Any]:
    """Django's words for a database URL; SQLite in the desk's folder where there is none."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "desk.sqlite3",
            "CONN_MAX_AGE": 60,  # to open it and read its shape and each question anew takes as long as half a page
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "cached_statements": 512,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise UsageError(f"DATABASE_URL begins with {parts.scheme}: write postgresql://user:password@host:port/name.")
    from udsyn.desk.ops import postgresql  # a desk on SQLite needs no driver

    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {
            "options": postgresql.OPTIONS,
            "cursor_factory": postgresql.Asking,
            "prepare_threshold": 1,  # Django's own setting is that nothing may be kept
        }
        | ({} if os.environ.get("UDSYN_DESK_TEST") else {"pool": POOL}),
    }


def from_json(name: str) -> Any:
    file = os.environ.get(name)
    if not file:
        return []
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}={file} is not a readable JSON file ({error}).") from None


ADDRESS = urlsplit(os.environ.get("UDSYN_DESK_URL", ""))
HTTPS = ADDRESS.scheme == "https"
ALLOWED_HOSTS = [ADDRESS.hostname] if ADDRESS.hostname else ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{ADDRESS.scheme}://{ADDRESS.netloc}"] if ADDRESS.hostname else []

PROXIES = networks(os.environ.get("UDSYN_DESK_PROXIES", ""))  #: None where nothing is said

DEBUG = False
SECRET_KEY = keys.secret_key(FOLDER, os.environ.get("UDSYN_DESK_SECRET_KEY"))
HOME = os.environ.get("UDSYN_HOME", "DK")
#: (function, address or number), as the public pages say them
CONTACTS = [
    (function.strip(), where.strip())
    for function, _colon, where in (one.partition(":") for one in os.environ.get("UDSYN_DESK_CONTACTS", "").split(";"))
    if where.strip()
]
HOUSE = house.read(os.environ["UDSYN_DESK_HOUSE"]) if os.environ.get("UDSYN_DESK_HOUSE") else None
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
CACHES = {  # counters of limits: shared by all processes, and there again after a restart
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_counters",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: the rooms of this desk, each after those it needs; a new room is added here and nowhere else (docs/dev/add-a-room.md)
ROOMS = [
    "udsyn.desk.rooms.parties",
    "udsyn.desk.rooms.cooperation",
    "udsyn.desk.rooms.posts",
    "udsyn.desk.rooms.service",
    "udsyn.desk.rooms.outcomes",
    "udsyn.desk.rooms.programmes",
    "udsyn.desk.rooms.grants",
    "udsyn.desk.rooms.aid",
    "udsyn.desk.rooms.events",
    "udsyn.desk.rooms.assessment",
    "udsyn.desk.rooms.safeguards",
    "udsyn.desk.rooms.privacy",
    "udsyn.desk.rooms.stays",
    "udsyn.desk.rooms.funds",
    "udsyn.desk.rooms.markets",
    "udsyn.desk.rooms.technology",
    "udsyn.desk.rooms.dossiers",
    "udsyn.desk.rooms.knowledge",
    "udsyn.desk.rooms.overview",
    *filter(None, os.environ.get("UDSYN_DESK_ROOMS", "").split(",")),
]
INSTALLED_APPS = [
    "udsyn.desk.kernel",
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.orcid",
    *(["allauth.socialaccount.providers.saml"] if os.environ.get("UDSYN_DESK_SAML") else []),
    "csp",
    "simple_history",
]
MIDDLEWARE = [
    "udsyn.desk.web.numbered.RequestIdMiddleware",
    "udsyn.desk.web.peers.PeerMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "udsyn.desk.web.middleware.ActorMiddleware",
    "udsyn.desk.web.providers.ToldErrors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "udsyn.desk.web.owed.OwedMiddleware",
]
ROOT_URLCONF = "udsyn.desk.ops.urls"
WSGI_APPLICATION = "udsyn.desk.ops.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [DESK / "web/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "udsyn.desk.web.middleware.page",
            ],
            "builtins": ["udsyn.desk.web.templatetags.desk", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
INSTALLED_APPS += ["django_tasks", "django_tasks_db"]  # work in the background: kernel/work.py
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LANGUAGE_CODE = os.environ.get("UDSYN_DESK_LANGUAGE", "da")
FORMAT_MODULE_PATH = ["udsyn.desk.web.formats"]
LOCALE_PATHS = [DESK / "locale"]
TIME_ZONE = os.environ.get("UDSYN_DESK_TIMEZONE", "Europe/Copenhagen")
USE_TZ = True
#: W005 and W021 ask for HSTS on neighbours and in browsers' own lists, which is the operator's choice
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SILENCED_SYSTEM_CHECKS += [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [DESK / "web/static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILES = FOLDER / "files"  #: stored under their hash; served by a view that asks the permission first
MEDIA_ROOT = FOLDER / "media"
LARGEST_FILE = 20 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that asked for the link, and in no other
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True  # a new address replaces the old one once the link sent to it was opened
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "udsyn.desk.web.accounts.Accounts"
ACCOUNT_FORMS = {"login": "udsyn.desk.web.accounts.SignIn", "signup": "udsyn.desk.web.accounts.SignUp"}
#: wrong passwords and codes are counted by web/limits.py; mails for a new password by who asks, not by whose it is
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/h/ip"}
MFA_FORMS = {
    "authenticate": "udsyn.desk.web.accounts.SecondFactor",
    "reauthenticate": "udsyn.desk.web.accounts.SecondFactorAgain",
}
SECOND_FACTOR = set(os.environ.get("UDSYN_DESK_SECOND_FACTOR", "administrator").replace(",", " ").split()) - {"none"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an address that the provider verified opens the account that has it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ORCID, _colon, ORCID_SECRET = os.environ.get("UDSYN_DESK_ORCID", "").partition(":")
ORCID_API = os.environ.get("UDSYN_DESK_ORCID_API", "").rstrip("/")
ORCID_SITE = ORCID_API.replace("://api.", "://", 1)  #: where people sign in
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {"APPS": from_json("UDSYN_DESK_OIDC")},
    "saml": {"APPS": from_json("UDSYN_DESK_SAML")},
    "orcid": {"APPS": [{"client_id": ORCID, "secret": ORCID_SECRET}] if ORCID else []},
}


def origins() -> list[str]:
    """Where signing in sends a browser to: a form may lead there and nowhere else outside this desk."""
    named = [app.get("settings", {}).get("server_url", "") for app in SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]]
    named += [
        app.get("settings", {}).get("idp", {}).get(key, "")
        for app in SOCIALACCOUNT_PROVIDERS["saml"]["APPS"]
        for key in ("sso_url", "slo_url", "metadata_url")
    ]
    named += ["https://orcid.org", ORCID_SITE] if ORCID else []
    parts = [urlsplit(address) for address in (*named, *os.environ.get("UDSYN_DESK_SIGN_IN_AT", "").split())]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts if part.netloc})


SOCIALACCOUNT_ADAPTER = "udsyn.desk.web.providers.Providers"
SIGN_IN_FROM = origins()
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *SIGN_IN_FROM],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "udsyn.desk.web.sessions"
SESSION_COOKIE_AGE = 12 * 3600
REMEMBERED = 14 * 86_400  #: seconds for who asks to be remembered
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "udsyn.desk.web.problems.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # the watchdog asks beside the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
HSTS = os.environ.get("UDSYN_DESK_HSTS", "host")
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS in ("subdomains", "preload")
SECURE_HSTS_PRELOAD = HTTPS and HSTS == "preload"  # cannot be taken back for months: only where it is asked for
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

MAIL = urlsplit(os.environ.get("UDSYN_DESK_MAIL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL.hostname else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = FOLDER / "mail"
EMAIL_HOST, EMAIL_PORT = MAIL.hostname or "", MAIL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_TIMEOUT = 30
EMAIL_USE_TLS = MAIL.scheme == "smtp+tls"
DEFAULT_FROM_EMAIL = os.environ.get("UDSYN_DESK_FROM", "desk@localhost")

LOG = os.environ.get("UDSYN_DESK_LOG", "text")
if LOG not in logs.FORMS:
    raise UsageError(f"UDSYN_DESK_LOG={LOG}: write {' or '.join(logs.FORMS)}.")
LOGGING = logs.settings(LOG)
