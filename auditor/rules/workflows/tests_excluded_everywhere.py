"""AUD492: a configuration of Jest passes over tests, and nothing else runs them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.invocations import invocations
from auditor.facts.package_scripts import PackageScripts
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_thresholds import ScriptConfiguration
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TEST_FILE = pattern(r"(?i)(?:\.|_|-)(?:test|spec)\.[cm]?[jt]sx?$")
_CONFIGURES = pattern(
    r"(?i)(?:^|/)(?:(?:jest|vitest|playwright|cypress|wdio|karma)[\w.-]*\.(?:config|conf)[\w.-]*|[\w.-]*(?:jest|vitest|playwright)[\w.-]*\.json)$"
)
_MARK = pattern(r"[A-Za-z0-9]{3,}")
_COMMON = frozenset({"test", "tests", "spec", "node_modules", "rootdir", "dist", "build", "src", "node", "modules"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, fact in facts.of(ScriptConfiguration):
        folder = file.path.rpartition("/")[0]
        others = [path for path in facts.all_paths if path != file.path and _CONFIGURES.search(path)]
        if others or is_test_data(file.path):
            continue
        below = [path for path in sorted(facts.all_paths) if path.startswith(f"{folder}/" if folder else "") and _TEST_FILE.search(path)]  # fmt: skip
        for one in fact.excluded:
            mark = next(
                (match.group() for match in _MARK.finditer(one.text) if match.group().lower() not in _COMMON), ""
            )
            left = [path for path in below if f".{mark}." in path or f"/{mark}/" in f"/{path}"] if mark else []
            if left and not _is_run(mark, facts):
                message = f"The tests of {mark!r} are passed over ({left[0]!r}), and no other configuration or command runs them."
                yield Hit(file.path, one.line, one.line, message, mark)


def _is_run(mark: str, facts: RepositoryFacts) -> bool:
    """Whether a script or a command speaks of such tests."""
    told = [script.name + script.command for _, fact in facts.of(PackageScripts) for script in fact.scripts]
    told += [" ".join(one.words) for one in facts.derive(invocations)]
    return any(mark in text for text in told)


RULE = Rule(
    id="AUD492",
    name="tests-excluded-everywhere",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every test that one run passes over run by another?",
    why="End-to-end tests that the only configuration ignores are shown to auditors and run by nobody.",
    limits="Judged are `testPathIgnorePatterns` of Jest where the repository has no other configuration of a test runner, and no script or command names the tests.",
    fix="Run the tests in a job of their own, or remove them.",
    since="0.3.0",
    effort=45,
    reads=frozenset({"script-configuration"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    blind=frozenset({Language.GO}),
    check_repository=_check,
    examples=(
        Example(
            title="journeys that nobody runs",
            files={
                "jest.config.js": "module.exports = {\n  testPathIgnorePatterns: ['/node_modules/', '\\\\.journey\\\\.test\\\\.ts$'],\n};\n",
                "test/order.journey.test.ts": "it('orders', async () => {\n  expect(await order()).toBe(1);\n});\n",
                "package.json": '{\n  "scripts": {\n    "test": "jest"\n  }\n}\n',
            },
            found=("jest.config.js:2",),
        ),
        Example(
            title="journeys that a script runs",
            files={
                "jest.config.js": "module.exports = {\n  testPathIgnorePatterns: ['/node_modules/', '\\\\.journey\\\\.test\\\\.ts$'],\n};\n",
                "test/order.journey.test.ts": "it('orders', async () => {\n  expect(await order()).toBe(1);\n});\n",
                "package.json": '{\n  "scripts": {\n    "test:journey": "jest --testPathIgnorePatterns none --testRegex journey"\n  }\n}\n',
            },
        ),
    ),
)
