"""AUD826: a rollback, restore or failover reports success where there is nothing to go back to, or nobody to do it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_names import last_name
from auditor.facts.python_parts import found_missing
from auditor.facts.python_syntax import FunctionView, own_nodes, strings_in, subtree, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OPERATES = pattern(
    r"(?i)(?:^|_)(?:rollback|roll_back|restore|revert|fail_?over|fail_?back|recover|undo|promote|deploy|redeploy|rollout|switch_?over|cut_?over|back_?up|snapshot|replicate|apply|release|migrate|provision|scale|restart)(?:_|$)"
)
_SOURCE = pattern(
    r"(?i)(?:^|_)(?:backups?|snapshots?|previous\w*|prior\w*|revisions?|history|checkpoints?|archive|last_\w+|old_\w+|rollback_\w+|stable_\w+|saved_\w+|standby|replicas?|secondary|targets?|stages?|steps)(?:_|$)"
)
_HANDS = pattern(
    r"(?i)(?:^|_)(?:client|k8s|kube\w*|cluster|connection|conn|session|docker|helm|api|controller|boto\w*|s3|redis|db|database|driver|connected|available|orchestrator|load_?balancer|router)(?:_|$)"
)
_FINE = pattern(
    r"(?i)already|up[ -]to[ -]date|unchanged|no changes|not needed|not required|nothing to (?:do|migrate|apply|scale)|no[ -]?op|idempotent"
)
_NAMES = pattern(
    r"(?i)needed|required|should|can_|is_|has_|plan|preview|simulat|dry|mock|fake|test|cleanup|delete|prune|state_from|enabled|config|setting|validate|check"
)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not _OPERATES.search(view.name) or _NAMES.search(view.name):
            continue
        bindings = Bindings.of(view)
        for branch in view.of(ast.If):
            last = branch.body[-1]
            if not isinstance(last, ast.Return) or verdict_of(last.value, bindings) is not Verdict.SUCCESS:
                continue
            lacking = _lacking(branch.test)
            if lacking and not _FINE.search(" ".join(strings_in(one) for one in branch.body)) and _works(view, branch):
                message = f"{view.name} reports success where {lacking} is not there, and has done nothing."
                yield Hit(source.path, branch.lineno, last.end_lineno or last.lineno, message, view.qualified)


def _lacking(test: ast.expr) -> str:
    """What a condition finds missing: ``not backup``, ``dry_run or not self.client``; empty for other conditions."""
    match test:
        case ast.BoolOp(op=ast.Or(), values=values):
            return next((found for one in values if (found := _lacking(one))), "")
        case ast.Compare(left=ast.Call(func=ast.Name(id="len"), args=[asked]), ops=[ast.Eq() | ast.Lt()]):
            return _named(asked)
        case _:
            missing = found_missing(test)
            return _named(missing) if missing is not None else ""


def _named(asked: ast.expr) -> str:
    for node in subtree(asked):
        name = last_name(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name and (_SOURCE.search(name) or _HANDS.search(name)):
            return name
    return ""


def _works(view: FunctionView, branch: ast.If) -> bool:
    """Whether the function can fail, or works where the thing is there: then success means something."""
    inside = {id(one) for one in own_nodes(branch.body)}
    other = [one for one in view.returns if id(one) not in inside]
    return bool(view.of(ast.Raise)) or bool(other) or bool(view.of(ast.Try))


RULE = Rule(
    id="AUD826",
    name="undone-without-copy",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does an operation that cannot be done report that?",
    why="With no backup the rollback logs a warning and returns True: the pipeline says 'rolled back', and the broken release stays.",
    limits=(
        "Judged are functions named for rollbacks, restores, deployments and the like that return a literal success where a backup, an earlier version, a client or a cluster is missing. "
        "What says that there was nothing to do is left alone."
    ),
    fix="Return failure, or raise, where there is nothing to go back to or nobody to do it.",
    since="0.5.0",
    effort=15,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("return",),
    examples=(
        Example(
            title="a rollback without a copy, and one without a cluster",
            files={
                "release/undo.py": (
                    "class Undo:\n"
                    "    def rollback(self, release):\n"
                    "        copy = release.get('snapshot')\n"
                    "        snapshot = copy or self.find(release)\n"
                    "        if not snapshot:\n"
                    "            log.warning('no snapshot')\n"
                    "            return {'success': True, 'message': 'none found'}\n"
                    "        self.load(snapshot)\n"
                    "        return {'success': True}\n"
                    "\n"
                    "    def deploy(self, release):\n"
                    "        if self.rehearsal or not self.kube_available:\n"
                    "            return True\n"
                    "        return self.kube.apply(release)\n"
                ),
            },
            found=("release/undo.py:12", "release/undo.py:5"),
        ),
        Example(
            title="failures, and nothing to do",
            files={
                "release/undo.py": (
                    "def rollback(release, snapshot):\n"
                    "    if not snapshot:\n"
                    "        return {'success': False}\n"
                    "    load(snapshot)\n"
                    "    return {'success': True}\n"
                    "\n"
                    "\n"
                    "def migrate(steps):\n"
                    "    if not steps:\n"
                    "        print('already up to date')\n"
                    "        return True\n"
                    "    return run(steps)\n"
                    "\n"
                    "\n"
                    "def rollback_needed(previous):\n"
                    "    if previous is None:\n"
                    "        return True\n"
                    "    return previous.failed\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
