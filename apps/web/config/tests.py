import os
import subprocess
import sys
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, override_settings

from config import environment


def start(*command, **variables):
    """Runs a program in the app's folder with these variables and no others of its settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=kept | variables,
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )


MANAGE = ("manage.py", "check")
GUNICORN = ("-m", "gunicorn", "--check-config", "config.wsgi")


class StartTests(SimpleTestCase):
    def test_a_missing_secret_key_stops_the_start_with_one_sentence(self):
        for command in (MANAGE, GUNICORN):
            with self.subTest(command=command):
                done = start(*command, ALLOWED_HOSTS="example.com")
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr, r"\ASECRET_KEY \(not set\) must have a value; .+\.\n\Z")
                self.assertEqual(done.stdout, "")

    def test_missing_hosts_stop_the_start_with_one_sentence(self):
        for command in (MANAGE, GUNICORN):
            for hosts in ({}, {"ALLOWED_HOSTS": "  "}):
                with self.subTest(command=command, hosts=hosts):
                    done = start(*command, SECRET_KEY="x", **hosts)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertRegex(done.stderr, r"\AALLOWED_HOSTS \(not set\) must have a value; .+\.\n\Z")

    def test_the_two_of_them_are_enough_to_start(self):
        for command in (MANAGE, GUNICORN):
            with self.subTest(command=command):
                done = start(*command, SECRET_KEY="x", ALLOWED_HOSTS="example.com")
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_bad_port_stops_gunicorn_with_one_sentence(self):
        done = start(*GUNICORN, SECRET_KEY="x", ALLOWED_HOSTS="example.com", PORT="http")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(
            done.stderr, "PORT ('http') must be a whole number from 0 to 65535; correct it or leave it out.\n"
        )

    @override_settings(SECRET_KEY="0123456789abcdefghijklmnopqrstuvwxyz" * 2)
    def test_django_finds_nothing_to_warn_about_in_production(self):
        call_command("check", deploy=True, fail_level="WARNING")


    def test_static_files_elsewhere_keep_their_path(self):
        for url in ("https://static.example.com/", "http://static.example.com/static/", "static/", "https:///static"):
            with self.subTest(url=url):
                done = start(*MANAGE, SECRET_KEY="x", ALLOWED_HOSTS="example.com", STATIC_URL=url)
                self.assertEqual(
                    done.stderr,
                    f"STATIC_URL ({url!r}) must be /static/ or https://<host>/static/; correct it or leave it out.\n",
                )
        for url in ("/static/", "https://static.example.com/static/"):
            with self.subTest(url=url):
                done = start(*MANAGE, SECRET_KEY="x", ALLOWED_HOSTS="example.com", STATIC_URL=url)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_trusted_origin_is_one_of_https(self):
        for origin in ("example.com", "http://example.com", "https://example.com/", "https://"):
            with self.subTest(origin=origin):
                done = start(*MANAGE, SECRET_KEY="x", ALLOWED_HOSTS="example.com", CSRF_TRUSTED_ORIGINS=origin)
                self.assertEqual(
                    done.stderr,
                    f"CSRF_TRUSTED_ORIGINS ({origin!r}) must be https://<host>; correct it or leave it out.\n",
                )

    def test_uploads_are_private_where_there_is_a_bucket_for_them(self):
        names = ("bucket_name", "querystring_auth", "file_overwrite", "default_acl")
        show = f"from django.core.files.storage import default_storage as s; print(*(getattr(s, n, 0) for n in {names}))"
        command = ("manage.py", "shell", "--no-imports", "-c", show)
        given = {"SECRET_KEY": "x", "ALLOWED_HOSTS": "example.com", "DJANGO_SETTINGS_MODULE": "config.settings"}
        found = start(*command, **given, MEDIA_BUCKET="shop-media", AWS_REGION="eu-west-1")
        self.assertEqual(found.stdout.split(), ["shop-media", "True", "False", "None"], found.stderr)
        self.assertEqual(start(*command, **given).stdout.split(), ["0"] * 4)


class EnvironmentTests(SimpleTestCase):
    def test_hosts_are_separated_by_commas_and_trimmed(self):
        with mock.patch.dict(os.environ, HOSTS=" a.example, b.example ,"):
            self.assertEqual(environment.required_list("HOSTS", "x"), ["a.example", "b.example"])

    def test_a_list_of_commas_is_no_list(self):
        with mock.patch.dict(os.environ, HOSTS=", ,"), self.assertRaisesMessage(SystemExit, "HOSTS (', ,') must name"):
            environment.required_list("HOSTS", "list the hosts")

    def test_a_flag_takes_the_usual_words_and_no_others(self):
        for word, value in {"1": True, "TRUE": True, "yes": True, "0": False, "off": False, "": False}.items():
            with self.subTest(word=word), mock.patch.dict(os.environ, DEBUG=word):
                self.assertIs(environment.flag("DEBUG"), value)
        with mock.patch.dict(os.environ, DEBUG="maybe"), self.assertRaisesMessage(SystemExit, "DEBUG ('maybe') must"):
            environment.flag("DEBUG")

    def test_a_number_above_its_limit_is_refused(self):
        with mock.patch.dict(os.environ, PORT="70000"), self.assertRaisesMessage(SystemExit, "PORT ('70000') must"):
            environment.whole_number("PORT", 8000, 65_535)
