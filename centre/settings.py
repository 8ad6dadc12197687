"""Every choice of a deployment comes from the environment; the rest stands here."""

import sqlite3
import sys
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from centre import environment

BASE_DIR: Final = Path(__file__).resolve().parent.parent
TESTING: Final = "pytest" in sys.modules

CENTRE_HOME: Final = Path(
    environment.text("CENTRE_HOME", str(BASE_DIR / "var"))
).resolve()
KEY_DIR: Final = CENTRE_HOME / "keys"
VAULT_ROOT_KEY_FILE: Final = Path(
    environment.text("CENTRE_ROOT_KEY", str(KEY_DIR / "root.key"))
)
_PASSPHRASE: Final = environment.text("CENTRE_PASSPHRASE_AT", "")
VAULT_PASSPHRASE_FILE: Final = Path(_PASSPHRASE) if _PASSPHRASE else None
"""Where the passphrase lies while the server runs, if the root key is made from one."""

_WITNESSES: Final = environment.text("CENTRE_WITNESSES", "")
WITNESS_POLICY: Final = Path(_WITNESSES) if _WITNESSES else None
"""Who signs our logs from outside (C2SP tlog-policy)."""

SIGNER: Final = environment.text("CENTRE_SIGNER", "")
"""The address of the signer that holds the logs' keys, if it runs apart."""

TSA: Final = environment.text("CENTRE_TSA", "")
_TSA_ROOTS: Final = environment.text("CENTRE_TSA_ROOTS", "")
TSA_ROOTS: Final = Path(_TSA_ROOTS) if _TSA_ROOTS else None
"""The address of a time stamp authority, and the certificates it is trusted by."""

VAULT_BLOBS: Final = CENTRE_HOME / "blobs"
LEDGER_HOST: Final = environment.text("CENTRE_LEDGER_HOST", "osc.example")
"""First part of every log's origin; fixed for good once the first log is open."""

CENTRE_ORIGIN: Final = environment.origin("CENTRE_ORIGIN", "http://127.0.0.1:8000")
HTTPS: Final = CENTRE_ORIGIN.startswith("https:")


_BEFORE_THE_SECRET: Final = {
    "setup",
    "restore",
    "check",
    "makemigrations",
    "help",
    "signer",
    "witness",
}


def _secret() -> str:
    path = KEY_DIR / "secret.key"
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    if TESTING or _BEFORE_THE_SECRET & set(sys.argv[1:2]):
        return "no-secret-is-kept-yet-and-nothing-is-served-with-this-one-" * 2
    raise ImproperlyConfigured(
        "There is no secret key yet. Run 'manage.py setup' once."
    )


SECRET_KEY = _secret()
DEBUG = False
ALLOWED_HOSTS = [CENTRE_ORIGIN.split("//")[1].rsplit(":", 1)[0], "127.0.0.1"]
if TESTING:
    ALLOWED_HOSTS += ["testserver"]
CSRF_TRUSTED_ORIGINS = [CENTRE_ORIGIN]

INSTALLED_APPS = [
    "centre.apps.CentreConfig",
    "centre.ledger",
    "centre.vault",
    "centre.packs",
    "centre.core.apps.CoreConfig",
    "centre.intake",
    "centre.agencies",
    "centre.chain_of_custody",
    "centre.support",
    "centre.forensics",
    "centre.insight",
    "centre.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "simple_history",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "centre.core.middleware.harden",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "centre.core.middleware.SignInRequired",
    "centre.core.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "centre.urls"
WSGI_APPLICATION = "centre.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {
    "default": environment.database(
        environment.text("DATABASE_URL", f"sqlite://{CENTRE_HOME}/centre.sqlite3"),
        sqlite3.sqlite_version_info[:3],
    ),
    "keys": environment.database(
        environment.text("KEYS_URL", f"sqlite://{KEY_DIR}/keys.sqlite3"),
        sqlite3.sqlite_version_info[:3],
    ),
}
DATABASE_OWNERS = {
    "default": environment.owner("MIGRATE_URL", DATABASES["default"]),
    "keys": environment.owner("KEYS_MIGRATE_URL", DATABASES["keys"]),
}
"""Who migrates on PostgreSQL; known to the `migrate` command's surroundings alone."""
AUDIT_ROLE = environment.text("CENTRE_AUDIT_ROLE", "")
ONE_ROLE = TESTING or environment.is_chosen("CENTRE_ONE_ROLE")
"""Whether the application may serve as the owner of its tables (PostgreSQL)."""
DATABASE_ROUTERS = ["centre.vault.routers.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "centre.core.passwords.LengthValidator"},
    {"NAME": "centre.core.passwords.LocalWordsValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SIGNING_KEY_COST = {"memory_kib": 64 * 1024, "iterations": 3, "lanes": 1}
"""Argon2id cost of the key that wraps a person's signing key."""
LOGIN_URL = "sign_in"
OTP_TOTP_ISSUER = "Centre"

AXES_USERNAME_CALLABLE = "centre.core.passwords.username_digest"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "centre.core.passwords.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "password"]
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-centre" if HTTPS else "centre"
CSRF_COOKIE_NAME = "__Host-form" if HTTPS else "form"
KEY_COOKIE_NAME = "__Host-key" if HTTPS else "key"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
IDLE_SECONDS = environment.whole("CENTRE_IDLE_SECONDS", 900, least=60, most=3600)
STEP_UP_SECONDS = 300

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
"""With no-referrer a browser sends "Origin: null", and every form is refused."""
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer",
        "autoplay",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}

NAMED_LABELS = tuple(environment.text("CENTRE_NAMED_LABELS", "").split())
"""Specimens whose labels have a line for the name, written by hand at the bedside."""

BACKUP_RECIPIENTS = tuple(environment.text("CENTRE_BACKUP_RECIPIENTS", "").split())
"""Public keys of age whose owners, away from the server, can open its backups."""
BACKUP_OUT: Final = environment.text("CENTRE_BACKUP_OUT", "")
BACKUP_KEYS_OUT: Final = environment.text("CENTRE_BACKUP_KEYS_OUT", "")
KNOWN_HEADS = (
    ""
    if TESTING
    else environment.text("CENTRE_KNOWN_HEADS", str(CENTRE_HOME / "known_heads.json"))
)
"""File that tells, outside the database, how far each log has come."""
MIRROR = "" if TESTING else environment.text("CENTRE_MIRROR", "")
"""Folder, best on another disk, for the logs once more as lines of files."""

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English")]
TIME_ZONE = environment.text("CENTRE_TIME_ZONE", "Africa/Nairobi")
USE_TZ = True
JURISDICTION = environment.text("CENTRE_JURISDICTION", "KE").upper()
"""ISO 3166 code; whose windows, clocks and certificates stand first."""
CARE_RULES: Final = Path(
    environment.text("CENTRE_CARE_RULES", "")
    or BASE_DIR / "centre/forensics/rules/care/data/who-care-2026.2.toml"
)
"""The rules of care this centre works by: where people are seen, its signed copy."""

COLLECTION_ORDER = environment.text("CENTRE_COLLECTION_ORDER", "default")
"""In which order samples are offered; one of the catalogue's protocols."""
FORMAT_MODULE_PATH = ["centre.formats"]

STATIC_URL = "static/"
STATIC_ROOT = CENTRE_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
"""Uploads are held in memory, so that no plain copy ever lies in a temporary file."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
PHOTO_MAX_BYTES = 20 * 1024 * 1024

SIMPLE_HISTORY_ENABLED = True
SIMPLE_HISTORY_HISTORY_ID_USE_UUID = True
SILENCED_SYSTEM_CHECKS: list[str] = []
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"quiet": {"()": "centre.core.logs.NoContent"}},
    "formatters": {"json": {"()": "centre.core.logs.JsonLines"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["quiet"],
            "formatter": "json",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.db.backends": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}

if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    SIGNING_KEY_COST = {"memory_kib": 64, "iterations": 1, "lanes": 1}
