"""AUD960: a test asks for a fixture that nothing defines."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.pytest_fixtures import PytestFixtures
from auditor.facts.python_requirements import PythonRequirements
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OF_PYTEST = frozenset(
    [
        "cache", "capfd", "capfdbinary", "caplog", "capsys", "capsysbinary", "config", "doctest_namespace",
        "monkeypatch", "pytestconfig", "pytester", "record_property", "record_testsuite_property",
        "record_xml_attribute", "recwarn", "request", "subtests", "testdir", "tmp_path", "tmp_path_factory",
        "tmpdir", "tmpdir_factory",
    ]
)  # fmt: skip
_OF_PLUGINS = frozenset(
    [
        "mocker", "class_mocker", "module_mocker", "package_mocker", "session_mocker", "event_loop",
        "event_loop_policy", "unused_tcp_port", "unused_tcp_port_factory", "unused_udp_port",
        "unused_udp_port_factory", "loop", "aiohttp_client", "aiohttp_server", "aiohttp_raw_server",
        "aiohttp_unused_port", "test_client", "httpserver", "httpserver_listen_address", "make_httpserver",
        "respx_mock", "httpx_mock", "requests_mock", "benchmark", "benchmark_weave", "anyio_backend",
        "anyio_backend_name", "anyio_backend_options", "free_tcp_port", "free_tcp_port_factory", "free_udp_port",
        "free_udp_port_factory", "cov", "no_cover", "faker", "freezer", "fs", "snapshot", "page", "browser",
        "context", "new_context", "browser_type", "playwright", "base_url", "worker_id", "testrun_uid", "fp",
        "fake_process", "db", "client", "admin_client", "admin_user", "async_client", "async_rf", "rf",
        "settings", "django_user_model", "django_username_field", "django_assert_num_queries",
        "django_assert_max_num_queries", "django_capture_on_commit_callbacks", "django_db_reset_sequences",
        "django_db_serialized_rollback", "django_db_setup", "django_db_blocker", "django_mail_patch_dns",
        "live_server", "mailoutbox", "transactional_db", "celery_app", "celery_worker", "celery_config",
        "celery_session_app", "celery_session_worker", "app", "client_class", "accept_json", "socket_enabled",
        "socket_disabled", "betamax_session", "vcr", "vcr_config", "vcr_cassette", "extra", "extras", "metadata",
        "json_metadata", "data_regression", "file_regression", "num_regression", "image_regression",
        "dataframe_regression", "datadir", "shared_datadir", "original_datadir", "lazy_datadir", "selenium",
        "driver", "console", "hass", "notebook", "qtbot", "qapp", "qtlog", "spark", "spark_session", "testbed",
        "time_machine", "patching", "weave", "aioresponses", "dash_br", "dash_duo", "ddspan", "ddtracer", "host",
        "linter", "mixer",
    ]
)  # fmt: skip
_WITHOUT = frozenset(
    [
        "pytest", "pytest_asyncio", "pytest_cov", "pytest_mock", "pytest_xdist", "pytest_timeout",
        "pytest_aiohttp", "pytest_django", "pytest_httpserver", "pytest_httpx", "pytest_benchmark",
        "pytest_rerunfailures", "pytest_randomly", "pytest_random_order", "pytest_sugar", "pytest_env",
        "pytest_dotenv", "pytest_html", "pytest_json_report", "pytest_metadata", "pytest_playwright",
        "pytest_subprocess", "pytest_freezer", "pytest_freezegun", "pytest_socket", "pytest_instafail",
        "pytest_repeat", "pytest_order", "pytest_ordering", "pytest_split", "pytest_profiling",
        "pytest_recording", "pytest_vcr", "pytest_datadir", "pytest_regressions", "pytest_parallel",
        "pytest_forked", "pytest_clarity", "pytest_picked", "pytest_watch",
        "pytest_github_actions_annotate_failures", "pytest_trio", "pytest_tornasync", "pytest_celery",
        "pytest_ruff", "pytest_mypy", "pytest_flake8", "pytest_durations", "pytest_check", "pytest_assume",
        "pytest_custom_exit_code", "pytest_retry", "pytest_codspeed", "pytest_memray", "pytest_examples",
        "pytest_pretty", "pytest_rich", "pytest_icdiff", "pytest_diff", "pytest_testmon", "pytest_cover",
        "pytest_spec", "pytest_ini", "pytest_options", "pytest_args", "pytest_marks", "pytest_cache",
        "pytest_report", "pytest_addopts",
    ]
)  # fmt: skip
"""Packages of which all fixtures are in the list, and words of the same beginning that are none."""


_COLLECTED = pattern(r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests)\.py$")
"""Files in which pytest looks for tests, and Django; what others call a test may be called by hand."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    files = [(file, fact) for file, fact in facts.of(PytestFixtures) if not is_test_data(file.path)]
    if not files or any(fact.open for _, fact in files) or _has_other_plugins(facts):
        return
    known = set(_OF_PYTEST | _OF_PLUGINS)
    for _, fact in files:
        known.update(one.name for one in fact.fixtures)
        known.update(fact.names, fact.bound)
    if not any(fact.fixtures for _, fact in files):
        return
    for file, fact in files:
        for one in fact.requests if file.role is Role.TEST and _COLLECTED.search(file.path) else ():
            if one.name not in known:
                short = one.test.rpartition(".")[2]
                message = f"{short} asks for `{one.name}`, which no fixture of the repository, of pytest or of a common plugin is called: it ends in an error."
                yield Hit(file.path, one.line, one.line, message, one.test)


def _has_other_plugins(facts: RepositoryFacts) -> bool:
    """Whether a plugin may be installed that brings fixtures nobody here knows."""
    words = {word for _, fact in facts.of(PythonRequirements) for word in fact.words if word.startswith("pytest_")}
    return bool(words - _WITHOUT)


_CONFTEST = "import pytest\n\n\n@pytest.fixture\ndef shop():\n    return object()\n"


RULE = Rule(
    id="AUD960",
    name="fixture-nowhere",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every fixture that a test asks for defined?",
    why="A test that asks for a fixture that is not there ends with 'fixture not found' before its first line; where errors are tolerated, nobody sees that it tests nothing.",
    limits="Fixtures are looked for in all test files of the repository; those of pytest and of common plugins are known. Where files of fixtures are taken from elsewhere, or a plugin is installed that is not known, nothing is said.",
    fix="Define the fixture, or take the test out.",
    since="0.9.0",
    effort=20,
    reads=frozenset({"pytest-fixtures"}),
    roles=frozenset({Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="fixtures that are made in a loop",
            files={
                "tests/conftest.py": "import pytest\n\n\ndef made(name):\n    @pytest.fixture\n    def fixture():\n        return name\n\n    return fixture\n\n\nfor name in ('till', 'shelf'):\n    globals()[f'shop_{name}'] = made(name)\n",
                "tests/test_shop.py": "def test_till(shop_till):\n    assert shop_till == 'till'\n",
            },
        ),
        Example(
            title="a file of the bank that no fixture makes",
            files={
                "tests/conftest.py": _CONFTEST,
                "tests/test_shop.py": "def test_file(shop, bank_file, tmp_path):\n    assert shop.read(bank_file)\n",
            },
            found=("tests/test_shop.py:1",),
        ),
        Example(
            title="fixtures that are there, and a plugin that may bring one",
            files={
                "tests/conftest.py": _CONFTEST,
                "tests/test_shop.py": "def test_file(shop, bank_file):\n    assert shop.read(bank_file)\n",
                "requirements-dev.txt": "pytest\npytest-bank\n",
            },
        ),
        Example(
            title="fixtures of a plugin that a file without tests names",
            files={
                "conftest.py": "pytest_plugins = ['bank.testing']\n",
                "tests/conftest.py": _CONFTEST,
                "tests/test_shop.py": "def test_file(shop, bank_file):\n    assert shop.read(bank_file)\n",
            },
        ),
        Example(
            title="values that a table gives by name, and a function that is called by hand",
            files={
                "tests/conftest.py": _CONFTEST,
                "tests/test_shop.py": "import pytest\n\nCASES = {'argnames': 'note', 'argvalues': [1]}\n\n\n@pytest.mark.parametrize(**CASES)\ndef test_file(shop, note):\n    assert shop.read(note)\n",
                "tests/probe.py": "def test_box(box):\n    assert box\n",
            },
        ),
    ),
)
