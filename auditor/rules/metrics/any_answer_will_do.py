"""AUD876: a check passes on an answer that refuses, or on any but one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import Claim, claims_of
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_STATUS = frozenset({"status_code", "status", "status_int"})
_CHECKS = pattern(r"(?i)check|verif|valid|test|probe|smoke|health|uat|accept|diagnos|audit|connectivity")
_MEANT = pattern(
    r"(?i)invalid|unauthori[sz]ed|unauthenticated|forbidden|denied|deny|not_?found|missing|negative|bad_|reject|throttl|rate_?limit|error|fail|wrong|abuse|attack|expired|protect|require|secur|auth|access|inject|xss|csrf|retry|retri|reach|alive|listening|port|ready_to_accept|wait|up$|exists?$|404|redirect"
)
"""Where a refusal may be what is asked for, or any answer shows that something listens."""
_VERDICT = pattern(
    r"(?i)^(?:passed|success|successful|ok|healthy|is_healthy|valid|is_valid|works|working|result_ok|test_passed|check_passed)$"
)
_COUNTER = pattern(r"(?i)^(?:success\w*|successful\w*|passed\w*|ok_count|succeeded|healthy\w*|num_passed|working\w*)$")
_SERVED = range(200, 300)
_REFUSED = range(400, 600)


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _MEANT.search(view.name) or not _is_check(view, source):
            continue
        for test, codes in (*_verdicts(view), *_branches(view)):
            message = f"{view.name} passes on {codes}: an answer that says no is no proof that it works."
            yield Hit(source.path, test.lineno, test.end_lineno or test.lineno, message, view.qualified)


def _is_check(view: FunctionView, source: Source) -> bool:
    named = f"{source.path.rpartition('/')[2]} {view.qualified}"
    return Claim.CHECK in claims_of(view.name) or _CHECKS.search(named) is not None


def _verdicts(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """``passed = answer.status_code != 500``, and the same returned."""
    given = [(last_name(one.targets[0]), one.value) for one in view.of(ast.Assign)]
    values = [value for name, value in given if _VERDICT.search(name)]
    values += [one.value for one in view.returns if one.value is not None]
    for value in values:
        for part in value.values if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or) else [value]:
            codes = _accepted(part)
            if codes:
                yield part, codes


def _branches(view: FunctionView) -> Iterator[tuple[ast.expr, str]]:
    """Branches for statuses of success and of refusal alike, that count the answer as good."""
    for one in view.of(ast.If):
        test = one.test
        codes = _accepted(test) if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In) else ""
        if codes and any(_counts_good(part) for part in one.body):
            yield test, codes


def _accepted(value: ast.expr) -> str:
    """The refusals that a condition on a status accepts, in words; empty where it accepts none."""
    if not isinstance(value, ast.Compare) or len(value.ops) != 1 or last_name(value.left) not in _STATUS:
        return ""
    wanted = [
        one.value
        for one in own_nodes([value.comparators[0]])
        if isinstance(one, ast.Constant) and isinstance(one.value, int)
    ]
    match value.ops[0]:
        case ast.NotEq() if len(wanted) == 1 and wanted[0] in _REFUSED:
            return f"anything but {wanted[0]}"
        case ast.In():
            refused = [one for one in wanted if one in _REFUSED]
            served = any(one in _SERVED for one in wanted)
            return ", ".join(str(one) for one in refused) if served and refused else ""
        case _:
            return ""


def _counts_good(statement: ast.stmt) -> bool:
    match statement:
        case ast.AugAssign(target=target, op=ast.Add()):
            return _COUNTER.search(stored_name(target)) is not None
        case ast.Assign(targets=[target], value=ast.Constant(value=True)):
            return _VERDICT.search(last_name(target)) is not None
        case ast.Return(value=ast.Constant(value=True)):
            return True
        case _:
            return any(
                _counts_good(one)
                for one in subtree(statement)
                if isinstance(one, ast.AugAssign | ast.Return) and one is not statement
            )


RULE = Rule(
    id="AUD876",
    name="any-answer-will-do",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every check of a service demand an answer of success?",
    why="`passed = status_code != 500` passes on 404: the route that was to prove the database does not even exist.",
    limits=(
        "Checks in shipped Python, scripts among them, whose verdict or counter of successes accepts 4xx or 5xx beside 2xx, or every status but one. "
        "What is named for refusals, authentication, waiting or mere reachability is left alone."
    ),
    fix="Send what is needed for a 2xx, and demand it.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    triggers=("status",),
    examples=(
        Example(
            title="everything but one status, and a refusal that counts",
            files={
                "scripts/verify.py": (
                    "async def check_database(client, url):\n    answer = await client.get(url)\n    passed = answer.status_code != 500\n    return passed\n\n\n"
                    "async def check_endpoints(client, urls):\n    successful = 0\n    for url in urls:\n        answer = await client.get(url)\n        if answer.status_code in [200, 401]:\n            successful += 1\n    return successful\n"
                ),
            },
            found=("scripts/verify.py:11", "scripts/verify.py:3"),
        ),
        Example(
            title="successes, a refusal that is asked for, and a wait",
            files={
                "scripts/verify.py": (
                    "def check_shop(client):\n    answer = client.get('/')\n    passed = answer.status_code in (200, 204)\n    return passed\n\n\n"
                    "def check_unauthorized(client):\n    answer = client.get('/admin')\n    return answer.status_code in (401, 403)\n\n\n"
                    "def wait_for_server(client):\n    return client.get('/').status_code != 502\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
