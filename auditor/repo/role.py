"""What a file is there for: shipped, test, example, documentation, generated or data.

Configuration is judged as shipped wherever it lies, also where its header says that a tool wrote it: it is
what gets deployed.
"""

from __future__ import annotations

import re
from fnmatch import translate
from functools import cache

from auditor.model.source import Language, Role

__all__ = ["DELIVERY_FOLDERS", "is_among_tests", "is_deployed_as_is", "role_of", "says_generated", "speaks_of_tests"]

_CONFIGURATION = frozenset(
    {Language.YAML, Language.JSON, Language.TOML, Language.INI, Language.ENV, Language.HCL, Language.DOCKERFILE}
)
_CODE = frozenset(
    {
        Language.C, Language.CPP, Language.GO, Language.JAVA, Language.JAVASCRIPT, Language.PYTHON, Language.RUST,
        Language.SHELL, Language.SQL, Language.TSX, Language.TYPESCRIPT,
    }
)  # fmt: skip

_DEPLOYED_AS_IS = _CONFIGURATION | {Language.SHELL, Language.MAKEFILE, Language.MARKDOWN}
DELIVERY_FOLDERS = (".github/workflows/", ".github/actions/", ".circleci/", ".gitlab/ci/", ".buildkite/", ".tekton/")

_TEST_FOLDERS = frozenset(
    {
        "tests", "test", "__tests__", "__mocks__", "testdata", "test_data", "test-data", "test_files", "testfiles", "fixtures", "testutils",
        "test_utils", "test-utils", "testutil", "e2e", "integration_tests", "integration-tests", "unit_tests", "unittests",
        "unit-tests", "functional_tests", "acceptance_tests", "e2e-tests", "e2e_tests", "cypress", "playwright",
        "test_resources", "test-resources", "testcases", "integrationtest", "integrationtests", "test-fixtures", "test_fixtures",
    }
)  # fmt: skip
_SPECIFICATION_FOLDERS = frozenset({"spec", "specs"})
_TEST_NAMES = (
    "test_*.py", "*_test.py", "conftest.py", "tests.py", "*_test.go", "*.test.[jt]s", "*.test.[jt]sx", "*.spec.[jt]s", "*.spec.[jt]sx", "*.test.[cm][jt]s", "*.spec.[cm][jt]s",
    "*.cy.[jt]s", "*.cy.[jt]sx", "*Test.java", "*Tests.java", "*IT.java", "Test[A-Z]*.java", "*_test.c", "*_test.cc",
    "*_test.cpp", "*_unittest.cc", "*_unittest.cpp", "test_*.c", "test_*.cc", "test_*.cpp", "*_test.rs", "*_spec.rb",
    "*_test.rb",
)  # fmt: skip
_SHELL_TESTS = ("test_*.sh", "test-*.sh", "*.bats")
_OPERATIONS_FOLDERS = frozenset({"scripts", "script", "bin", "ci", "deploy", "deployment", "ops", "tools", "hack"})
"""Where a shell script called after a test is what a pipeline runs, such as a smoke test."""
_TEST_WORDS = (b"pytest", b"unittest", b"def test_", b"TestCase", b"absltest", b"class Test")
"""Without one of these a program there is no test, but a load or smoke test that somebody runs."""
_EXAMPLE_FOLDERS = frozenset(
    {
        "examples", "example", "demos", "demo", "samples", "sample", "notebooks", "tutorials", "tutorial",
        "cookbook", "playground",
    }
)  # fmt: skip
_EXAMPLE_NAMES = ("*.ipynb", "demo_*.*", "*_demo.*", "demo.*", "example_*.*", "*_example.*", "example.*")

_DOCUMENTATION_FOLDERS = frozenset({"docs", "doc", "documentation"})
_DOCUMENTATION_SUFFIXES = (".rst", ".adoc", ".asciidoc", ".tex", ".pod", ".1", ".org")
_DOCUMENTATION_NAMES = frozenset(
    {
        "license", "licence", "licenses", "copying", "notice", "authors", "contributors", "maintainers", "changelog",
        "changes", "history", "news", "readme", "contributing", "security", "code_of_conduct", "copyright", "patents",
        "thanks", "credits", "todo",
    }
)  # fmt: skip
_SHIPPED_TEXTS = (
    "requirements*.txt", "*requirements.txt", "constraints*.txt", "cmakelists.txt", "robots.txt", "runtime.txt",
    "*/requirements/*.txt", "requirements/*.txt",
)  # fmt: skip

_GENERATED_NAMES = (
    "*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py", "*.pb.go", "*.pb.cc", "*.pb.h", "*.pb.gw.go", "*.gen.go", "*.g.dart",
    "*.min.js", "*.min.css", "*.bundle.js", "*.js.map", "*.css.map", "*.lock", "package-lock.json", "npm-shrinkwrap.json",
    "pnpm-lock.yaml", "bun.lockb", "go.sum", ".terraform.lock.hcl", "packages.lock.json", "gradlew", "gradlew.bat", "mvnw",
    "mvnw.cmd", "chart.lock", "deno.lock",
)  # fmt: skip
_DATA_SUFFIXES = (
    ".csv", ".tsv", ".jsonl", ".ndjson", ".log", ".svg", ".geojson", ".dat", ".diff", ".patch", ".pem", ".crt", ".po", ".pot",
    ".bak", ".backup", ".orig", ".rej", ".old", ".swp", "~",
)  # fmt: skip
_DATA_NAMES = (
    "*.log.[0-9]*", "coverage.json", "coverage.xml", "*[-_]report.json", "*[-_]report.xml", "*[-_]results.json",
    "report.json", "results.json", "junit*.xml",
)  # fmt: skip
_DATA_FOLDERS = frozenset(
    {
        "data", "dataset", "datasets", "results", "reports", "logs", "snapshots", "__snapshots__", "output", "outputs",
    }
)  # fmt: skip
_LARGE = 256_000
"""Bytes above which a JSON file is data, unless it lies where dashboards do."""
_DASHBOARD_FOLDERS = frozenset(
    {
        "monitoring", "grafana", "dashboards", "observability", "prometheus",
    }
)  # fmt: skip

_HEADER_LINES = 10


def role_of(path: str, language: Language, size: int, head: bytes) -> Role:
    """The role of a text or binary file, told from its path, its language and its first bytes."""
    if path.startswith(DELIVERY_FOLDERS) and language is not Language.BINARY:
        return Role.SHIPPED
    *folders, name = path.split("/")
    if _is_generated(name, language, head):
        return Role.GENERATED
    if _is_data(folders, name, language, size):
        return Role.DATA
    if _is_test(folders, name, language, head):
        return Role.TEST
    if _is_example(folders, name, language):
        return Role.EXAMPLE
    return Role.DOCUMENTATION if _is_documentation(path, folders, name, language) else Role.SHIPPED


def is_among_tests(path: str) -> bool:
    """Whether a file lies in a folder of tests, whatever it is there."""
    return not _TEST_FOLDERS.isdisjoint(path.split("/")[:-1])


def is_deployed_as_is(path: str, language: Language) -> bool:
    """Whether it is run or deployed as it lies there, whoever wrote it: configuration, scripts, pipelines."""
    return path.startswith(DELIVERY_FOLDERS) or (language in _DEPLOYED_AS_IS and language is not Language.MARKDOWN)


def _any(name: str, patterns: tuple[str, ...]) -> bool:
    return _together(patterns).match(name) is not None


@cache
def _together(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


def _is_generated(name: str, language: Language, head: bytes) -> bool:
    if language is Language.BINARY:
        return False
    return _any(name.lower(), _GENERATED_NAMES) or (language not in _DEPLOYED_AS_IS and says_generated(head))


def speaks_of_tests(head: bytes) -> bool:
    """Whether the head of a program names what runs tests, or begins with some."""
    return any(word in head for word in _TEST_WORDS)


def says_generated(head: bytes) -> bool:
    """Whether the comments at the head of a file tell that a tool wrote it."""
    if b"enerated" not in head:
        return False
    lines = head.decode("utf-8", "replace").split("\n")[:_HEADER_LINES]
    comments = " ".join(line.strip() for line in lines if line.lstrip()[:1] in ("#", "/", "*", "-", ";", "<")).lower()
    if "@generated" in comments.split():
        return True
    warned = any(phrase in comments for phrase in ("do not edit", "do not modify", "don't edit", "do not change"))
    return warned and "generated" in comments


def _is_data(folders: list[str], name: str, language: Language, size: int) -> bool:
    lowered = name.lower()
    if language is Language.BINARY or lowered.endswith(_DATA_SUFFIXES) or _any(lowered, _DATA_NAMES):
        return True
    if language is Language.TEXT and lowered.endswith((".html", ".htm")):
        return bool(_DATA_FOLDERS.intersection(folders))
    if language not in (Language.JSON, Language.XML):
        return False
    if _DASHBOARD_FOLDERS.intersection(folders):
        return False
    return bool(_DATA_FOLDERS.intersection(folders)) or size > _LARGE


def _is_test(folders: list[str], name: str, language: Language, head: bytes) -> bool:
    if language is Language.MARKDOWN:
        return bool({"testdata", "fixtures"}.intersection(folders))
    if _TEST_FOLDERS.intersection(folders) or _is_chart_trial(folders):
        return True
    if language in _CODE and _SPECIFICATION_FOLDERS.intersection(folders):
        return True
    if language is Language.SHELL:
        return _any(name, _SHELL_TESTS) and not _OPERATIONS_FOLDERS.intersection(folders)
    if language is Language.PYTHON and name.endswith("_test.py") and _OPERATIONS_FOLDERS.intersection(folders):
        return speaks_of_tests(head)
    return _any(name, _TEST_NAMES)


def _is_chart_trial(folders: list[str]) -> bool:
    """Whether a file lies in ``charts/NAME/ci``, where chart-testing takes the values of its trial installations from."""
    return any(first in ("charts", "helm") and last == "ci" for first, last in zip(folders, folders[2:], strict=False))


def _is_example(folders: list[str], name: str, language: Language) -> bool:
    if language is Language.MARKDOWN or name.lower().endswith(_DOCUMENTATION_SUFFIXES):
        return False
    if _EXAMPLE_FOLDERS.intersection(folders):
        return True
    return language in (*_CODE, Language.JSON) and _any(name.lower(), _EXAMPLE_NAMES) and language is not Language.SHELL


def _is_documentation(path: str, folders: list[str], name: str, language: Language) -> bool:
    lowered = name.lower()
    if language is Language.MARKDOWN or lowered.endswith(_DOCUMENTATION_SUFFIXES):
        return True
    if lowered.endswith(".txt"):
        return not (_any(lowered, _SHIPPED_TEXTS) or _any(path.lower(), _SHIPPED_TEXTS))
    if language is Language.TEXT and lowered.partition(".")[0].replace("-", "_") in _DOCUMENTATION_NAMES:
        return True
    return language not in _CONFIGURATION and bool(_DOCUMENTATION_FOLDERS.intersection(folders))
