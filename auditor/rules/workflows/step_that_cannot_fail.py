"""AUD935: a pipeline runs a program of the repository for its verdict, and that ends with success whatever it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.facts.invocations import Invocation, Origin, invocations
from auditor.facts.paths import joined_path
from auditor.facts.pattern import pattern
from auditor.facts.python_exits import PythonExits
from auditor.facts.repository import RepositoryFacts
from auditor.facts.script_exits import ScriptExits
from auditor.facts.script_files import needed_files
from auditor.facts.shell_paths import ROOT
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_JUDGES = pattern(
    r"(?i)(?:^|[_.\-])(?:checks?|checker|validat\w*|verif\w*|smoke\w*|audit\w*|gates?|readiness|compliance|tests?|testing|tester|health\w*|acceptance|uat|drill|suite|preflight|sanity|e2e|integration|"
    r"deploy\w*|gitops|rollback|chaos|load|scaling|resilience|regression|lint)(?:[_.\-]|$)"
)
"""Names of programs and sub-commands that are run for their verdict."""
_NOT_FOR_VERDICT = pattern(
    r"(?i)generat|report|dashboard|collect|calculat|comput|export|seed|setup|install|fetch|download|load_?data|summar|render|build|convert|notify|helper|util|server|monitor"
)
_READERS = frozenset({"jq", "grep", "python", "python3", "test", "[", "[[", "awk", "node", "sed", "yq", "diff"})
_NAME = pattern(r"[\w.-]+")
_PIPELINES = frozenset({Origin.WORKFLOW, Origin.SCRIPT, Origin.MAKEFILE})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    every = [one for one in facts.derive(invocations) if one.origin in _PIPELINES]
    reports = [name for _, fact in facts.of(PythonExits) for name in fact.files]
    reports += [name for _, fact in facts.of(ScriptExits) for name in fact.files]
    readers = _readers(every, set(map(_base, reports)))
    told: set[tuple[str, int]] = set()
    for one in every:
        for path in _programs(one):
            found: tuple[PythonExits | ScriptExits, ...] = (*facts.at(path, PythonExits), *facts.at(path, ScriptExits))
            for fact in found:
                what = _silent(one, path, fact)
                if what and (one.path, one.line) not in told and not _is_read(fact, one, readers):
                    told.add((one.path, one.line))
                    message = f"{what} ends with status 0 whatever it finds: only a crash could fail this step."
                    yield Hit(one.path, one.line, one.line, message, one.symbol)


def _programs(one: Invocation) -> Iterator[str]:
    """The programs that a command runs, from the root of the repository."""
    if one.name.startswith("python") and one.words[1:2] == ("-m",) and not one.tolerant:
        module = "".join(one.words[2:3]).replace(".", "/")
        yield from (joined_path(one.folder or "", f"{module}{end}") for end in (".py", "/__main__.py"))
    for needed in needed_files(one) if one.words and not one.tolerant else ():
        if needed.runs and needed.path.endswith((".py", ".js", ".mjs", ".cjs", ".ts")):
            plain = needed.path.removeprefix(f"{ROOT}/")
            yield plain if plain != needed.path else joined_path(one.folder or "", plain)


def _silent(one: Invocation, path: str, fact: PythonExits | ScriptExits) -> str:
    """What cannot fail: the program, or the sub-command that is called; empty where it can, or is run for something else."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if isinstance(fact, ScriptExits) or fact.silent:
        judges = _JUDGES.search(stem) is not None and _NOT_FOR_VERDICT.search(stem) is None
        return f"`{path}`" if judges else ""
    at = next((at for at, word in enumerate(one.words) if word.endswith(path.rpartition("/")[2])), len(one.words))
    command = next((word for word in one.words[at + 1 :] if not word.startswith("-")), "")
    judges = command in fact.commands and _JUDGES.search(command) is not None
    return f"`{command}` of `{path}`" if judges else ""


def _readers(every: list[Invocation], names: set[str]) -> Mapping[tuple[str, str], int]:
    """The last line of each file on which a command reads a report of some name."""
    found: dict[tuple[str, str], int] = {}
    for one in every if names else ():
        if one.name in _READERS:
            for name in names.intersection(match.group() for word in one.words for match in _NAME.finditer(word)):
                found[one.path, name] = max(one.line, found.get((one.path, name), 0))
    return found


def _is_read(fact: PythonExits | ScriptExits, one: Invocation, readers: Mapping[tuple[str, str], int]) -> bool:
    """Whether another command of the same file reads a report of the program, and may judge by it."""
    return any(readers.get((one.path, _base(file)), 0) > one.line for file in fact.files)


def _base(path: str) -> str:
    return path.rpartition("/")[2]


_WORKFLOW = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: {command}\n"
_SILENT = "def main():\n    results = [ask(one) for one in range(3)]\n    print(results)\n    return results\n\n\ndef ask(one):\n    return one\n\n\nif __name__ == '__main__':\n    main()\n"

RULE = Rule(
    id="AUD935",
    name="step-that-cannot-fail",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Can every program fail that a pipeline runs for its verdict?",
    why="A load test, a validation or a deployment that prints its failures and ends with 0 leaves the pipeline green: what comes after it runs on a failure.",
    limits=(
        "Judged are programs of the repository in Python, JavaScript and TypeScript, by their names, that start functions of their own and neither raise, assert, exit nor let a command raise; sub-commands that argparse tells apart "
        "are judged by the function that they return. Passed over are programs whose report another command of the file reads."
    ),
    fix="End the program with a status: `sys.exit(0 if passed else 1)`.",
    since="0.9.0",
    effort=30,
    reads=frozenset({"python-exits", "script-exits", "github-workflow", "gitlab-ci", "shell", "make-recipes"}),
    roles=frozenset({Role.SHIPPED, Role.TEST}),
    check_repository=_check,
    examples=(
        Example(
            title="a load test without a status, and a sub-command that gives nothing but 0",
            files={
                ".github/workflows/gate.yml": _WORKFLOW.format(
                    command="python scripts/load-test.py\n      - run: python scripts/ops.py health --env=prod\n      - run: python scripts/ops.py deploy"
                ),
                "scripts/load-test.py": _SILENT,
                "scripts/ops.py": (
                    "import sys\n\n\ndef health(env):\n    print(env)\n    return 0\n\n\ndef deploy(env):\n    return 1 if env else 0\n\n\n"
                    "def main(args):\n    if args.command == 'health':\n        return health(args.env)\n    elif args.command == 'deploy':\n        return deploy(args.env)\n    return 1\n\n\nif __name__ == '__main__':\n    sys.exit(main(sys.argv))\n"
                ),
            },
            found=(".github/workflows/gate.yml:7", ".github/workflows/gate.yml:8"),
        ),
        Example(
            title="a module that is started by its name, and a program of Node.js that catches everything",
            files={
                ".github/workflows/gate.yml": _WORKFLOW.format(
                    command="python -m ops.verify_all\n      - run: node scripts/load-test.js\n      - run: node scripts/smoke-test.js"
                ),
                "ops/verify_all.py": _SILENT,
                "scripts/load-test.js": "async function main() {\n  console.log(await fetch('http://shop/health'));\n}\nmain().catch(console.error);\n",
                "scripts/smoke-test.js": "async function main() {\n  const answer = await fetch('http://shop/health');\n  if (!answer.ok) process.exit(1);\n}\nmain();\n",
            },
            found=(".github/workflows/gate.yml:7", ".github/workflows/gate.yml:8"),
        ),
        Example(
            title="programs that end with a status or raise, one whose report is read, and one that judges nothing",
            files={
                ".github/workflows/gate.yml": _WORKFLOW.format(
                    command="python scripts/smoke_test.py\n      - run: python scripts/check_links.py\n      - run: python scripts/generate_report.py\n      - run: |\n          python scripts/audit.py\n          jq -e .passed audit.json"
                ),
                "scripts/smoke_test.py": _SILENT.replace("    main()", "    import sys\n    sys.exit(len(main()))"),
                "scripts/check_links.py": _SILENT.replace(
                    "    return one\n", "    if not one:\n        raise ValueError(one)\n"
                ),
                "scripts/generate_report.py": _SILENT,
                "scripts/audit.py": _SILENT.replace("print(results)", "open('audit.json', 'w').write(str(results))"),
            },
        ),
    ),
)
