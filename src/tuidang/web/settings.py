"""Django's settings, all derived from `tuidang.base.options`."""

from __future__ import annotations

import os

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from tuidang.base.options import read_options
from tuidang.privacy.keys import KeyFolder, UnsafeKeysError

TUIDANG, _problems = read_options()
if _problems:
    raise ImproperlyConfigured("; ".join(map(str, _problems)))

# The first start makes the data folder and its keys; whoever else has an account here sees nothing of them.
os.umask(0o077)
_keys = KeyFolder(TUIDANG.keys)
try:
    _keys.ensure()
except (UnsafeKeysError, OSError) as error:
    raise ImproperlyConfigured(str(error)) from error

DEBUG = False
SECRET_KEY = _keys.web_key()
ALLOWED_HOSTS = [*TUIDANG.hosts, *filter(None, [TUIDANG.onion])]
ROOT_URLCONF = "tuidang.web.urls"
WSGI_APPLICATION = "tuidang.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tuidang.web",
    "tuidang.desk",
    "tuidang.phone",
    "tuidang.field",
    "tuidang.field.sites",
    "tuidang.reach",
    "tuidang.register",
    "tuidang.library",
    "tuidang.giving",
    "tuidang.volunteers",
    "tuidang.volunteers.shifts",
    "tuidang.base",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "tuidang.base.http.security_headers",
    "tuidang.web.middleware.point_to_onion",
    "tuidang.web.middleware.refuse_uploads",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tuidang.web.middleware.compress_pages",
    "tuidang.web.middleware.tell_search_engines",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tuidang.volunteers.middleware.know_volunteers",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "tuidang.web.context.site",
            ],
        },
    },
]

# Short write transactions take the lock at once; every commit is on the disk before it is answered; what is
# deleted is overwritten. PostgreSQL needs no word from us: its defaults are durable.
_sqlite = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": TUIDANG.sqlite,
    "TEST": {"NAME": TUIDANG.data / "test.sqlite3"},
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
        " PRAGMA temp_store=MEMORY;",
    },
}
DATABASES = {
    "default": dj_database_url.parse(TUIDANG.database, conn_max_age=600, conn_health_checks=True)
    if TUIDANG.database
    else {**_sqlite, "CONN_MAX_AGE": None},
}

# The session is a signed cookie of eight hours; on our side there is a row of the day, to end it by.
AUTH_USER_MODEL = "volunteers.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_PATH = "/desk/"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/desk/"
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # until the browser is closed, as the session
CSRF_FAILURE_VIEW = "tuidang.volunteers.views.refuse_foreign_form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = TUIDANG.https
LOGIN_URL = "/desk/sign-in/"

# Whom the desk asks before real people are called; it stands below the doctor, and cannot import him.
COUNT_WARNINGS = "tuidang.web.doctor.count_warnings"

# The proxy that speaks TLS says so; without its word Django would send no HSTS, and refuse every staff form.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TUIDANG.https else None
SECURE_HSTS_SECONDS = 365 * 86400 if TUIDANG.https else 0
SECURE_REFERRER_POLICY = None  # by path, in `tuidang.base.http`
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # likewise
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024  # a hundred people with a long reason fit in a third of it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_HANDLERS: list[str] = []  # nothing is ever spooled to the disk; recordings have their own handler

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体"), ("zh-hant", "繁體"), ("en", "English")]
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = TUIDANG.data / "static"
STORAGES = {"staticfiles": {"BACKEND": "tuidang.web.static_files.HashedFiles"}}
WHITENOISE_MANIFEST_STRICT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "tuidang.base.logs.PlainFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "tuidang": {"level": "INFO"},
        # What a visitor did wrong (4xx) is not logged at all: the system's journal would date his visit.
        "django": {"handlers": [], "propagate": True, "level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        "fido2": {"handlers": ["nowhere"], "propagate": False},  # it would name passkeys
        # They would name characters of a donor that the font lacks.
        "fpdf": {"handlers": ["nowhere"], "propagate": False},
        "fontTools": {"handlers": ["nowhere"], "propagate": False},
    },
}
