"""AUD224: a function takes a limit or a switch, and goes on as if it had not been given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_PROMISES = pattern(
    r"^(?:dry_?run|timeout\w*|\w+_timeout|threshold|\w+_threshold|threshold_\w+|strict|tolerance|retries|max_retries|max_attempts|min_(?:score|coverage|success_rate|confidence|replicas)|"
    r"max_(?:error_rate|latency\w*|failures|age\w*|lag\w*)|deadline|verify|verify_ssl|fail_fast|confirm|grace_period|retention_days|keep|sample_rate)$"
)
_FEWEST = 2
_SAYS_SO = pattern(
    r"(?i)unused|ignored|not used|for compat|deprecated|reserved|no-?op|kept for|subclass|override|interface|not supported|backward"
)
_READS_ALL = frozenset({"locals", "vars", "eval", "exec", "inspect"})


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.nested or not _is_free(view) or not _works(view):
            continue
        used = {one.id for one in subtree(view.node) if isinstance(one, ast.Name)}
        if used & _READS_ALL or _SAYS_SO.search(ast.get_docstring(view.node) or ""):
            continue
        for one in (*view.node.args.args, *view.node.args.kwonlyargs):
            if one.arg not in used and _PROMISES.search(one.arg):
                message = f"{view.name} takes {one.arg}, and never looks at it."
                yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _is_free(view: FunctionView) -> bool:
    """Whether nothing but the function itself says which parameters it has: no base class, no decorator, no special name."""
    if view.node.decorator_list or view.name.startswith("__"):
        return False
    if view.owner is None:
        return True
    bases = {last_name(one) for one in view.owner.bases}
    return bases <= {"object"} and not view.owner.keywords and _STANDS_IN.search(view.owner.name) is None


_STANDS_IN = pattern(
    r"(?i)fake|mock|stub|dummy|null|noop|base|abstract|protocol|interface|mixin|adapter|backend|driver|plugin|provider|strategy"
)


def _works(view: FunctionView) -> bool:
    """Whether there is a body of some length that calls something, and no mere refusal."""
    if len(view.body) < _FEWEST or not view.calls:
        return False
    return not any(isinstance(one, ast.Raise) for one in view.body)


RULE = Rule(
    id="AUD224",
    name="parameter-not-honoured",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every function honour the limits and switches that it takes?",
    why="A dry run that deploys, a threshold that nothing is compared with, a timeout that never ends the wait: callers rely on them.",
    limits="Judged are parameters with telling names that functions without decorators and methods of classes without bases never name again.",
    fix="Honour the parameter, or take it away.",
    since="0.4.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "dry",
        "timeout",
        "threshold",
        "strict",
        "tolerance",
        "retries",
        "max_",
        "min_",
        "deadline",
        "verify",
        "fail_fast",
        "confirm",
        "grace_period",
        "retention_days",
        "keep",
        "sample_rate",
    ),
    examples=(
        Example(
            title="a dry run that is none",
            files={
                "ship.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "def ship(tag, dry_run=False):\n"
                    '    print(f"shipping {tag}")\n'
                    '    subprocess.run(["push", tag], check=True)\n'
                    "\n"
                    "\n"
                    "class Canary:\n"
                    "    def judge(self, samples, *, threshold=0.05):\n"
                    "        worst = max(samples)\n"
                    "        return bool(worst)\n"
                ),
            },
            found=("ship.py:10", "ship.py:4"),
        ),
        Example(
            title="parameters that are read, asked for by a base, or said to be ignored",
            files={
                "ship.py": (
                    "import subprocess\n"
                    "\n"
                    "\n"
                    "def ship(tag, dry_run=False):\n"
                    '    command = ["push", tag]\n'
                    "    print(command) if dry_run else subprocess.run(command, check=True)\n"
                    "\n"
                    "\n"
                    "class Local(Backend):\n"
                    "    def put(self, path, timeout=5):\n"
                    "        target = self.root / path.name\n"
                    "        target.write_bytes(path.read_bytes())\n"
                    "\n"
                    "\n"
                    "def fetch(path, timeout=5):\n"
                    '    """Read a file; timeout is ignored."""\n'
                    "    text = open(path).read()\n"
                    "    return text.strip()\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
