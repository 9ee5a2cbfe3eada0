from django.test import SimpleTestCase, override_settings

DIGEST = "sha256:" + "a1" * 32


class HealthTests(SimpleTestCase):
    def test_healthz_answers_a_load_balancer_that_asks_by_ip_address(self):
        response = self.client.get("/healthz", headers={"host": "10.0.3.17:8000"})
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.content, b"ok\n")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Content-Length"], "3")

    def test_healthz_answers_without_any_allowed_host(self):
        with override_settings(ALLOWED_HOSTS=[]):
            self.assertEqual(self.client.get("/healthz", headers={"host": "x.test"}).status_code, 200)

    def test_only_the_exact_path_is_the_health_check(self):
        self.assertEqual(self.client.get("/healthz/more").status_code, 404)


class VersionTests(SimpleTestCase):
    @override_settings(IMAGE_DIGEST=DIGEST, GIT_COMMIT="0123abc")
    def test_version_tells_digest_and_commit(self):
        response = self.client.get("/version")
        self.assertEqual(response.json(), {"digest": DIGEST, "commit": "0123abc"})
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_version_cannot_be_posted_to(self):
        self.assertEqual(self.client.post("/version").status_code, 405)

    def test_version_is_refused_to_an_unknown_host(self):
        self.assertEqual(self.client.get("/version", headers={"host": "elsewhere.example"}).status_code, 400)
