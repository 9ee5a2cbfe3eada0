import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.templatetags.static import static
from django.test import Client, SimpleTestCase, override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_protect

PLAIN_STATIC = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@override_settings(STORAGES=PLAIN_STATIC)
class PageTests(SimpleTestCase):
    @override_settings(SITE_NAME="this-is-project", IMAGE_DIGEST="sha256:" + "a1" * 32, GIT_COMMIT="0123456789abcdef")
    def test_the_page_shows_what_is_running(self):
        response = self.client.get("/")
        self.assertContains(response, "<h1>this-is-project</h1>")
        self.assertContains(response, ">a1a1a1a1a1a1</code>")
        self.assertContains(response, ">0123456789ab</code>")

    @override_settings(SITE_NAME="<script>alert(1)</script>")
    def test_a_name_cannot_carry_markup(self):
        self.assertNotContains(self.client.get("/"), "<script>")

    def test_the_page_is_refused_to_an_unknown_host(self):
        self.assertEqual(self.client.get("/", headers={"host": "elsewhere.example"}).status_code, 400)

    def test_the_page_sends_the_headers_that_protect_it(self):
        headers = self.client.get("/").headers
        self.assertEqual(headers["X-Frame-Options"], "DENY")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(headers["Referrer-Policy"], "strict-origin-when-cross-origin")
        self.assertNotIn("Strict-Transport-Security", headers)

    def test_a_browser_that_came_by_https_is_told_to_stay_there(self):
        headers = self.client.get("/", headers={"x-forwarded-proto": "https"}).headers
        self.assertEqual(headers["Strict-Transport-Security"], "max-age=3600")


@csrf_protect
def form(request):
    if request.method == "POST":
        return HttpResponse(f"hello {request.POST['name']}")
    template = "{% load static %}<link href=\"{% static 'pages/page.css' %}\"><form method=post>{% csrf_token %}</form>"
    return HttpResponse(Template(template).render(RequestContext(request)))


urlpatterns = [path("form", form)]


@override_settings(ROOT_URLCONF="pages.tests", ALLOWED_HOSTS=["www.example.com"], STORAGES=PLAIN_STATIC)
class FormTests(SimpleTestCase):
    """As a browser posts a form through a load balancer that ends TLS."""

    def post(self, origin="https://www.example.com", proto="https", secure_cookie=True):
        browser = Client(enforce_csrf_checks=True)
        came = {"host": "www.example.com", "x-forwarded-proto": proto}
        page = browser.get("/form", headers=came)
        self.assertIs(bool(page.cookies["csrftoken"]["secure"]), secure_cookie)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        sent = {"name": "Mona", "csrfmiddlewaretoken": token}
        return page, browser.post("/form", sent, headers={**came, "origin": origin})

    def test_a_form_is_posted_with_and_without_static_files_elsewhere(self):
        for static_url in ("/static/", "https://static.example.com/static/"):
            with self.subTest(static_url=static_url), override_settings(STATIC_URL=static_url):
                page, answer = self.post()
                self.assertContains(page, f'href="{static_url}pages/page.css"')
                self.assertContains(answer, "hello Mona")

    def test_a_form_of_another_site_is_refused(self):
        self.assertEqual(self.post(origin="https://evil.example")[1].status_code, 403)

    def test_a_form_is_refused_where_the_load_balancer_does_not_say_that_it_ended_tls(self):
        self.assertEqual(self.post(proto="http")[1].status_code, 403)

    @override_settings(CSRF_TRUSTED_ORIGINS=["https://shop.example.com"])
    def test_a_trusted_origin_may_post_too(self):
        self.assertContains(self.post(origin="https://shop.example.com")[1], "hello Mona")


class StaticFileTests(SimpleTestCase):
    def test_the_same_path_serves_them_whether_pages_name_another_host_or_not(self):
        for static_url in ("/static/", "https://static.example.com/static/"):
            with (
                self.subTest(static_url=static_url),
                tempfile.TemporaryDirectory() as folder,
                override_settings(STATIC_ROOT=folder, STATIC_URL=static_url, STORAGES=settings.STORAGES),
            ):
                call_command("collectstatic", interactive=False, verbosity=0)
                client = Client()
                url = static("pages/page.css")
                self.assertRegex(url, rf"^{static_url}pages/page\.[0-9a-f]{{12}}\.css$")
                found = client.get(urlsplit(url).path)
                self.assertEqual(found.status_code, 200)
                self.assertIn("immutable", found.headers["Cache-Control"])
                self.assertTrue(b"".join(found.streaming_content))
                found.close()

    def test_a_missing_one_is_kept_by_nobody(self):
        for static_url in ("/static/", "https://static.example.com/static/"):
            with self.subTest(static_url=static_url), override_settings(STATIC_URL=static_url):
                missing = Client().get("/static/pages/page.0123456789ab.css")
                self.assertEqual(missing.status_code, 404)
                self.assertEqual(missing.headers["Cache-Control"], "no-store")
        self.assertNotIn("Cache-Control", self.client.get("/statics").headers)

    def test_collected_files_have_their_hash_in_the_name_and_a_compressed_twin(self):
        with tempfile.TemporaryDirectory() as folder, override_settings(STATIC_ROOT=folder):
            call_command("collectstatic", interactive=False, verbosity=0)
            names = {path.name for path in Path(folder, "pages").iterdir()}
        hashed = [name for name in names if name.startswith("page.") and name.endswith(".css") and name != "page.css"]
        self.assertEqual(len(hashed), 1)
        self.assertIn(f"{hashed[0]}.gz", names)
