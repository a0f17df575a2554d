"""Zhihui's settings: one file, read from the environment only (see docs/settings.md)."""

import os
import urllib.parse
from pathlib import Path
from typing import Any

import rasterio  # imported first: it loads the libraries that its own GDAL needs (ADR 0005)
import shapely
from csp.constants import NONCE, NONE, SELF

from city import env

ROOT = Path(__file__).resolve().parents[2]
DATA = env.folder("ZHIHUI_DATA", ROOT / "var")
os.environ.setdefault("NUMBA_CACHE_DIR", str(DATA / "cache" / "numba"))  # compiled loops
SHARED_DATA = env.folder("ZHIHUI_SHARED_DATA", Path()) if env.text("ZHIHUI_SHARED_DATA") else None
VERSION = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## ", 2)[1].split()[0]

BIND = env.text("ZHIHUI_BIND", "127.0.0.1")
HTTP_PORT = env.number("ZHIHUI_HTTP_PORT", 8000, high=65535)
MQTT_URL = env.text("ZHIHUI_MQTT_URL")
TLS = bool(env.text("ZHIHUI_TLS_CERT"))
CAP_SENDER = env.text("ZHIHUI_CAP_SENDER")  # ZZZZZZDDDUUUXX; empty: made of the city's code
CAP_SENDER_NAME = env.text("ZHIHUI_CAP_SENDER_NAME")  # Chinese|English
SMTP_URL = env.text("ZHIHUI_SMTP_URL")  # empty: no mail goes out
WEBHOOK_PRIVATE = env.flag("ZHIHUI_WEBHOOK_PRIVATE")  # whether webhooks may call private addresses
MIN_FREE_MB = env.number("ZHIHUI_MIN_FREE_MB", 500)  # on ZHIHUI_DATA's disk; below it no intake

DEBUG = False


def _secret(name: str, file: str) -> str:
    """Return a secret from the environment, or the one kept under ZHIHUI_DATA."""
    value = env.text(name)
    kept = DATA / "secrets" / file
    if not value and kept.exists():
        value = kept.read_text(encoding="utf-8").strip()
    if not value:
        raise env.BadSetting(f"{name} is not set and {kept} does not exist: start with ./zhihui up")
    return value


SECRET_KEY = _secret("ZHIHUI_SECRET_KEY", "secret_key")

ALLOWED_HOSTS = env.words("ZHIHUI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("ZHIHUI_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.gis",
    "axes",
    "csp",
    "leaflet",
    "ninja",
    "channels",
    "procrastinate.contrib.django",
    "core",
    "places",
    "people",
    "feed",
    "layers",
    "sensors",
    "alerts",
    "urban",
    "environment",
    "traffic",
    "emergency",
    "tiles",
    "gateway",
    "frontend",
    "city",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "city.programs.Programs",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "city.urls"
ASGI_APPLICATION = "city.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.page",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """Turn postgres://user:password@host:port/name into Django's form."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql", "postgis") or not parts.path.strip("/"):
        raise env.BadSetting("DATABASE_URL must look like postgres://user:password@host:port/name")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": urllib.parse.unquote(parts.path.strip("/")),
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or 5432,
        # a fresh connection costs 18 ms of database time (PostGIS loads): always from the pool
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after a restart of the database the pool holds dead ones
        "OPTIONS": {
            # given up soon, because the next question tries at once: the pool's own pauses double
            "pool": {"min_size": 1, "max_size": 8, "timeout": 5, "reconnect_timeout": 2},
            "options": "-c jit=off",  # compiling takes longer than a question over many layers
        },
        "TEST": {"NAME": env.text("ZHIHUI_TEST_DATABASE") or None},
    }


DATABASES = {
    "default": _database(env.text("DATABASE_URL") or _secret("DATABASE_URL", "database_url"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# GeoDjango on the wheels' libraries, so that it agrees with rasterio and Shapely (ADR 0005)
if not env.flag("ZHIHUI_SYSTEM_GDAL"):
    _site = Path(rasterio.__file__).parent.parent
    GDAL_LIBRARY_PATH = str(next((_site / "rasterio.libs").glob("libgdal-*.so*")))
    GEOS_LIBRARY_PATH = str(
        next((Path(shapely.__file__).parent.parent / "shapely.libs").glob("libgeos_c-*.so*"))
    )

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "locked.html"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 3600  # a night shift and its hand-over
CSRF_FAILURE_VIEW = "frontend.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],  # Leaflet positions its panes by style attributes
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("ZHIHUI_TIME_ZONE", "Asia/Shanghai")

# the version is in the path, so that a browser never mixes two releases' modules
STATIC_URL = f"/static/{VERSION}/"
# the folders of npm packages that browsers may load: names for the import map of base.html
VENDORED = {
    "leaflet": "dist",
    "uplot": "dist",
    "protomaps-leaflet": "dist/esm",
    "@protomaps/basemaps": "dist/esm",
    "@mapbox/point-geometry": "",
    "@mapbox/vector-tile": "",
    "color2k": "dist",
    "fflate": "esm",
    "pbf": "",
    "pmtiles": "dist",
    "potpack": "",
    "quickselect": "",
    "rbush": "",
}
STATICFILES_DIRS = [
    ("js", ROOT / "frontend" / "js"),
    ("css", ROOT / "frontend" / "css"),
    ("img", ROOT / "frontend" / "img"),
    *((f"vendor/{name}", ROOT / "node_modules" / name / part) for name, part in VENDORED.items()),
]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31536000
MEDIA_ROOT = DATA / "media"

TILE_CACHE_MB = env.number("ZHIHUI_TILE_CACHE_MB", 2048, high=1 << 20)  # on disk; 0: none at all

# shared by the console's map and the admin's geometry fields; no tile address of anybody else
LEAFLET_CONFIG = {
    "TILES": [],
    "MIN_ZOOM": 8,
    "MAX_ZOOM": 19,
    "SCALE": "metric",
    "ATTRIBUTION_PREFIX": "",
    "RESET_VIEW": False,
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("ZHIHUI_LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"} for name in ("axes", "django.server", "httpx", "procrastinate")
    },
}
