"""AUD516: a pipeline has a package manager run a script that only prints."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.build_commands import script_call
from auditor.facts.invocations import Origin, invocations
from auditor.facts.package_scripts import PackageScripts, Script, simple_commands
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_NOTHING = frozenset({"true", ":"})
_TALKS = frozenset({"echo", "printf"}) | _NOTHING
_WORKS = pattern(r"[$>`]|\b(?:cd|pushd)\b")
"""Signs of more than talk: what goes into a file or comes out of a command, and another folder, behind which no command is read."""
_TO_ERROR = pattern(r"[12]?>&[12]")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    idle = {
        (file.path.rpartition("/")[0], script.name): script
        for file, fact in facts.of(PackageScripts)
        for script in fact.scripts
        if _only_talks(script) and fact.names.isdisjoint((f"pre{script.name}", f"post{script.name}"))
    }
    for one in facts.derive(invocations) if idle else ():
        if one.elsewhere or one.origin is not Origin.WORKFLOW or one.folder is None:
            continue
        for call in script_call(one):
            script = idle.get((one.folder, call.name))
            if script is not None and not call.anywhere:
                message = f"`{call.name}` of package.json {_does(script)} (`{script.command[:60]}`): this step can never fail."
                yield Hit(one.path, call.line, call.line, message, one.symbol)


def _only_talks(script: Script) -> bool:
    words = _commands(script)
    return (
        bool(words) and all(one[0] in _TALKS for one in words) and not _WORKS.search(_TO_ERROR.sub("", script.command))
    )


def _does(script: Script) -> str:
    return "does nothing" if all(one[0] in _NOTHING for one in _commands(script)) else "only prints"


def _commands(script: Script) -> list[tuple[str, ...]]:
    """What a script runs before it ends well."""
    return [one for one in simple_commands(_TO_ERROR.sub("", script.command)) if one != ("exit", "0")]


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
    limits="`npm test`, and `run NAME` of npm, yarn and pnpm, in pipelines and in folders that can be told; a script that ends with another status fails, and is left alone, as are those that write what they print to a file, and those before or after which another one runs by its name (`pretest`).",
    fix="Let the script run what its name says, or delete the step.",
    since="0.6.0",
    effort=30,
    reads=frozenset({"package-scripts"}),
    roles=frozenset({Role.SHIPPED}),
    check_repository=_check,
    examples=(
        Example(
            title="scripts that go elsewhere, write a file, or have another one run before or after them",
            files={
                ".github/workflows/web.yml": _STEPS,
                "package.json": '{"scripts": {"build": "true", "postbuild": "vite build", "pretest": "vitest", "test": "echo done"}}\n',
                ".github/workflows/desk.yml": _STEPS.replace(
                    "- run: npm", "- working-directory: desk\n        run: npm"
                ),
                "desk/package.json": '{"scripts": {"build": "echo building && cd web && vite build", "test": "echo {} > dist/package.json"}}\n',
            },
        ),
        Example(
            title="a script that talks to the standard error, and one that another runs before",
            files={
                ".github/workflows/web.yml": _STEPS,
                "package.json": '{"scripts": {"build": "vite build", "prebuild": "rm -r dist", "test": "echo no tests >&2"}}\n',
            },
            found=(".github/workflows/web.yml:8",),
        ),
        Example(
            title="a script that does nothing at all",
            files={".github/workflows/web.yml": _STEPS, "package.json": _PACKAGE.format(test="true")},
            found=(".github/workflows/web.yml:8",),
        ),
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
