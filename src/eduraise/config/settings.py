"""All settings, from the environment that `env.py` has read and checked."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from eduraise.config import env, logs, static_files
from eduraise.ops.schedule import engine_schedules

environment = env.read()
PACKAGE = Path(__file__).resolve().parent.parent

# What we are told
BASE_URL: str = environment["BASE_URL"]
SECRET_KEY: str = environment["SECRET_KEY"]
ENCRYPTION_KEYS: tuple[str, ...] = environment["ENCRYPTION_KEYS"]
DEBUG: bool = environment["DEBUG"]
DEMO: bool = environment["DEMO"]
DEMO_BUSY_FILE: str = environment["DEMO_BUSY_FILE"]
CLOCK_OFFSET_FILE: str = environment["CLOCK_OFFSET_FILE"]
ORGANISATION: str = environment["ORGANISATION"]
SPARE_ROOM: str = environment["SPARE_ROOM"]
DEFAULT_ZONE: str = environment["DEFAULT_TIME_ZONE"]
METRICS_TOKEN: str = environment["METRICS_TOKEN"]
RECORDING_UPLOAD_MB: int = environment["RECORDING_UPLOAD_MB"]
WEB_THREADS: int = environment["WEB_THREADS"]
ZOOM_SENDERS: int = environment["ZOOM_SENDERS"]
MAILS_OF_ONE_PERSON: int = environment["MAILS_OF_ONE_PERSON"]
ZOOM_ENVIRONMENT: dict[str, str] = {
    name: environment[name] for name in environment.values if name.startswith("ZOOM_")
}
ZOOM_API_URL: str = environment["ZOOM_API_URL"]
ZOOM_OAUTH_URL: str = environment["ZOOM_OAUTH_URL"]

_base = urlsplit(BASE_URL)
ALLOWED_HOSTS = [_base.hostname or ""]
if DEBUG or DEMO:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
IS_HTTPS = _base.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # allauth's pages need it
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_ox",
    "eduraise.core",
    "eduraise.ui",
    "eduraise.accounts",
    "eduraise.notifications",
    "eduraise.programs",
    "eduraise.access",
    "eduraise.zoom",
    "eduraise.classes",
    "eduraise.attendance",
    "eduraise.live",
    "eduraise.substitutes",
    "eduraise.notes",
    "eduraise.recordings",
    "eduraise.calendars",
    "eduraise.planner",
    "eduraise.door",
    "eduraise.events",
    "eduraise.today",
    "eduraise.ops",
]

MIDDLEWARE = [
    "eduraise.core.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "eduraise.events.shortcut.middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "eduraise.core.middleware.private_pages",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "eduraise.ui.toasts.ToastMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "eduraise.accounts.middleware.sessions",
    "eduraise.accounts.middleware.reading",
    "eduraise.accounts.middleware.sign_in_page",
    "eduraise.access.roles.middleware",
]

ROOT_URLCONF = "eduraise.config.urls"
WSGI_APPLICATION = "eduraise.config.wsgi.application"
FORM_RENDERER = "eduraise.ui.renderer.Renderer"
CSRF_FAILURE_VIEW = "eduraise.ui.views.csrf_failed"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # before the libraries' own, so that a room's page replaces theirs
        "DIRS": [PACKAGE / "accounts" / "templates", PACKAGE / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "eduraise.ui.shell.shell",
            ],
        },
    }
]

# The database; no request is one transaction: actions say what belongs together
DATABASES = {"default": environment["DATABASE_URL"] | {"ATOMIC_REQUESTS": False}}
if "pool" in DATABASES["default"]["OPTIONS"]:
    # each thread that works has its own connection: those that serve pages, those that send to Zoom
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": max(WEB_THREADS, ZOOM_SENDERS) + 4}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all processes, so that sign-in limits hold for all of them
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# People
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["eduraise.accounts.adapter.Backend"]
ACCOUNT_ADAPTER = "eduraise.accounts.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "eduraise.accounts.library_forms.LoginForm",
    "change_password": "eduraise.accounts.library_forms.ChangePasswordForm",
    "set_password": "eduraise.accounts.library_forms.SetPasswordForm",
    "reset_password": "eduraise.accounts.library_forms.ResetPasswordForm",
    "reset_password_from_key": "eduraise.accounts.library_forms.ResetPasswordKeyForm",
    "reauthenticate": "eduraise.accounts.library_forms.ReauthenticateForm",
    "change_email": "eduraise.accounts.library_forms.ChangeEmailForm",
}
# a new address counts only once it is proved (ACCOUNT_CHANGE_EMAIL), so a second step need not bar it
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "eduraise.accounts.adapter.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "eduraise.accounts.library_forms.AuthenticateForm",
    "reauthenticate": "eduraise.accounts.library_forms.ReauthenticateByCodeForm",
    "activate_totp": "eduraise.accounts.library_forms.ActivateForm",
    "add_webauthn": "eduraise.accounts.library_forms.AddPasskeyForm",
    "edit_webauthn": "eduraise.accounts.library_forms.RenamePasskeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody could have us mail any address
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = "EduRaise"
USERSESSIONS_TRACK_ACTIVITY = False  # a write in each request; our own middleware notes it now and then
ALLAUTH_TRUSTED_PROXY_COUNT = environment["TRUSTED_PROXIES"]

# Sessions and cookies
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "eduraise_session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "eduraise_csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# What a browser may do with our pages
_zoom_oauth_origin = "{0.scheme}://{0.netloc}".format(urlsplit(ZOOM_OAUTH_URL))
_zoom_api_origin = "{0.scheme}://{0.netloc}".format(urlsplit(ZOOM_API_URL))
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    # Chromium applies this to the redirect after a POST: Connect and Join lead to Zoom
    "form-action": [
        CSP.SELF,
        _zoom_oauth_origin,
        *([_zoom_api_origin] if _zoom_api_origin != "https://api.zoom.us" else []),
        "https://*.zoom.us",
        "https://*.zoomgov.com",
    ],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if IS_HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = not DEBUG
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment["TRUSTED_PROXIES"] else None

# Words and times: UTC inside, the reader's zone on the page
LANGUAGE_CODE = "en"
LOCALE_PATHS = [PACKAGE / "locale"]
# A language is offered once it is translated: a page in two languages at once helps nobody
LANGUAGES = [
    (code, name)
    for code, name in [("en", "English"), ("es", "Español"), ("fr", "Français"), ("ar", "العربية")]
    if code == LANGUAGE_CODE or (PACKAGE / "locale" / code / "LC_MESSAGES" / "django.mo").is_file()
]
TIME_ZONE = "UTC"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = static_files.GATHERED
MEDIA_ROOT = Path(environment["MEDIA_DIR"])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Mail
# What the framework sends is queued in the database; the worker sends it, with all else, by "outgoing"
MAILERS = {
    "default": {"BACKEND": "eduraise.notifications.mail.QueueingBackend"},
    "outgoing": environment["EMAIL_URL"],
}
DEFAULT_FROM_EMAIL: str = environment["EMAIL_FROM"]

# Work behind
TASKS = {
    "default": {
        "BACKEND": "django_ox.backend.OxBackend",
        "QUEUES": [],
        "OPTIONS": {
            "LOCK_TIMEOUT": 20,
            "MAX_ATTEMPTS": 5,
            "BACKOFF_INITIAL": 2,
            "BACKOFF_MAX": 300,
            "SCHEDULES": engine_schedules(),
        },
    }
}

LOGGING = logs.configure(readable=DEBUG or DEMO)
SILENCED_SYSTEM_CHECKS: list[str] = []
