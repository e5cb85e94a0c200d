"""AUD516: a pipeline has a package manager run a script that only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.build_commands import script_call
from auditor.facts.invocations import Origin, invocations
from auditor.facts.package_scripts import PackageScripts, Script, simple_commands
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TALKS = frozenset({"echo", "printf", "true", ":"})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    idle = {
        (file.path.rpartition("/")[0], script.name): script
        for file, fact in facts.of(PackageScripts)
        for script in fact.scripts
        if _only_talks(script)
    }
    for one in facts.derive(invocations) if idle else ():
        if one.elsewhere or one.origin is not Origin.WORKFLOW or one.folder is None:
            continue
        for call in script_call(one):
            script = idle.get((one.folder, call.name))
            if script is not None and not call.anywhere:
                message = (
                    f"`{call.name}` of package.json only prints (`{script.command[:60]}`): this step can never fail."
                )
                yield Hit(one.path, call.line, call.line, message, one.symbol)


def _only_talks(script: Script) -> bool:
    words = [one for one in simple_commands(script.command) if one != ("exit", "0")]
    return bool(words) and all(one[0] in _TALKS for one in words) and "$" not in script.command


_PACKAGE = '{{"name": "web", "scripts": {{"build": "vite build", "test": "{test}"}}}}\n'
_STEPS = "on: push\njobs:\n  web:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm run build\n      - run: npm test\n"

RULE = Rule(
    id="AUD516",
    name="package-script-only-talks",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Do the scripts that pipelines have package managers run do anything?",
    why='`"test": "echo \\"no tests yet\\""` turns the step that is named for tests green, for good.',
    limits="`npm test`, and `run NAME` of npm, yarn and pnpm, in pipelines and in folders that can be told; a script that ends with another status fails, and is left alone.",
    fix="Let the script run what its name says, or delete the step.",
    since="0.6.0",
    effort=30,
    reads=frozenset({"package-scripts"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="tests that are only announced",
            files={
                ".github/workflows/web.yml": _STEPS,
                "package.json": _PACKAGE.format(test='echo \\"no tests\\" && exit 0'),
            },
            found=(".github/workflows/web.yml:8",),
        ),
        Example(
            title="a script that fails, and one that works and tells of it",
            files={
                ".github/workflows/web.yml": _STEPS,
                "package.json": _PACKAGE.format(test='echo \\"Error: no test specified\\" && exit 1'),
                ".github/workflows/desk.yml": _STEPS.replace(
                    "- run: npm test", "- run: npm test\n        working-directory: desk"
                ),
                "desk/package.json": _PACKAGE.format(test="echo run && vitest"),
            },
        ),
    ),
)
