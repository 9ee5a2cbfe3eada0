from django.http import HttpResponse

BODY = b"ok\n"
HEADERS = {"Cache-Control": "no-store", "Content-Length": str(len(BODY))}


class HealthMiddleware:
    """Answers /healthz before anything that could refuse it: host validation, redirects, sessions, a database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz":
            return HttpResponse(BODY, content_type="text/plain", headers=HEADERS)
        return self.get_response(request)
