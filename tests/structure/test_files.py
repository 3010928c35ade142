"""What the files of the repository may look like, and what none of them may hold."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
VENDORED = ("shared/servicekit/static/docs/", "services/portal/acorn_portal/static/vendor/", "tests/browser/vendor/")
DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
# In pieces, so that this file does not hold what it looks for.
REGISTRIES = (
    "pypi" + r"\.org",
    "files" + r"\.pythonhosted",
    "registry" + r"\.npmjs",
    "proxy" + r"\.golang",
    "repo1?" + r"\.maven",
    "deb" + r"\.debian",
    r"index\.docker",
    r"ghcr" + r"\.io",
    r"quay" + r"\.io",
)
MACHINES = ("/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "/" + r"root/[\w.]", "/" + r"work/\w")


@cache
def tracked() -> list[Path]:
    """Every file of the repository, as git knows it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@cache
def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text()
        except UnicodeDecodeError:
            continue  # an image or a windows-1252 extract
    return found


def python() -> list[str]:
    return [name for name in texts() if name.endswith(".py")]


def test_a_long_python_file_says_why_in_its_first_comment() -> None:
    silent = []
    for name in python():
        lines = texts()[name].splitlines()
        if len(lines) > MOST_LINES:
            first = next((line for line in lines if line.startswith("#") and not line.startswith("#!")), "")
            if not re.search(r"\blong|lines\b", first):
                silent.append(f"{name}: {len(lines)} lines")
    assert silent == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [name for name in python() if {Path(name).stem, *Path(name).parts} & DRAWERS] == []


def test_test_folders_are_no_packages() -> None:
    """Under importlib mode each test file stands alone; a package among them would shadow another of its name."""
    assert [name for name in python() if name.endswith("__init__.py") and "tests" in Path(name).parts] == []


def test_each_module_and_public_thing_that_ships_says_what_it_is() -> None:
    silent = []
    for name in python():
        if "tests" in Path(name).parts or not texts()[name].strip():
            continue
        tree = ast.parse(texts()[name])
        if ast.get_docstring(tree) is None:
            silent.append(name)
        silent += [
            f"{name}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    assert silent == []


@pytest.mark.parametrize("pattern", REGISTRIES)
def test_no_file_names_a_registry_host(pattern: str) -> None:
    assert [name for name, text in texts().items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("pattern", MACHINES)
def test_no_file_holds_a_path_of_somebodys_machine(pattern: str) -> None:
    assert [name for name, text in texts().items() if re.search(rf"(?<![\w.\-]){pattern}", text)] == []


def test_nothing_is_left_for_later() -> None:
    left = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    assert [name for name, text in texts().items() if not name.startswith(VENDORED) and left.search(text)] == []


def test_every_make_target_has_its_help_line() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([A-Za-z][\w-]*)\s*:(?!=)(.*)$", makefile, re.MULTILINE)

    assert targets
    assert [name for name, rest in targets if "##" not in rest] == []


def test_every_phony_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"^([A-Za-z][\w-]*)\s*:(?!=)", makefile, re.MULTILINE))
    phony = {name for line in re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE) for name in line.split()}

    assert phony - named == set()
