"""Django's settings. What an installation may choose comes from four environment variables, all optional:

INVIOLABLE_HOME      directory of everything kept                       (default ./var)
INVIOLABLE_DATABASE  postgresql://user:password@host:port/name          (default SQLite in the home)
INVIOLABLE_ADDRESS   https://name that a proxy with a certificate serves  (default this machine only)
PORT                 port of `inviolable run`                           (default 8000)
"""

import os

from django.utils.translation import gettext_lazy as _

from inviolable.web.home import database, home_directory, last_address, public_name, secret_key

HOME = home_directory()
SECRET_KEY = secret_key(HOME)
DEBUG = False

PUBLIC_NAME = public_name()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *([PUBLIC_NAME] if PUBLIC_NAME else [])]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "inviolable.ledger",
    "inviolable.posts",
    "inviolable.outbox",
    "inviolable.counsel",
    "inviolable.incidents",
    "inviolable.alarm",
    "inviolable.sources",
    "inviolable.diplomacy",
    "inviolable.door",
    "inviolable.card",
    "inviolable.web",
    # After our own rooms, whose words in other languages come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "inviolable.web.headers.SecurityHeaders",
    "inviolable.web.clock.Clock",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inviolable.web.sessions.Presence",
    "allauth.account.middleware.AccountMiddleware",
    "inviolable.web.access.DenyByDefault",
    "inviolable.web.searches.ReasonFirst",
]

ROOT_URLCONF = "inviolable.web.urls"
WSGI_APPLICATION = "inviolable.web.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "inviolable.web.context.shell",
            ],
        },
    },
]

DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Not in memory: a code that one process has seen would work again in another.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_remembered",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "posts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
# scrypt needs memory as well as time to guess; it comes with OpenSSL.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# django-allauth. What it decides, web/adapters.py answers; which provider, INVIOLABLE_HOME/sign-in.toml.
ACCOUNT_ADAPTER = "inviolable.web.adapters.Account"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PUBLIC_NAME else "http"
# Of the second step, for each person. None by address: behind a proxy all seem to come from one, and in an alarm
# everybody comes at once.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key"}
MFA_RATE_LIMITS = False
MFA_ADAPTER = "inviolable.web.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "inviolable.web.adapters.Ministry"

SESSION_ENGINE = "inviolable.web.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "inviolable.web.views.csrf_failure"
# Behind a certificate cookies never travel in the clear; on this machine alone there is no certificate.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = bool(PUBLIC_NAME)
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
#: How a link in a message begins; where nothing says so, as the server on this home was reached last.
ADDRESS = os.environ["INVIOLABLE_ADDRESS"].rstrip("/") if PUBLIC_NAME else last_address(HOME, os.environ.get("PORT"))
CSRF_TRUSTED_ORIGINS = [os.environ["INVIOLABLE_ADDRESS"].rstrip("/")] if PUBLIC_NAME else []

LANGUAGE_CODE = "en"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
FORMAT_MODULE_PATH = "inviolable.web.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Static files are served from the package itself: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
WHITENOISE_ALLOW_ALL_ORIGINS = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"strangers": {"()": "inviolable.web.logs.OneLineForStrangers"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["strangers"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
