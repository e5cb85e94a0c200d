"""AUD419: the status of a check is lost in a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.counted_commands import checks_something
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.make_recipes import MakeRecipes
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_program import Chain, Command, Function, If, Node, Pipeline, Prefixed, all_commands, walk
from auditor.facts.source import Source
from auditor.facts.work_units import Unit, units_of
from auditor.facts.written_answers import is_judged_later, judged_texts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)^(?:python3? -m |uv run |poetry run |npx |pipenv run |hatch run |bundle exec )*(?:pytest|unittest|tox|nox|mypy|ruff check|flake8|pylint|bandit|pip-audit|safety (?:check|scan)|"
    r"npm (?:test|t|run (?:test|lint|build)\S*)|yarn (?:test|lint|build)|pnpm (?:test|lint|build)|jest|vitest|eslint|tsc|go (?:test|vet|build)|cargo (?:test|build|clippy|audit)|"
    r"mvn|gradle|\./gradlew|make|terraform (?:apply|plan|validate)|helm (?:upgrade|install|lint)|kubectl (?:apply|rollout)|alembic upgrade|ansible-playbook|docker build|"
    r"trivy|gitleaks|semgrep|k6 run|locust|newman|playwright test|cypress run|dotnet (?:test|build)|rspec|rake|phpunit|bats)\b"
)
_LOG = pattern(r"(?i)log|out(?:put)?\b|result|\.txt$")
_TALKERS = frozenset({
    "echo", "printf", "cat", "ls", "env", "printenv", "date", "git", "gh", "jq", "yq", "grep", "egrep", "rg", "find", "sort", "head", "tail", "sed", "awk",
    "df", "du", "ps", "uname", "pwd", "which", "id", "whoami", "hostname", "envsubst", "base64", "openssl", "tr", "cut", "curl", "wget", "uuidgen", "free",
})  # fmt: skip
"""Commands that are asked for their output; others are run for what they do, and their log is kept."""
_SHOWERS = frozenset({"jq", "cat", "head", "tail"})
"""What shows an answer, and is content with none."""
_LONG_OF_FAIL = "--fail"
_FAILS = pattern(r"^-[a-zA-Z]*f[a-zA-Z]*$")
_DUMPS = pattern(
    r"\b(?:pg_dump|pg_dumpall|pg_basebackup|mysqldump|mariadb-dump|mongodump|influxd? backup|etcdctl snapshot)\b"
)
_KEEPS = pattern(
    r"^(?:gzip|bzip2|xz|zstd|pigz|lz4|openssl|gpg|age|aws s3 cp|gsutil cp|rclone rcat|restic backup|split|ssh)\b"
)
_FILTERS = frozenset({"tee", "tail", "head", "cat", "sed", "awk", "ts", "sort", "less", "tr", "cut"})


def _check(source: Source) -> Iterator[Hit]:
    github = source.fact(GithubWorkflow) is not None
    if source.fact(ShellFile) is not None and "pipefail" not in source.text:
        yield from _dumps(source)
    of_make = source.fact(MakeRecipes) is not None and "pipefail" not in source.text
    for unit in units_of(source):
        if _keeps_status(unit) or not (
            of_make if unit.recipe else github and unit.step is not None and not unit.step.shell
        ):
            continue
        lost = tuple(_losing(unit))
        judged = judged_texts(unit.body) if lost else {}
        for node, text in lost:
            if not is_judged_later(node, judged):
                message = f"The status of {text[:60]!r} is lost in the pipe: without `pipefail`, which `shell: bash` and `set -o pipefail` set, only the last part counts."
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _dumps(source: Source) -> Iterator[Hit]:
    """Dumps of databases that a script hands to a compressor or a store, which succeed whatever they are given."""
    for unit in units_of(source):
        for node in (
            unit.body if unit.function else walk(tuple(one for one in unit.body if not isinstance(one, Function)))
        ):
            if not isinstance(node, Pipeline) or not isinstance(node.parts[0], Command):
                continue
            first, last = node.parts[0], node.parts[-1]
            if (
                _DUMPS.search(" ".join(first.texts))
                and isinstance(last, Command)
                and _KEEPS.search(" ".join(last.texts))
            ):
                message = f"The status of {' '.join(first.texts)[:60]!r} is lost in the pipe: without `pipefail` a dump that breaks off looks like a whole one."
                yield Hit(source.path, node.line, node.end_line, message, unit.symbol)


def _losing(unit: Unit) -> Iterator[tuple[Pipeline, str]]:
    """The pipelines of which nobody asks the status, each with the check that it loses."""
    inside = _asked(unit.body)
    for node in walk(unit.body):
        if isinstance(node, Pipeline) and id(node) not in inside and (text := _lost(node)):
            yield node, text


def _keeps_status(unit: Unit) -> bool:
    for command in all_commands(unit.body):
        if command.name in ("set", "shopt") and any("pipefail" in text for text in command.texts):
            return True
        parts = [*command.texts, *(one.value.text for one in command.assignments)]
        if any("PIPESTATUS" in text for text in parts):
            return True
    return False


def _asked(body: tuple[Node, ...]) -> set[int]:
    """Pipelines that are conditions, that are made up for, or whose output is what is wanted."""
    found: set[int] = set()
    for node in walk(body):
        inner: tuple[Node, ...] = ()
        if isinstance(node, If):
            inner = tuple(one for branch in node.branches for one in branch.condition)
        elif isinstance(node, Chain):
            inner = (node.left,)
        elif isinstance(node, Prefixed):
            inner = (node.body,)
        elif isinstance(node, Command):
            inner = node.substitutions
        found.update(id(one) for one in walk(inner))
    return found


def _lost(pipeline: Pipeline) -> str:
    """The check that does not come last in a pipeline of filters; empty where there is none."""
    *before, last = pipeline.parts
    if isinstance(last, Command) and last.name in _SHOWERS and len(before) == 1 and _wants_answer(before[0]):
        return f"curl {_LONG_OF_FAIL}"
    if not isinstance(last, Command) or last.name not in _FILTERS:
        return ""
    texts = [" ".join(one.texts) for one in before if isinstance(one, Command)]
    known = next(
        (
            " ".join(one.texts)
            for one in before
            if isinstance(one, Command) and (_CHECKS.search(" ".join(one.texts)) or checks_something(one))
        ),
        "",
    )
    if known or last.name != "tee" or len(before) != 1:
        return known
    first = before[0]
    logs = any(_LOG.search(text) for text in last.texts[1:])
    return texts[0] if logs and isinstance(first, Command) and first.name and first.name not in _TALKERS else ""


def _wants_answer(node: Node) -> bool:
    """Whether a request is to fail with the answer: ``curl -sf``."""
    return (
        isinstance(node, Command)
        and node.name == "curl"
        and any(text == _LONG_OF_FAIL or _FAILS.search(text) for text in node.texts[1:])
    )


RULE = Rule(
    id="AUD419",
    name="status-lost-in-pipe",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a failing check fail its step when its output is piped?",
    why="GitHub runs a step without `shell:` as `bash -e`, without pipefail: `pytest | tee log` succeeds when every test fails.",
    limits="Knows test runners, linters, scanners and deployment tools by name, requests of curl that are to fail, and whatever else is run and has its log kept by tee, in steps of GitHub workflows and recipes of make; in scripts, dumps of databases that are compressed or stored. Conditions and substitutions are left alone.",
    fix="Write `shell: bash` on the step or under `defaults.run`, which sets pipefail, or `set -o pipefail` first.",
    since="0.1.0",
    effort=5,
    reads=frozenset({"github-workflow", "make-recipes", "shell"}),
    triggers=("|",),
    check_file=_check,
    examples=(
        Example(
            title="a dump that is compressed, and one in a script that sees it",
            files={
                "ops/save.sh": "#!/bin/bash\nmysqldump shop | gzip > shop.sql.gz\nsave() {\n  pg_dump shop | aws s3 cp - s3://saves/shop.sql\n}\nsave\n",
                "ops/good.sh": "#!/bin/bash\nset -o pipefail\npg_dump shop | gzip > shop.sql.gz\n",
            },
            found=("ops/save.sh:2", "ops/save.sh:4"),
        ),
        Example(
            title="a check of licences behind a pipe",
            files={
                ".github/workflows/go.yml": 'on: push\njobs:\n  go:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pip-licenses --fail-on="GPL" | cat\n',
            },
            found=(".github/workflows/go.yml:6",),
        ),
        Example(
            title="recipes of make, without and with pipefail",
            files={
                "Makefile": "integration:\n\tnpm run test:integration 2>&1 | tee integration.log\n",
                "sub/Makefile": "SHELL := /bin/bash\n.SHELLFLAGS := -o pipefail -c\n\ntest:\n\tpytest | tee log\n",
            },
            found=("Makefile:2",),
        ),
        Example(
            title="tests whose log is kept",
            files={
                ".github/workflows/test.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest -q | tee pytest.log\n      - run: |\n          npm run build 2>&1 | tail -n 20\n"
                    "      - run: curl -sf https://shop.io/health | jq .\n      - run: curl -s https://shop.io/version | jq .\n"
                    "      - run: shop-admin gate | tee gate.log\n      - run: git log -1 | tee revision.txt\n"
                ),
            },
            found=(
                ".github/workflows/test.yml:6",
                ".github/workflows/test.yml:8",
                ".github/workflows/test.yml:9",
                ".github/workflows/test.yml:11",
            ),
        ),
        Example(
            title="pipefail, however it is set, pipes that ask, and a log that is judged",
            files={
                ".github/workflows/test.yml": (
                    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest -q | tee pytest.log\n        shell: bash\n      - run: |\n"
                    "          set -euo pipefail\n          pytest | tee log\n      - run: |\n          if pytest | tee log; then echo ok; fi\n          ls | head -5\n          x=$(make list | head -1)\n"
                ),
                ".github/workflows/lint.yml": (
                    "on: push\njobs:\n  lint:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          for file in $FILES; do\n            checkfile $file | tee -a ./lint.log\n          done\n"
                    "          if grep -q 'E[0-9]' ./lint.log; then\n            exit 1\n          fi\n"
                ),
                ".github/workflows/default.yml": (
                    "on: push\ndefaults:\n  run:\n    shell: bash\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest -q | tee pytest.log\n"
                ),
            },
        ),
    ),
)
