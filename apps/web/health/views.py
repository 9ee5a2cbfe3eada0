from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def version(request):
    return JsonResponse({"digest": settings.IMAGE_DIGEST, "commit": settings.GIT_COMMIT})
