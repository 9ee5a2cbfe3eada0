from django.http import HttpResponse


class HealthMiddleware:
    """Answers /healthz before anything that could refuse it: host validation, redirects, sessions, a database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)
