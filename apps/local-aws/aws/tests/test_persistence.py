import json
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from .. import instance_id, persistence, upstream


class Saving(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name, value in (("_folder", self.folder), ("_written", {}), ("_dirty", set())):
            patch = mock.patch.object(persistence, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def save(self, state, keys=None):
        with mock.patch.object(upstream, "savers", return_value={"thing": state}):
            persistence.save(keys)

    def test_state_is_written_in_upstreams_format(self):
        self.save(lambda: {"a": 1})
        self.assertEqual({"a": 1}, json.loads((self.folder / "thing.json").read_text())["payload"])

    def test_unchanged_state_is_not_written_again(self):
        self.save(lambda: {"a": 1})
        before = (self.folder / "thing.json").stat().st_mtime_ns
        time.sleep(0.01)
        self.save(lambda: {"a": 1})
        self.assertEqual(before, (self.folder / "thing.json").stat().st_mtime_ns)

    def test_only_the_marked_state_is_written(self):
        self.save(lambda: {"a": 1}, {"other"})
        self.assertFalse((self.folder / "thing.json").exists())

    def test_state_that_changes_while_it_is_copied_is_copied_again(self):
        answers = [RuntimeError("dictionary changed size during iteration"), {"a": 2}]
        self.save(mock.Mock(side_effect=answers))
        self.assertEqual({"a": 2}, json.loads((self.folder / "thing.json").read_text())["payload"])

    def test_a_request_that_changes_something_marks_its_service_and_a_read_does_not(self):
        persistence.observe("ecs", "POST", "DescribeServices")
        persistence.observe("s3", "GET", "")
        self.assertEqual(set(), persistence._dirty)
        persistence.observe("ecs", "POST", "UpdateService")
        persistence.observe("s3", "PUT", "")
        self.assertEqual({"ecs", "s3"}, persistence._dirty)
        persistence.observe("elbv2", "POST", "CreateRule")
        self.assertIn("alb", persistence._dirty)


class InstanceIds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_a_clean_stop_keeps_id_and_boot(self):
        first = instance_id.InstanceId(self.folder)
        first.started()
        first.stopped()
        second = instance_id.InstanceId(self.folder)
        self.assertEqual((first.id, 0), (second.id, second.boot))

    def test_an_unclean_end_counts_one_boot_more(self):
        first = instance_id.InstanceId(self.folder)
        first.started()
        second = instance_id.InstanceId(self.folder)
        second.started()
        self.assertEqual((first.id, 1), (second.id, second.boot))
        self.assertEqual(2, instance_id.InstanceId(self.folder).boot)

    def test_a_lost_or_emptied_memory_is_another_instance(self):
        first = instance_id.InstanceId(self.folder)
        before = first.id
        first.renew()
        self.assertNotEqual(before, first.id)
        self.assertNotEqual(first.id, instance_id.InstanceId().id)
