import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings

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


class StaticFileTests(SimpleTestCase):
    def test_collected_files_have_their_hash_in_the_name_and_a_compressed_twin(self):
        with tempfile.TemporaryDirectory() as folder, override_settings(STATIC_ROOT=folder):
            call_command("collectstatic", interactive=False, verbosity=0)
            names = {path.name for path in Path(folder, "pages").iterdir()}
        hashed = [name for name in names if name.startswith("page.") and name.endswith(".css") and name != "page.css"]
        self.assertEqual(len(hashed), 1)
        self.assertIn(f"{hashed[0]}.gz", names)
