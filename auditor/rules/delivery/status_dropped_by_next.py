"""AUD525: the status of a check is lost because another command ends the line, the container or the session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.facts.carried_units import EVERY_READER, every_unit_of
from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.errexit import shell_runs
from auditor.facts.handed_shell import handed_programs
from auditor.facts.make_recipes import MakeRecipes
from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_claims import claims_done, claims_success, claims_work, printed
from auditor.facts.shell_effects import Effect, always_leaves, effect_of
from auditor.facts.shell_program import Command, Loop, Node, Pipeline, all_commands
from auditor.facts.source import Source
from auditor.facts.task_recipes import TaskRecipes
from auditor.facts.tolerated_failures import is_tolerated
from auditor.facts.work_units import Unit
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STRICT = pattern(r"\s[\"']?-[a-z]*e[a-z]*[\"']?(?:[\s,\]\"']|$)|\berrexit\b")
_SHELL = pattern(r"(?m)^\s*SHELL\s")
"""By which an image says how all instructions below it are run."""
_BEFORE = 3
"""Lines above a program on which the options of its shell may stand."""
_MOST = 3


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for symbol, name, statements in _programs(source):
        lost = _lost(statements, name)
        if lost is not None and lost.line not in seen:
            seen.add(lost.line)
            last = statements[-1]
            message = (
                f"{_text(lost)[:60]!r} may fail: what ends here is {_text(last)[:40]!r}, and only its status counts."
            )
            yield Hit(source.path, lost.line, last.end_line, message, symbol)
    yield from _in_file(source)


def _programs(source: Source) -> Iterator[tuple[str, str, Sequence[Node]]]:
    """The statements that run one after the other in a shell which no failure ends, with whose they are."""
    if _has_own_shell(source):
        return
    made = source.fact(MakeRecipes) is not None or source.fact(TaskRecipes) is not None
    for unit in every_unit_of(source):
        if unit.recipe and made:
            yield from ((unit.symbol, unit.name, one) for one in _by_line(unit, source))
        elif unit.recipe and not _is_strict(source, unit.line, unit.body):
            yield unit.symbol, unit.name, unit.body
        if not unit.function or unit.recipe:
            for program in handed_programs(unit.body):
                if not _is_strict(source, program.line, program.body):
                    yield unit.symbol, unit.name, program.body


def _by_line(unit: Unit, source: Source) -> Iterator[Sequence[Node]]:
    """Of a recipe of make: what stands on one line, or on several that are joined; each has a shell of its own."""
    groups: list[list[Node]] = []
    for node in unit.body:
        joined = groups and (
            node.line == groups[-1][-1].end_line or source.lines[node.line - 2].rstrip().endswith("\\")
        )
        if joined:
            groups[-1].append(node)
        else:
            groups.append([node])
    for group in groups:
        if not any(one.name == "set" for one in all_commands(group)):
            yield group


def _is_strict(source: Source, line: int, body: Sequence[Node]) -> bool:
    above = source.lines[max(0, line - 1 - _BEFORE) : line]
    sets = any(one.name == "set" and "e" in " ".join(one.texts[1:]) for one in all_commands(body))
    return sets or any(_STRICT.search(text) for text in above)


def _has_own_shell(source: Source) -> bool:
    return source.file.language is Language.DOCKERFILE and _SHELL.search(source.text) is not None


def _lost(statements: Sequence[Node], name: str) -> Node | None:
    """The first statement whose failure is lost since a message or ``true`` ends the program."""
    if len(statements) < 2:  # noqa: PLR2004 - one that is lost, and one that ends
        return None
    *before, last = statements
    if not isinstance(last, Command) or always_leaves(before) or _asks(statements):
        return None
    ends = last.texts in (("true",), (":",), ("exit", "0"))
    told = effect_of(last) is Effect.PRINT and bool(last.words)
    if not ends and not told:
        return None
    works = (
        (claims_success(printed(last)) or claims_done(printed(last))) if told else claims_work(name) or len(before) == 1
    )
    return next((one for one in before if _matters(one, works=works)), None)


def _matters(node: Node, *, works: bool) -> bool:
    if not isinstance(node, Command | Pipeline | Loop):
        return False
    for one in all_commands((node,)):
        if whose_failure_counts(one):
            return True
        if works and effect_of(one) in (Effect.WORK, Effect.WRITE) and not is_tolerated(one):
            return True
    return False


def _asks(statements: Sequence[Node]) -> bool:
    """Whether something asks how a command ended."""
    return any("$?" in text or "PIPESTATUS" in text for one in all_commands(statements) for text in _texts(one))


def _texts(command: Command) -> tuple[str, ...]:
    return (*(word.text for word in command.words), *(one.value.text for one in command.assignments))


def _text(node: Node) -> str:
    found = [one for one in all_commands((node,)) if one.words]
    return next((one.text for one in found if whose_failure_counts(one)), found[0].text if found else "")


def _in_file(source: Source) -> Iterator[Hit]:
    """A script that no failure ends, and that ends with ``exit 0``."""
    if source.fact(ShellFile) is None:
        return
    for run in shell_runs(source):
        body = run.program.body
        last = body[-1] if body else None
        if run.ends or not isinstance(last, Command) or last.texts != ("exit", "0") or _asks(body):
            continue
        if any(one.name == "trap" and "ERR" in one.texts for one in all_commands(body)):
            continue
        lost = [one for one in body if isinstance(one, Command | Pipeline) and _counts(one)]
        for one in lost[:_MOST]:
            message = f"{_text(one)[:60]!r} may fail: the script goes on after every failure, and ends with `exit 0`."
            yield Hit(source.path, one.line, one.end_line, message)


def _counts(node: Command | Pipeline) -> bool:
    return any(map(whose_failure_counts, all_commands((node,))))


RULE = Rule(
    id="AUD525",
    name="status-dropped-by-next",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is it the check whose status ends the line, the container or the session?",
    why='`sh -c "migrate; exit 0"` and `pytest; true` succeed whatever became of the migration and of the tests.',
    limits="Lines of make, containers, instructions of images, and programs that `sh -c` and ssh are given, without `set -e`, that end in a message, `true` or `exit 0`; scripts without `set -e` that end in `exit 0`.",
    fix="Join the commands with `&&`, or begin with `set -e`.",
    since="0.9.0",
    effort=10,
    reads=EVERY_READER,
    check_file=_check,
    examples=(
        Example(
            title="a report whose making may fail",
            files={
                "Makefile": 'evaluate:\n\tpython evaluate.py > report.txt 2>&1 ; echo "Evaluation done"\n',
            },
            found=("Makefile:2",),
        ),
        Example(
            title="a recipe, a container, a session on another machine, and a script",
            files={
                "Makefile": 'test:\n\tpytest tests; true\n\nhealth:\n\t@curl -s http://shop/health > /dev/null; \\\n\techo "shop is healthy"\n',
                "compose.yaml": 'services:\n  migrate:\n    image: shop:1\n    command: sh -c "shop migrate; exit 0"\n',
                ".github/workflows/post.yml": "on: push\njobs:\n  post:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          ssh shop <<'EOF'\n          ./verify-indexes.sh\n          echo done\n          EOF\n      - run: bash -c \"scripts/smoke.sh; echo finished\"\n",
                "ops/save.sh": "#!/bin/bash\npg_dump shop > shop.sql\naws s3 cp shop.sql s3://saves/\nexit 0\n",
            },
            found=(
                ".github/workflows/post.yml:11",
                ".github/workflows/post.yml:8",
                "Makefile:2",
                "Makefile:5",
                "compose.yaml:4",
                "ops/save.sh:2",
                "ops/save.sh:3",
            ),
        ),
        Example(
            title="what is joined, what ends at the first failure, what is asked, and lines of their own",
            files={
                "Makefile": 'test:\n\tpytest tests && echo ok\n\t@echo "tests passed"\n\ncheck:\n\t@set -e; pytest tests; echo "ok"\n\nbuild:\n\tcc -o shop shop.c; echo built in $(OUT)\n',
                "compose.yaml": 'services:\n  migrate:\n    image: shop:1\n    command: sh -ec "shop migrate; echo done"\n',
                "Dockerfile": 'FROM shop:1\nSHELL ["/bin/bash", "-euc"]\nWORKDIR /srv\nCOPY a b\nENV A=1\nRUN pytest tests; echo "tests passed"\n',
                "ops/save.sh": "#!/bin/bash\nset -e\npg_dump shop > shop.sql\nexit 0\n",
                "ops/ask.sh": "#!/bin/bash\npg_dump shop > shop.sql\nif [ $? -ne 0 ]; then\n  exit 1\nfi\nexit 0\n",
            },
        ),
    ),
)
