"""AUD157: a docstring says what a parameter does, and nothing looks at it."""

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

_CHANGES = pattern(
    r"(?i)^(?:override_\w+|force\w*|encrypt\w*|compress\w*|atomic|recursive|incremental|parallel|include_\w+|exclude_\w+|only_\w+|skip_\w+|since|until|region|regions|percentage|percent|priority|max_\w+|min_\w+|batch_size|limit|"
    r"concurrency|rollback_\w+|auto_\w+|enable_\w+|disable_\w+|with_\w+|validate\w*|check_\w+|notify\w*|overwrite|backup\w*|replicas|strategy|severity|channels|recipients|escalation\w*|rto\w*|rpo\w*|ttl\w*|expires?\w*|target_\w+|window\w*|days|hours|minutes|\w+_(?:days|hours|minutes|seconds|percent))$"
)
"""Names of what changes how something is done, or to what extent."""
_SAYS_SO = pattern(
    r"(?i)unused|ignored|not used|for compat|deprecated|reserved|no-?op|kept for|subclass|override this|interface|not supported|backward|currently not|not yet|placeholder|future use"
)
_STANDS_IN = pattern(
    r"(?i)fake|mock|stub|dummy|null|noop|base|abstract|protocol|interface|mixin|adapter|backend|driver|plugin|provider|strategy|handler|callback|client$"
)
_READS_ALL = frozenset({"locals", "vars", "eval", "exec", "inspect"})
_FEWEST = 3


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.nested or not view.docstring or not _is_free(view) or not _works(view):
            continue
        used = {one.id for one in subtree(view.node) if isinstance(one, ast.Name)}
        if used & _READS_ALL or _SAYS_SO.search(view.docstring):
            continue
        for one in (*view.node.args.args, *view.node.args.kwonlyargs):
            if one.arg not in used and _CHANGES.search(one.arg) and _is_documented(one.arg, view.docstring):
                message = f"{view.name} documents {one.arg}, and never looks at it."
                yield Hit(source.path, one.lineno, one.end_lineno or one.lineno, message, view.qualified)


def _is_documented(name: str, docstring: str) -> bool:
    """Whether a line of a docstring begins with the parameter and goes on to say what it is: in any of the usual styles."""
    for line in docstring.split("\n"):
        text = line.strip().removeprefix(":param").removeprefix("-").removeprefix("*").strip().strip("`")
        if text.startswith(name) and text[len(name) : len(name) + 1] in (":", " ", "`", "("):
            return True
    return False


def _is_free(view: FunctionView) -> bool:
    """Whether nothing but the function itself says which parameters it has: no base class, no decorator, no special name."""
    if view.node.decorator_list or view.name.startswith("__"):
        return False
    if view.owner is None:
        return True
    bases = {last_name(one) for one in view.owner.bases}
    return bases <= {"object"} and not view.owner.keywords and _STANDS_IN.search(view.owner.name) is None


def _works(view: FunctionView) -> bool:
    """Whether there is a body of some length that calls something, and no refusal."""
    return len(view.body) >= _FEWEST and bool(view.calls) and not any(isinstance(one, ast.Raise) for one in view.body)


RULE = Rule(
    id="AUD157",
    name="documented-and-unread",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does every documented parameter do what its documentation says?",
    why="`override_rto: Override the recovery objective in minutes` is what somebody reaches for in an outage, and it changes nothing.",
    limits=(
        "Parameters named for how or to what extent something is done that the docstring of the function describes and its body never names; functions and methods without a decorator, of classes without a base. "
        "What says itself that it is ignored or reserved is left alone. Limits and switches that no docstring describes are the matter of AUD224."
    ),
    fix="Honour the parameter, or take it away.",
    since="0.7.0",
    effort=30,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="an override that overrides nothing",
            files={
                "shop/recovery.py": (
                    'class Recovery:\n    async def execute(self, plan, override_rto: int | None = None, region: str = ""):\n        """Execute a plan.\n\n        Args:\n            plan: The plan\n            override_rto: Override the objective, in minutes\n            region (str): Where to\n        """\n'
                    "        started = self.clock()\n        await self.run(plan, region)\n        return self.clock() - started\n"
                ),
            },
            found=("shop/recovery.py:2",),
        ),
        Example(
            title="parameters that are read, reserved, or asked for by a base class",
            files={
                "shop/recovery.py": (
                    'def execute(plan, override_rto=None, region=""):\n    """Execute a plan.\n\n    :param override_rto: reserved\n    :param region: where to\n    """\n    started = clock()\n    run(plan, region)\n    return started\n\n\n'
                    'class Export(Command):\n    def write(self, rows, limit=0):\n        """Write rows.\n\n        limit: how many\n        """\n        for one in rows:\n            self.put(one)\n        self.close()\n        return len(rows)\n'
                ),
            },
        ),
    ),
    check_file=_check,
)
