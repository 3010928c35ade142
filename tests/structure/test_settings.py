"""Every environment variable that anything of ours reads is in the one documented table."""

import ast
import re
import subprocess
from pathlib import Path

from servicekit.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\bACORN_[A-Z][A-Z_]*[A-Z]\b")


def documented() -> set[str]:
    """The variables of the table in docs/settings.md."""
    rows = (ROOT / "docs" / "settings.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE))


def sources() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and "tests" not in path.parts]


def named(path: Path) -> set[str]:
    """The variables that a file names: in code as texts, elsewhere anywhere."""
    if path.suffix == ".py":
        found = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(VARIABLE.findall(node.value))
        return found
    if path.name in ("Makefile", "run") or path.suffix in (".yaml", ".yml", ".sh") or path.name == "Dockerfile":
        return set(VARIABLE.findall(path.read_text()))
    return set()


def test_every_variable_that_is_read_is_in_the_table() -> None:
    missing = {name: str(path.relative_to(ROOT)) for path in sources() for name in named(path) - documented()}

    assert missing == {}


def test_every_setting_of_the_services_is_in_the_table_and_is_read() -> None:
    names = {setting.name for setting in SETTINGS}
    read = {name for path in sources() if path.name != "generate.py" for name in named(path)}

    assert names <= documented()
    assert names <= read


def test_nothing_of_ours_reads_the_environment_but_by_these_names() -> None:
    """A variable with another prefix would be invisible to the table: only `CI`, a convention, is read."""
    others = set()
    for path in sources():
        if path.suffix == ".py":
            text = path.read_text()
            read = re.findall(r"""(?:environ(?:\.get\(|\[)|getenv\()\s*["'](\w+)["']""", text)
            others |= {name for name in read if not VARIABLE.fullmatch(name) and name != "CI"}

    assert others == set()
