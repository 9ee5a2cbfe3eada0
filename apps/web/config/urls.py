from django.urls import path

from health.views import version
from pages.views import index

urlpatterns = [
    path("", index, name="index"),
    path("version", version, name="version"),
]
