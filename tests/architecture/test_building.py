"""Rules of the house that imports and types cannot see; each one fails by itself."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("workflows", "forms", "integrations", "service")
SOURCES = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]
MADE_HERE = {".git", ".venv", ".dat", "__pycache__", "out", "out2", "bench-report"}


def committed_files():
    """The files of the repository; of the folder where git is not there to ask."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return [
            path
            for path in ROOT.rglob("*")
            if not MADE_HERE & set(path.relative_to(ROOT).parts)
            and not path.relative_to(ROOT).parts[0].endswith("_cache")
        ]
    listed = subprocess.run(
        [git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\n") if name]


CALLS_THAT_TOUCH_FILES = {"open", "read_text", "read_bytes", "write_text", "iterdir"}
TRANSLITERATED = {"ho_so", "thua_dat", "gcn", "tthc", "mot_cua", "so_do", "can_bo"}
ADDRESS = re.compile(r"https?://(?!127\.0\.0\.1|localhost|\{)[\w.-]+", re.ASCII)
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root|home)/")


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id
            elif isinstance(function, ast.Attribute):
                yield function.attr


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if p.parts[-2] == "workflows" or "workflows" in p.parts],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_only_the_loader_of_the_domain_touches_files(path):
    if path.name.startswith("loader"):
        return
    found = set(calls(ast.parse(path.read_text("utf-8")))) & CALLS_THAT_TOUCH_FILES
    assert not found


def test_every_module_and_public_function_says_what_it_is_for():
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_the_service_leaves_rendering_to_the_press():
    """A command that ends with its paper may render by itself, and so may the bench."""
    by_itself = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.is_relative_to(ROOT / "service")
        and re.search(r"pdf\.render|forms\.engine", path.read_text("utf-8"))
    }
    assert by_itself == {"service/bench/papers.py", "service/commands/filling.py"}


def test_no_identifier_transliterates_vietnamese():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = getattr(node, "name", None) or getattr(node, "id", None)
            assert name not in TRANSLITERATED, f"{path}: {name}"


def test_no_committed_file_holds_an_address_or_a_path_of_the_machine():
    found = []
    for path in committed_files():
        if path.suffix in {".png", ".pdf", ".ico"} or not path.is_file():
            continue
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            if MACHINE_PATH.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
            if path.name == "requirements.lock" and ADDRESS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert found == []


def test_the_lock_pins_every_package_with_a_hash():
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            assert "==" in line, line
            assert "--hash=sha256:" in line, line


def test_no_python_file_decides_by_province_or_procedure():
    """A difference between provinces or procedures belongs in a package."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Compare):
                continue
            for side in (node.left, *node.comparators):
                value = getattr(side, "value", None)
                assert value not in {"66", "15"}, f"{path}:{node.lineno}"
                if isinstance(value, str):
                    assert not re.fullmatch(
                        r"(register|notarize|reissue|discharge|split|assess)_\w+", value
                    ), f"{path}:{node.lineno}: {value}"
