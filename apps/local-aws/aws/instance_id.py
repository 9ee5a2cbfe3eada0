"""The id of this local AWS, kept beside its saved state, and how often it started after an unclean end."""
import json
import os
import uuid


class InstanceId:
    def __init__(self, folder=None):
        # The file keeps the name under which earlier versions wrote it.
        self.file = folder / "slipway.incarnation" if folder else None
        self.id, self.boot = str(uuid.uuid4()), 0
        if self.file and self.file.exists():
            saved = json.loads(self.file.read_text())
            self.id, self.boot = saved["id"], saved["boot"] + (not saved["clean"])

    def _write(self, clean):
        if self.file:
            temporary = self.file.with_suffix(".tmp")
            temporary.write_text(json.dumps({"id": self.id, "boot": self.boot, "clean": clean}))
            os.replace(temporary, self.file)

    def started(self):
        self._write(clean=False)

    def stopped(self):
        self._write(clean=True)

    def renew(self):
        """Takes a new id, because a reset emptied the state."""
        self.id, self.boot = str(uuid.uuid4()), 0
        self._write(clean=False)
