from pathlib import Path

from config import environment

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = environment.required(
    "SECRET_KEY",
    "pass a long random string, on ECS as a secret of the service",
)
ALLOWED_HOSTS = environment.required_list(
    "ALLOWED_HOSTS",
    "list the host names that the app answers to, separated by commas",
)
DEBUG = environment.flag("DEBUG")

SITE_NAME = environment.optional("SITE_NAME", "Slipway")
IMAGE_DIGEST = environment.optional("IMAGE_DIGEST", "unknown")
GIT_COMMIT = environment.optional("GIT_COMMIT", "unknown")

INSTALLED_APPS = [
    # Without it, `runserver` would bypass whitenoise and serve static files unlike production.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "health",
    "pages",
]
MIDDLEWARE = [
    # First: a load balancer asks by IP address, which is in nobody's ALLOWED_HOSTS.
    "health.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.MissingStaticFileMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# Elsewhere, a copy is published from the image. whitenoise serves the same files under the same path, whoever is asked.
STATIC_URL = environment.address("STATIC_URL", "/static/")
STATIC_ROOT = BASE_DIR / "staticfiles"
# Bucket for what people upload. Never that of the static files: scripts and uploads must not share an origin.
MEDIA_BUCKET = environment.optional("MEDIA_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_BUCKET,
            "region_name": environment.optional("AWS_REGION", "") or None,
            # The bucket is private: who may see a file gets an address that is good for an hour.
            "querystring_auth": True,
            "querystring_expire": 3600,
            "signature_version": "s3v4",
            # Otherwise signed addresses lead to a host that redirects while a bucket is new, and no signature survives that.
            "addressing_style": "virtual",
            # Two people's photo.jpg are two files.
            "file_overwrite": False,
            "default_acl": None,
        },
    }
    if MEDIA_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

# The load balancer ends TLS and always overwrites this header; nothing else can reach the container's port.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Sent over HTTPS only. An hour, because a browser holds a domain to it: raise it once HTTPS is there to stay.
SECURE_HSTS_SECONDS = environment.whole_number("HSTS_SECONDS", 3600, 63_072_000)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# Only where pages are asked for under a name that does not reach the app, because something in between changes the host.
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # The load balancer redirects to HTTPS; here, its health checks would be redirected too.
    "security.W005",  # Subdomains and the browsers' preload list belong to whoever owns the domain.
    "security.W021",
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"},
    },
    "root": {"handlers": ["stdout"], "level": environment.optional("LOG_LEVEL", "INFO").upper()},
    # Django's own handlers stay silent or send mail outside DEBUG; the log of the task is the one place to look.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # Scanners ask by IP address all day: the 400 in the access log is enough, a traceback each is not.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # At INFO, each process says where it found credentials and endpoint.
        "botocore": {"level": "WARNING"},
    },
}
