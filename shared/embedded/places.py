"""Where the development engines keep their things, all inside the clone: `.acorn/`, which git ignores."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The clone. This package runs from a clone only (an editable install); no image contains it."""

STATE = ROOT / ".acorn"
ENGINES = STATE / "engines"
DATA = STATE / "data"
LOGS = STATE / "logs"
RUN_FILE = STATE / "run.json"
