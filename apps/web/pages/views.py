import platform

import django
from django.conf import settings
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def index(request):
    digest = settings.IMAGE_DIGEST
    return render(
        request,
        "pages/index.html",
        {
            "name": settings.SITE_NAME,
            "digest": digest,
            "short_digest": digest.rpartition("sha256:")[2][:12],
            "commit": settings.GIT_COMMIT,
            "short_commit": settings.GIT_COMMIT[:12],
            "host": platform.node(),
            "python": platform.python_version(),
            "django": django.get_version(),
        },
    )
