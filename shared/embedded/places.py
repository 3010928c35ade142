"""Where the development engines keep their things: in `.acorn/` of the clone, which git ignores."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The clone. This package runs from a clone only (an editable install); no image contains it."""

ENGINES = ROOT / ".acorn" / "engines"

STATE = Path(os.environ.get("ACORN_STATE") or ROOT / ".acorn").absolute()
"""What a run leaves and finds again. ACORN_STATE moves it: a second run from one clone then has data of its own."""

DATA = STATE / "data"
LOGS = STATE / "logs"
RUN_FILE = STATE / "run.json"
