"""One settings module, without side effects. What differs between installations comes from `events_site.env`."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from events_site import env, logs

BASE_DIR = env.BASE
PRODUCTION = env.PRODUCTION
DEBUG = False
SECRET_KEY = env.SECRET_KEY
KEPU_DATA_KEYS = env.DATA_KEYS
KEPU_HASH_KEY = env.HASH_KEY
KEPU_TICKET_KEYS = env.TICKET_KEYS
KEPU_BASE_URL = env.BASE_URL
KEPU_METRICS_TOKEN = env.METRICS_TOKEN
KEPU_PROXIES = env.PROXIES

ALLOWED_HOSTS = env.ALLOWED_HOSTS or ([urlsplit(env.BASE_URL).hostname or ""] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = [env.BASE_URL]

INSTALLED_APPS = [
    "frontend",
    "registrations",
    "events",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "events_site.middleware.RequestId",
    "events_site.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.middleware.Access",
    "events_site.middleware.BodyLimit",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "events_site.urls"
WSGI_APPLICATION = "events_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "frontend.templatetags.kepu"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.database()}
CACHES = {"default": env.cache()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Messages. Accounts need no e-mail: passwords are reset by a code.
KEPU_EMAIL = bool(env.EMAIL_URL)
_email = env.email()
EMAIL_BACKEND = _email.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = _email.get("EMAIL_HOST", "")
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.EMAIL_FROM

# What is done in the background: queued in the same database and transaction, done by `manage.py work`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# People
AUTH_USER_MODEL = "events.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "frontend.people.adapter.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ALLAUTH_TRUSTED_PROXY_COUNT = env.PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "科普"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = env.VAR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "frontend" / "assets" / "dist"] if path.exists()]
MEDIA_ROOT = env.VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Vite has put a hash into every name under build/ already; hashing again would load shared modules twice.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "",
        "manifest_path": BASE_DIR / "frontend" / "assets" / "dist" / "manifest.json",
    }
}

# Requests
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
KEPU_MAX_UPLOAD = 60_000_000  # a dozen photos as phones take them
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
CSRF_FAILURE_VIEW = "frontend.errors.csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does this; health checks come in plainly
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "events.api.authentication.TokenAuthentication",
        "events.api.authentication.PageAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["events.api.permissions.ActAllowed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["events.api.parsers.Json"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_PAGINATION_CLASS": "events.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "events.api.schema.Schema",
    "EXCEPTION_HANDLER": "events.api.refusals.handle",
    "NUM_PROXIES": env.PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kepu REST API",
    "DESCRIPTION": "Campaigns, sessions, sign-ups, check-in and year-end figures of a science association.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["events.api.permissions.ActAllowed"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PublicationEnum": "events.models.Publication",
        "SignupStateEnum": "registrations.models.Signup.State",
        "CertificateStateEnum": "registrations.models.Certificate.State",
        "CourseStateEnum": "registrations.api.serializers.courses.STATES",
        "SessionStateEnum": "events.models.Session.State",
        "SignupKindEnum": "registrations.models.Signup.Kind",
        "CampaignKindEnum": "events.models.Campaign.Kind",
        "RegionKindEnum": "events.models.Region.Kind",
        "OrganizationKindEnum": "events.models.Organization.Kind",
        "ResourceKindEnum": "events.models.Resource.Kind",
        "BoundEnum": "registrations.models.Bound",
        "CountedBoundEnum": "registrations.api.serializers.accounts.STATED",
        "AudienceGroupEnum": "events.api.fields.GROUPS",
        "FormEnum": "events.models.Form",
        "SchoolGradeEnum": "registrations.grades.CHOICES",
        "QuestionKindEnum": "registrations.models.Question.Kind",
        "TargetKindEnum": "registrations.models.Target.Kind",
        "ScopeEnum": "registrations.api.serializers.figures.SCOPES",
        "GuardianEnum": "registrations.models.Signup.Guardian",
        "StandReportStateEnum": "registrations.models.StandReport.State",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = logs.config(env.LOG_FORMAT)
LOGGING_CONFIG = "events_site.logs.configure"
