"""AUD825: a status says that it is done, after commands whose exit status a helper hands back and nobody looks at."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_signatures import defaults_of
from auditor.facts.python_syntax import FunctionView, PythonSyntax, blocks_of, own_nodes, subtree, syntax_of
from auditor.facts.python_values import is_false, verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMMANDS = frozenset({"subprocess.run", "subprocess.call", "subprocess.Popen", "os.system", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"})  # fmt: skip
_STATUS = pattern(r"(?i)(?:^|_)(?:status|state|result|outcome|success|deployed|restored|completed|done|ok)$")
_DONE = pattern(
    r"(?i)^(?:deployed|rolled_?back|restored|complete[d]?|applied|migrated|promoted|provisioned|installed|started|running|finished|done|backed_?up|updated|created|removed|active|switched|scaled|synced)$"
)
_LOOKS = pattern(
    r"(?i)returncode|exit_?code|check_returncode|stderr|errors?$|failed|failures?$|is_success|success$|ok$|\brc$"
)
_CARELESS = pattern(
    r"(?i)cleanup|clean_up|teardown|destroy|delete|remove|stop|kill|best_effort|optional|try_|quiet|silent|ignore"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    careless = _careless(syntax)
    for view in syntax.functions if careless else ():
        if view.is_test:
            continue
        for block in blocks_of(view):
            dropped = 0
            for statement in block:
                if isinstance(statement, ast.If) and _looks(statement.test):
                    dropped = 0
                elif any(_dropped(one, view) in careless for one in _within(statement)):
                    dropped = statement.lineno
                elif dropped and _says_done(statement):
                    message = f"{view.name} says that it is done, whatever became of the command at line {dropped}."
                    yield Hit(
                        source.path, statement.lineno, statement.end_lineno or statement.lineno, message, view.qualified
                    )
                    dropped = 0


def _careless(syntax: PythonSyntax) -> frozenset[tuple[str, bool]]:
    """The helpers that run a command and hand back how it ended, and those that drop what these hand back; with whether they are methods."""
    views = {(view.name, view.owner is not None): view for view in syntax.functions if not view.nested}
    found = {key for key, view in views.items() if _hands_back(view, syntax)}
    if not found:
        return frozenset()
    droppers: dict[tuple[str, bool], list[tuple[str, bool]]] = defaultdict(list)
    for key, view in views.items():
        for called in _dropped_by(view):
            droppers[called].append(key)
    pending = sorted(found)
    while pending:
        more = set(droppers[pending.pop()]) - found
        found |= more
        pending.extend(sorted(more))
    return frozenset(found)


def _dropped_by(view: FunctionView) -> set[tuple[str, bool]]:
    """The helpers of whose calls a function keeps nothing, where it gives nothing back, raises nothing and looks at no outcome."""
    if view.returns or view.of(ast.Raise) or _CARELESS.search(view.name):
        return set()
    if any(_looks(one.test) for one in view.of(ast.If)):
        return set()
    dropped = (_dropped(inner, view) for one in view.body for inner in _within(one))
    return {one for one in dropped if one is not None}


def _hands_back(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a helper runs a command, does not fail with it, and returns how it ended."""
    runs = [call for call in view.calls if syntax.name_of(call.func) in _COMMANDS]
    if len(runs) != 1 or any(one.arg == "check" and not is_false(one.value) for one in runs[0].keywords):
        return False
    told = any(
        isinstance(node, ast.If) and _looks(node.test) and not _is_asked_for(node.test, view) for node in view.nodes
    )
    returned = [one.value for one in view.returns if one.value is not None]
    named = {
        last_name(target) for node in view.of(ast.Assign) if runs[0] in subtree(node.value) for target in node.targets
    }
    hands = any(
        one is runs[0] or any(isinstance(part, ast.Name) and part.id in named for part in subtree(one))
        for one in returned
    )
    return hands and not told


def _is_asked_for(test: ast.expr, view: FunctionView) -> bool:
    """``check and done.returncode``: the caller has to ask for the failure."""
    if not isinstance(test, ast.BoolOp) or not isinstance(test.op, ast.And):
        return False
    denied = {one.arg for one, given in defaults_of(view.node.args) if given is not None and is_false(given)}
    return any(isinstance(one, ast.Name) and one.id in denied for one in test.values)


def _within(statement: ast.stmt) -> list[ast.stmt]:
    """A statement, and those of a loop."""
    return [statement, *statement.body] if isinstance(statement, ast.For) else [statement]


def _dropped(statement: ast.stmt, view: FunctionView) -> tuple[str, bool] | None:
    """What a statement calls where it keeps nothing of what that hands back; with whether it is a method of the same class."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    call = value.value if isinstance(value, ast.Await) else value
    if not isinstance(call, ast.Call) or any(
        one.arg in ("check", "raise_on_error", "must_succeed") for one in call.keywords
    ):
        return None
    match call.func:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if view.owner is not None:
            return name, True
        case ast.Name(id=name):
            return name, False
        case _:
            return None


def _looks(test: ast.expr) -> bool:
    return any(
        _LOOKS.search(last_name(one)) is not None
        for one in own_nodes([test])
        if isinstance(one, ast.Attribute | ast.Name)
    )


def _says_done(statement: ast.stmt) -> bool:
    """``result.status = Status.DEPLOYED``, ``phases["cache"] = {"status": "deployed"}``, ``return True``."""
    match statement:
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if _STATUS.search(name):
            return _is_done(value)
        case ast.Assign(targets=[ast.Subscript()], value=value):
            return _is_done(value)
        case ast.Return(value=ast.expr() as value):
            return _is_done(value)
        case _:
            return False


def _is_done(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        held = [
            one
            for key, one in zip(value.keys, value.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and _STATUS.search(key.value)
        ]
        return bool(held) and all(_is_done(one) for one in held)
    if verdict_of(value, Bindings()) is Verdict.SUCCESS:
        return True
    word = value.value if isinstance(value, ast.Constant) else last_name(value)
    return isinstance(word, str) and (_DONE.match(word) is not None or verdict_of_word(word) is Verdict.SUCCESS)


RULE = Rule(
    id="AUD825",
    name="status-unasked",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a status say what became of the commands before it?",
    why="The helper hands back the exit status of every command and the caller drops it: the release is 'deployed' while the cluster has refused each manifest.",
    limits=(
        "Judged are files with a helper that runs one command without failing with it and returns its outcome. A call of it that keeps nothing, or of a method that itself keeps nothing, "
        "followed in the same block by a status that says that it is done, is found; helpers that raise, and calls that ask for a check, are not."
    ),
    fix="Look at the outcome of each command, and set the status from it; or let the helper raise.",
    since="0.5.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("subprocess", "os.system"),
    examples=(
        Example(
            title="phases that are done, and a release made of them",
            files={
                "release/rollout.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "class Rollout:\n"
                    "    def _helm(self, *words, check=False):\n"
                    "        done = subprocess.run(['helm', *words], capture_output=True)\n"
                    "        if check and done.returncode:\n"
                    "            raise RuntimeError(done.stderr)\n"
                    "        return done\n"
                    "\n"
                    "    def _queue(self, report):\n"
                    "        self._helm('upgrade', 'queue')\n"
                    "        report.phases['queue'] = {'status': 'deployed'}\n"
                    "\n"
                    "    def release(self, report):\n"
                    "        self._queue(report)\n"
                    "        report.status = Status.DEPLOYED\n"
                    "        return report\n"
                    "\n"
                    "    def undo(self):\n"
                    "        for name in self.names:\n"
                    "            self._helm('rollback', name)\n"
                    "        return True\n"
                ),
            },
            found=("release/rollout.py:13", "release/rollout.py:17", "release/rollout.py:23"),
        ),
        Example(
            title="a helper that stands below those that drop what it hands back",
            files={
                "release/rollout.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "class Rollout:\n"
                    "    def release(self, report):\n"
                    "        self._all()\n"
                    "        report.status = Status.DEPLOYED\n"
                    "\n"
                    "    def _all(self):\n"
                    "        self._queue()\n"
                    "\n"
                    "    def _queue(self):\n"
                    "        self._helm('upgrade', 'queue')\n"
                    "\n"
                    "    def _helm(self, *words):\n"
                    "        return subprocess.run(['helm', *words], capture_output=True)\n"
                ),
            },
            found=("release/rollout.py:7",),
        ),
        Example(
            title="outcomes that are looked at, and helpers that raise",
            files={
                "release/rollout.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "class Rollout:\n"
                    "    def _helm(self, *words, check=False):\n"
                    "        done = subprocess.run(['helm', *words], capture_output=True)\n"
                    "        if check and done.returncode:\n"
                    "            raise RuntimeError(done.stderr)\n"
                    "        return done\n"
                    "\n"
                    "    def release(self, report):\n"
                    "        done = self._helm('upgrade', 'queue')\n"
                    "        report.status = Status.FAILED if done.returncode else Status.DEPLOYED\n"
                    "        self._helm('test', 'queue', check=True)\n"
                    "        report.status = Status.COMPLETED\n"
                    "\n"
                    "\n"
                    "class Strict:\n"
                    "    def run(self, *words):\n"
                    "        return subprocess.run(words, check=True)\n"
                    "\n"
                    "    def apply(self, report):\n"
                    "        self.run('apply')\n"
                    "        report.status = 'deployed'\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
