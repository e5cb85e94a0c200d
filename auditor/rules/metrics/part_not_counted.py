"""AUD260: a part that fails, and leaves the verdict on the whole as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_parts import BAD, GOOD, VERDICT_KEYS, bad_part, blocks_with_parents, key_of, root_of, word_of
from auditor.facts.python_syntax import FunctionView, own_nodes, subtree, syntax_of
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_OVERALL = pattern(
    r"(?i)^(?:overall|status|health|is_healthy|healthy|system_status|overall_\w+|health_status|ready|is_ready)$"
)
_ENDED = frozenset({*GOOD, "completed", "complete"})
_ASKS_PARTS = pattern(r"(?i)\b(?:all|any)\(|fail|error|pass")
_SUMS_UP = pattern(r"(?i)\b(?:all|any|sum|len|max|min|sorted)\b|fail|error|unhealthy|issue|problem")


def _check(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or not view.of(ast.Dict):
            continue
        for statement in (*_unreflected(view), *_passed_anyway(view)):
            message = f"{view.name} leaves the verdict on the whole good when a part of it is bad."
            last = statement.end_lineno or statement.lineno
            yield Hit(source.path, statement.lineno, last, message, view.qualified)


def _unreflected(view: FunctionView) -> Iterator[ast.stmt]:
    """Bad parts after which nothing touches the verdict on the whole, where other bad parts do."""
    whole = _wholes(view)
    if not whole:
        return
    settled = [node for node in view.of(ast.Assign) if _sets_whole(node, whole)]
    if not any(word_of(node.value) in BAD for node in settled) or _is_summed_up(view, settled):
        return
    for block, parent in blocks_with_parents(view):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        parts = [one for one in block if isinstance(one, ast.Assign) and _is_part(one)]
        if parts and not any(_reflects(one, whole) for one in block):
            yield parts[0]


def _wholes(view: FunctionView) -> dict[str, str]:
    """The names that hold the verdict on the whole, good at first: a table with its key, or a variable."""
    found: dict[str, str] = {}
    for name, values in Bindings.of(view).assigned.items():
        first = values[0]
        if isinstance(first, ast.Dict):
            keys = [key for key, value in keyed(first) if VERDICT_KEYS.search(key) and word_of(value) in GOOD]
            if keys:
                found[name] = keys[0]
        elif _OVERALL.search(name) and word_of(first) in GOOD:
            found[name] = ""
    return found


def _sets_whole(node: ast.stmt, whole: dict[str, str]) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Name) and whole.get(target.id) == "":
            return True
        if root_of(target) in whole and key_of(target) and key_of(target) == whole[root_of(target)]:
            return True
    return False


def _is_summed_up(view: FunctionView, settled: list[ast.Assign]) -> bool:
    """Whether the whole is worked out of the parts somewhere, by a condition that looks at them."""
    for node in view.of(ast.If):
        if any(one in settled for one in own_nodes(node.body)) and _SUMS_UP.search(ast.unparse(node.test)):
            return True
    return any(not word_of(node.value) for node in settled)


def _is_part(node: ast.Assign) -> bool:
    return any(isinstance(one, ast.Subscript) and not isinstance(one.slice, ast.Name) for one in node.targets) and (
        bad_part(node.value) and not isinstance(node.value, ast.IfExp)
    )


def _reflects(statement: ast.stmt, whole: dict[str, str]) -> bool:
    nodes = list(own_nodes([statement]))
    if any(isinstance(one, ast.Raise | ast.Return) for one in nodes):
        return True
    if any(isinstance(one, ast.Assign) and _sets_whole(one, whole) for one in nodes):
        return True
    told = [one for one in nodes if isinstance(one, ast.AugAssign | ast.Assign)]
    names = [
        root_of(target) for one in told for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
    ]
    lists = [root_of(one.func) for one in nodes if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    return any(_SUMS_UP.search(name) for name in (*names, *lists))


def _passed_anyway(view: FunctionView) -> Iterator[ast.stmt]:
    """``report["status"] = "passed"`` on every way, after parts that were noted as failed."""
    parts = [call.lineno for call in view.calls if _is_noted_failure(call)]
    if not parts:
        return
    deciding: list[ast.If | ast.IfExp] = [*view.of(ast.If), *view.of(ast.IfExp)]
    tests = " ".join(ast.unparse(node.test) for node in deciding if node.lineno > parts[0])
    if _ASKS_PARTS.search(tests):
        return
    for block, parent in blocks_with_parents(view):
        if isinstance(parent, ast.If | ast.ExceptHandler | ast.For | ast.AsyncFor | ast.While):
            continue
        for one in block:
            if not isinstance(one, ast.Assign) or one.lineno <= parts[0] or word_of(one.value) not in _ENDED:
                continue
            if any(VERDICT_KEYS.search(key_of(target)) for target in one.targets):
                yield one


def _is_noted_failure(call: ast.Call) -> bool:
    """``found.append({"status": "failed"})``, also where the status depends on something."""
    added = isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1
    return added and any(isinstance(one, ast.Dict) and bad_part(one) for one in subtree(call.args[0]))


RULE = Rule(
    id="AUD260",
    name="part-not-counted",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    question="Does a part that fails make the verdict on the whole worse?",
    why="A report in which the queue is unhealthy and the status is healthy is green for whoever reads its first line, which is what probes and gates do.",
    limits=(
        "Judged are functions that write parts into a table with a status of their own. Where any condition looks at the parts together, "
        "the whole counts as worked out of them; so does a part that a list of issues or a count of failures is given."
    ),
    fix="Set the status of the whole wherever a part is set to a bad one, or work it out of the parts at the end.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="one part of two counts, and a validation that passes whatever its endpoints said",
            files={
                "app/report.py": (
                    "def report(db, queue):\n    found = {'status': 'healthy', 'checks': {}}\n    try:\n        db.ping()\n    except Exception as error:\n        found['checks']['db'] = {'status': 'unhealthy', 'error': str(error)}\n        found['status'] = 'unhealthy'\n"
                    "    try:\n        queue.ping()\n    except Exception as error:\n        found['checks']['queue'] = {'status': 'unhealthy', 'error': str(error)}\n    return found\n\n\n"
                    "def validate(client, paths):\n    run = {'checks': []}\n    for path in paths:\n        code = client.get(path).status_code\n        run['checks'].append({'path': path, 'status': 'pass' if code == 200 else 'fail'})\n    run['status'] = 'passed'\n    return run\n"
                )
            },
            found=("app/report.py:11", "app/report.py:20"),
        ),
        Example(
            title="parts that count",
            files={
                "app/report.py": (
                    "def report(db, queue):\n    found = {'status': 'healthy', 'checks': {}}\n    issues = []\n    try:\n        db.ping()\n    except Exception as error:\n        found['checks']['db'] = {'status': 'unhealthy', 'error': str(error)}\n        found['status'] = 'unhealthy'\n"
                    "    try:\n        queue.ping()\n    except Exception as error:\n        found['checks']['queue'] = {'status': 'unhealthy', 'error': str(error)}\n        issues.append('queue')\n    if issues:\n        found['status'] = 'degraded'\n    return found\n\n\n"
                    "def validate(client, paths):\n    run = {'checks': []}\n    for path in paths:\n        code = client.get(path).status_code\n        run['checks'].append({'path': path, 'status': 'pass' if code == 200 else 'fail'})\n    if any(one['status'] == 'fail' for one in run['checks']):\n        run['status'] = 'failed'\n    else:\n        run['status'] = 'passed'\n    return run\n"
                )
            },
        ),
    ),
    check_file=_check,
)
