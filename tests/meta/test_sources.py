"""What holds for every source file: pure core, small pieces, no blanket exemption, no download address."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.facts.pattern import Pattern
from auditor.rules.registry import rules
from tests.meta.checkout import ROOT, modules, tracked

MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 300
CORE = (
    "model", "facts", "check", "rules", "engine", "scoring", "certificate", "formats", "evidence", "reports", "trust",
    "web", "agent",
)  # fmt: skip
IMPURE_MODULES = frozenset({"subprocess", "socket", "urllib", "http", "git", "random", "secrets", "requests"})
IMPURE_CALLS = frozenset(
    {
        "open",
        "input",
        "print",
        "exit",
        "time.time",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "os.getenv",
        "sys.exit",
    }
)
DOWNLOAD_ADDRESS = re.compile(
    r"https?://[^\s\"']*/simple\b|--(?:extra-)?index-url|--find-links|--trusted-host|python[h]osted"
)
OURS = modules("auditor", "tools")


def impurities(tree: ast.Module) -> Iterator[str]:
    """Imports and calls that reach disk, clock, environment, network or chance."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.partition(".")[0] in IMPURE_MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in IMPURE_MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in IMPURE_CALLS:
            yield ast.unparse(node.func)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ":
            yield "os.environ"


def blanket_exemptions(path: str) -> Iterator[str]:
    """Comments that switch a check off without naming it."""
    with tokenize.open(ROOT / path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT and re.search(
                r"#\s*(noqa(?!: [A-Z]+\d)|type:\s*ignore(?!\[))", token.string
            ):
                yield f"{path}:{token.start[0]}"


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Functions of more lines than a reader holds at once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name}: {lines} lines"


@pytest.mark.parametrize("path", modules(*(f"auditor/{one}" for one in CORE)))
def test_the_core_reaches_neither_disk_nor_clock_nor_environment(path: str) -> None:
    assert list(impurities(ast.parse((ROOT / path).read_bytes()))) == []


def test_an_impure_core_would_be_seen() -> None:
    source = "import subprocess\nfrom urllib.request import urlopen\nopen('x')\nnow = datetime.now()\nos.environ['A']\n"
    assert sorted(impurities(ast.parse(source))) == [
        "datetime.now",
        "open",
        "os.environ",
        "subprocess",
        "urllib.request",
    ]


@pytest.mark.parametrize("path", OURS)
def test_functions_and_modules_are_small(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert list(long_functions(ast.parse(source))) == []
    assert source.count("\n") <= MAX_MODULE_LINES


@pytest.mark.parametrize("path", modules("auditor", "tools", "tests"))
def test_no_check_is_switched_off_as_a_whole(path: str) -> None:
    if not path.startswith("tests/e2e/repositories/"):
        assert list(blanket_exemptions(path)) == []


@pytest.mark.parametrize("path", [path for path in tracked() if path.endswith(".lock")])
def test_locks_pin_every_package_by_hash_and_name_no_source(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=[a-z])", text.strip())
    assert all(re.match(r"[a-z0-9-]+==\S+", one) and "--hash=sha256:" in one for one in requirements)
    assert "://" not in text


def test_no_file_names_where_packages_are_downloaded_from() -> None:
    assert DOWNLOAD_ADDRESS.search("pip install --index-url https://packages.example/x")
    assert DOWNLOAD_ADDRESS.search("https://packages.example/simple/")
    assert not DOWNLOAD_ADDRESS.search("https://example.com/simplest")
    texts = (path for path in tracked() if not path.startswith(("auditor/rules/", "tests/", "docs/rules/")))
    named = [
        path for path in texts if DOWNLOAD_ADDRESS.search((ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []


def test_the_development_lock_holds_the_other_lock() -> None:
    pins = {
        name: set(re.findall(r"^([a-z0-9-]+==[^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    assert pins["requirements.lock"] <= pins["requirements-dev.lock"]


def test_every_declared_pattern_compiles() -> None:
    assert rules()
    declared = [one for one in gc.get_objects() if isinstance(one, Pattern)]
    assert declared
    for one in declared:
        one.search("")


def test_imports_run_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
