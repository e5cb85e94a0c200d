"""AUD247: the success of a command is announced, and its exit status not looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, strings_in, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdict_records import records_by_name, says_verdict
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMANDS = frozenset({"subprocess.run", "subprocess.call", "os.system", "subprocess.getoutput"})
_SUCCESS = pattern(
    r"(?i)\x{2713}|\x{2714}|\x{2705}|\b(?:success(?:ful(?:ly)?)?|succeeded|completed?|stopped|started|installed|deployed|restored|rolled back|"
    r"migrated|created|removed|enabled|configured|restarted|updated|finished|passed|verified|done)\b"
)
_STARTED = frozenset({"asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "subprocess.Popen"})
_WAITS = frozenset({"wait", "communicate"})
_REACH = 3


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        for block in blocks_of(view):
            for index, statement in enumerate(block):
                unread = _is_unchecked(statement, view, syntax) or _is_only_awaited(statement, view, syntax)
                line = _announced(block, index, syntax) if unread else None
                if line:
                    message = (
                        f"{view.name} announces success at line {line} whatever the exit status of the command was."
                    )
                    yield Hit(source.path, statement.lineno, line, message, view.qualified)


def _is_unchecked(statement: ast.stmt, view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a statement runs a command and drops its result, or binds it to a name that nobody reads."""
    match statement:
        case ast.Expr(value=ast.Call() as call):
            name = ""
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            pass
        case _:
            return False
    if syntax.name_of(call.func) not in _COMMANDS or any(_demands(one) for one in call.keywords):
        return False
    return not name or name not in _loaded(view)


@lru_cache(maxsize=2)
def _loaded(view: FunctionView) -> frozenset[str]:
    """The names that a function reads."""
    return frozenset(one.id for one in view.of(ast.Name) if isinstance(one.ctx, ast.Load))


@lru_cache(maxsize=2)
def _asked(view: FunctionView) -> frozenset[str]:
    """The names of processes that a function asks how they ended."""
    return frozenset(last_name(one.value) for one in view.of(ast.Attribute) if one.attr in ("returncode", "poll"))


def _is_only_awaited(statement: ast.stmt, view: FunctionView, syntax: PythonSyntax) -> bool:
    """``await process.wait()`` of a process whose exit status nobody reads."""
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    plain = isinstance(statement, ast.Expr)
    match value.value if isinstance(value, ast.Await) else value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=process), attr=waits)) if waits in _WAITS:
            bound = Bindings.of(view).only(process)
            started = bound.value if isinstance(bound, ast.Await) else bound
        case _:
            return False
    if not isinstance(started, ast.Call) or syntax.name_of(started.func) not in _STARTED:
        return False
    return (plain or waits == "communicate") and process not in _asked(view)


def _demands(given: ast.keyword) -> bool:
    """Whether an argument makes a command raise where it fails, or may do so."""
    return given.arg is None or (
        given.arg == "check" and not (isinstance(given.value, ast.Constant) and not given.value.value)
    )


def _announced(block: list[ast.stmt], index: int, syntax: PythonSyntax) -> int | None:
    """The line of a success that is told right after the command, with nothing but other talk and commands between."""
    for statement in block[index + 1 : index + 1 + _REACH]:
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant | ast.Dict | ast.Tuple):
            return statement.lineno if verdict_of(statement.value, Bindings()) is Verdict.SUCCESS else None
        if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Call):
            said = says_verdict(statement.value, records_by_name(syntax))
            return statement.lineno if said is Verdict.SUCCESS else None
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return None
        if is_log_call(syntax.name_of(call.func)):
            if _SUCCESS.search(strings_in(call)):
                return statement.lineno
        elif syntax.name_of(call.func) not in _COMMANDS:
            return None
    return None


RULE = Rule(
    id="AUD247",
    name="unchecked-command",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is a command's success announced only after its exit status was looked at?",
    why="'Server stopped' after a kill that failed, 'Migration completed' after a migration that did not run: the log says what was hoped.",
    limits="Sees subprocess.run and call without `check`, os.system, and processes that are only waited for, whose result nobody reads, with a message of success right after.",
    fix="Pass `check=True`, or look at `returncode` before announcing anything.",
    since="0.1.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("subprocess", "os.system"),
    examples=(
        Example(
            title="a record that says that the tests passed, and one that asks how they ended",
            files={
                "ready.py": (
                    "import asyncio\nimport sys\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Check:\n    name: str\n    passed: bool\n\n\n"
                    "async def tests():\n    process = await asyncio.create_subprocess_exec(sys.executable, '-m', 'pytest')\n    await process.wait()\n    return Check('tests', True)\n\n\n"
                    "async def lint():\n    process = await asyncio.create_subprocess_exec('ruff', 'check')\n    await process.wait()\n    return Check('lint', process.returncode == 0)\n"
                )
            },
            found=("ready.py:14",),
        ),
        Example(
            title="a status that nobody looks at before success is returned",
            files={
                "ops/sign.py": 'import subprocess\n\n\ndef image_signed(image):\n    subprocess.run(["cosign", "verify", image], check=False)\n    return True\n\n\ndef image_scanned(image):\n    subprocess.run(["trivy", image], check=True)\n    return True\n',
            },
            found=("ops/sign.py:5",),
        ),
        Example(
            title="a process that is waited for, and one that is asked how it ended",
            files={
                "ops/drill.py": (
                    "import asyncio\n\n\nasync def unpack_archive(path):\n    tar = await asyncio.create_subprocess_exec('tar', '-xf', path)\n    await tar.wait()\n    return True\n\n\n"
                    "async def load_dump(path):\n    load = await asyncio.create_subprocess_exec('psql', '-f', path)\n    await load.wait()\n    if load.returncode:\n        raise RuntimeError(path)\n    return True\n\n\n"
                    "async def sync_bucket(name):\n    sync = await asyncio.create_subprocess_shell('sync ' + name)\n    return await sync.wait() == 0\n"
                )
            },
            found=("ops/drill.py:6",),
        ),
        Example(
            title="stopped, perhaps",
            files={
                "stop.py": 'import subprocess\n\n\ndef stop(pids):\n    for pid in pids:\n        subprocess.run(["kill", "-9", pid])\n        print(f"Stopped process {pid}")\n'
            },
            found=("stop.py:6",),
        ),
        Example(
            title="looked at",
            files={
                "stop.py": 'import subprocess\n\n\ndef stop(pid):\n    subprocess.run(["kill", pid], check=True)\n    print("Stopped")\n\n\ndef start():\n    result = subprocess.run(["service", "start"])\n    if result.returncode == 0:\n        print("Started")\n'
            },
        ),
    ),
    check_file=_check,
)
