"""Where the development engines keep their things, all inside the clone: `.acorn/`, which git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The clone. This package runs from a clone only (an editable install); no image contains it."""

STATE = Path(os.environ.get("ACORN_STATE") or ROOT / ".acorn")
"""Data, logs and locks of one run; elsewhere for a second one beside it."""

ENGINES = ROOT / ".acorn" / "engines"
DATA = STATE / "data"
LOGS = STATE / "logs"
RUN_FILE = STATE / "run.json"
