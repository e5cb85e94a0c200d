"""AUD316: a job gives its tests the address of a service under a name that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.library_settings import is_read_elsewhere
from auditor.facts.names_known import is_given
from auditor.facts.pattern import pattern
from auditor.facts.pipeline_model import Job, Setting, Step
from auditor.facts.pytest_runs import runs_in
from auditor.facts.repository import RepositoryFacts
from auditor.facts.setting_words import SettingReaders, setting_readers
from auditor.facts.shell_program import all_commands
from auditor.facts.work_units import jobs_of_repository
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SERVICE = pattern(
    r"^(?:[A-Z][A-Z0-9]*_)*(DATABASE|DB|POSTGRES(?:QL)?|MYSQL|MARIADB|MONGO(?:DB)?|REDIS|VALKEY|RABBITMQ|AMQP|KAFKA|NATS|ELASTIC(?:SEARCH)?|CLICKHOUSE|MINIO|BROKER|QUEUE)_(?:[A-Z0-9]+_)*(?:URL|URI|DSN|HOST|USER|USERNAME|PASSWORD)$"
)
_HARMLESS = frozenset(
    {
        "pytest",
        "py.test",
        "python",
        "python3",
        "poetry",
        "uv",
        "pipenv",
        "hatch",
        "cd",
        "echo",
        "export",
        "set",
        "mkdir",
        "sleep",
        "timeout",
        "coverage",
    }
)
"""What a step runs besides pytest without reading settings of services of its own."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    readers = facts.derive(setting_readers)
    if readers.walks:
        return
    read = {name: match.group(1) for name in readers.read if (match := _SERVICE.search(name)) is not None}
    for path, job in jobs_of_repository(facts) if read else ():
        for step in job.steps:
            if _tests(path, step):
                yield from _unread(path, job, step, readers, read)


def _tests(path: str, step: Step) -> bool:
    """Whether a step runs pytest, and no program that may read what the step gives."""
    if step.program is None or not any(True for _ in runs_in(path, "", step.program)):
        return False
    return all(one.name in _HARMLESS for one in all_commands(step.program.body) if one.words)


def _unread(path: str, job: Job, step: Step, readers: SettingReaders, read: dict[str, str]) -> Iterator[Hit]:
    """The first name of a step that nothing reads, where another of the same service is read and not given."""
    given = {one.name for one in (*job.env, *step.env)}
    for one in step.env:
        match = _SERVICE.search(one.name)
        if match is None or _may_be_read(one, readers):
            continue
        meant = sorted(name for name, service in read.items() if service == match.group(1))
        if meant and not given.intersection(meant):
            message = f"The tests are given `{one.name}`, which nothing reads: what is read is {', '.join(f'`{name}`' for name in meant[:2])}."
            yield Hit(path, one.line, one.line, message, f"{job.id}/{step.name}")
            return


def _may_be_read(one: Setting, readers: SettingReaders) -> bool:
    return readers.may_read(one.name) or is_given(one.name) or is_read_elsewhere(one.name, in_own_container=True)


def _workflow(name: str, run: str = "pytest tests") -> str:
    return f"on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - env:\n          {name}: postgresql://localhost/shop\n        run: {run}\n"


_TEST = "import os\n\nimport pytest\n\nURL = os.environ.get('SHOP_TEST_DATABASE_URL')\n\n\n@pytest.mark.skipif(not URL, reason='no database')\ndef test_rows():\n    assert URL\n"

RULE = Rule(
    id="AUD316",
    name="test-setting-unread",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Are tests given the address of their services under the name that they read?",
    why="Tests that look for `SHOP_TEST_DATABASE_URL` and are given `DATABASE_URL` skip themselves, or run against a default: the job is green and has tested nothing.",
    limits="Names of databases, caches and queues that a step gives to pytest alone, where nothing in the repository reads them and something reads another name of the same service that is not given.",
    fix="Give the name that is read.",
    since="0.8.0",
    effort=5,
    reads=frozenset({"github-workflow", "setting-words"}),
    check_repository=_check,
    examples=(
        Example(
            title="another name",
            files={".github/workflows/ci.yml": _workflow("DATABASE_URL"), "tests/test_rows.py": _TEST},
            found=(".github/workflows/ci.yml:8",),
        ),
        Example(
            title="the name of a field that is read behind a head only",
            files={
                ".github/workflows/ci.yml": _workflow("DATABASE_URL"),
                "shop/settings.py": "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n\n    database_url: str\n",
            },
            found=(".github/workflows/ci.yml:8",),
        ),
        Example(
            title="the name that is read, one of another service, and a program besides that may read it",
            files={
                ".github/workflows/ci.yml": _workflow("SHOP_TEST_DATABASE_URL"),
                ".github/workflows/other.yml": _workflow("REDIS_URL"),
                ".github/workflows/more.yml": _workflow("DATABASE_URL", "./migrate && pytest tests"),
                "tests/test_rows.py": _TEST,
            },
        ),
    ),
)
