from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseNotFound

BODY = b"no such file\n"
HEADERS = {"Cache-Control": "no-store", "Content-Length": str(len(BODY))}


class MissingStaticFileMiddleware:
    """Answers for static files that whitenoise does not have, so that nobody keeps a 404 that another version would not give."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.prefix = urlsplit(settings.STATIC_URL).path

    def __call__(self, request):
        if request.path_info.startswith(self.prefix):
            return HttpResponseNotFound(BODY, content_type="text/plain", headers=HEADERS)
        return self.get_response(request)
