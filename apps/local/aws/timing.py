"""Every interval that differs from AWS's, so that a deployment takes seconds. SLIPWAY_TIMING=aws keeps AWS's own.

docs/local-aws.md has the table; a test compares it with this file."""
import os

AWS = os.environ.get("SLIPWAY_TIMING") == "aws"

SAVE_DELAY = 0.25
SAVE_ALL_EVERY = 30.0
