"""AUD250: a check asks several questions, and passes whatever the answers are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.python_bindings import Bindings
from auditor.facts.python_effects import is_log_call
from auditor.facts.python_syntax import PythonSyntax, own_nodes, strings_in, syntax_of
from auditor.facts.python_values import verdict_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_CHECKS = pattern(
    r"(?i)^_*(?:check|validate|verify|test|assess|audit|ensure|confirm|inspect|evaluate|judge|decide|verdict|gate|conclude|approve|preflight|is_\w*(?:ready|healthy))(?:_|$)"
)
_GATES = pattern(
    r"(?i)(?:^|[_/-])(?:gates?|checks?|verify|validate|readiness|preflight|promote|acceptance|smoke)(?:[_.-][^/]*)?\.py$"
)
_STATES = pattern(
    r"(?i)(?:^|_)(?:is|are|has|have|was|were)_\w+$|_(?:signed|verified|valid|passed|healthy|ready|intact|mentions|matches|met)$"
)
_BAD = pattern(
    r"(?i)\b(?:above|below|exceed\w*|too (?:high|low|slow|many|few|old)|fail\w*|missing|not (?:found|met|reached|available|ready|verified|signed|valid|passed|delivered|confirmed|healthy|trusted)|violat\w*|breach\w*|regress\w*|unhealthy|stale|mismatch|invalid|unreachable|expired)\b"
)
"""What a question found that should have decided."""
_GOOD = pattern(r"(?i)\b(?:valid|success\w*|passed|all good)\b|\x{2713}|\x{2705}")
_COLLECTS = frozenset({"append", "extend", "add", "update", "insert"})
_FEWEST = 2


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    of_gate = _GATES.search(source.path) is not None
    for view in syntax.functions:
        if view.is_test or not (_CHECKS.search(view.name) or (of_gate and _STATES.search(view.name))):
            continue
        for block in (view.body, *(one.body for one in view.nodes if isinstance(one, ast.Try))):
            asked = _asked_in_vain(block, syntax)
            if asked:
                message = f"{view.name} asks {len(asked)} questions, and returns success whatever the answers are."
                yield Hit(source.path, view.node.lineno, block[-1].end_lineno or 0, message, view.qualified)
                break


def _asked_in_vain(block: list[ast.stmt], syntax: PythonSyntax) -> list[ast.If]:
    """The questions whose answers only go into a text, where the block ends with a literal success."""
    if not block or not isinstance(block[-1], ast.Return) or not _is_success(block[-1].value):
        return []
    used = {one.id for one in own_nodes([_verdict(block[-1].value)]) if isinstance(one, ast.Name)}
    asked = [one for one in block if isinstance(one, ast.If)]
    idle = [one for one in asked if _only_notes(one, syntax, used)]
    after = block.index(idle[0]) if idle else 0
    decided = any(isinstance(node, ast.Raise | ast.Assert) for node in own_nodes(block))
    later = [one for one in block[after:] if isinstance(one, ast.If) and one not in idle]
    enough = (len(idle) >= _FEWEST and not _has_told(block[:after], syntax)) or any(
        _BAD.search(strings_in(one)) for one in idle
    )
    return idle if enough and idle and not decided and not later and not _works(block) else []


def _has_told(before: list[ast.stmt], syntax: PythonSyntax) -> bool:
    """Whether the good end was told before: questions after that only choose what is shown of it."""
    return any(_is_note(one, syntax, set()) and _GOOD.search(strings_in(one)) for one in before)


def _works(block: list[ast.stmt]) -> bool:
    """Whether a loop or a ``with`` decides something on its way."""
    kinds = (ast.For, ast.While, ast.AsyncFor)
    return any(isinstance(node, ast.Return) for one in block if isinstance(one, kinds) for node in own_nodes([one]))


def _verdict(value: ast.expr | None) -> ast.AST:
    return value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value or ast.Pass()


def _is_success(value: ast.expr | None) -> bool:
    verdict = _verdict(value)
    return isinstance(verdict, ast.Constant | ast.Dict) and verdict_of(verdict, Bindings()) is Verdict.SUCCESS


def _only_notes(node: ast.If, syntax: PythonSyntax, used: set[str]) -> bool:
    """Whether what an ``if`` guards only prints, or collects words in a list that does not decide."""
    statements = [*node.body, *node.orelse]
    return all(_is_note(one, syntax, used) for one in statements)


def _is_note(statement: ast.stmt, syntax: PythonSyntax, used: set[str]) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.If):
        return _only_notes(statement, syntax, used)
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    call = statement.value
    if is_log_call(syntax.name_of(call.func)):
        return True
    match call.func:
        case ast.Attribute(attr=method, value=ast.Name(id=name)):
            return method in _COLLECTS and name not in used
        case _:
            return False


RULE = Rule(
    id="AUD250",
    name="verdict-whatever-is-found",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does what a check finds decide what it returns?",
    why="A check that looks at a file, notes what it misses and returns True passes for an empty file as for a good one.",
    limits="Judged are functions named for a check that end in a literal success after two questions, or one whose text says that something is wrong, and whose answers only go into a text; a question that returns, raises or sets anything makes the check a real one.",
    fix="Return False, or the list of what is missing, where an answer is bad.",
    since="0.2.0",
    effort=30,
    reads=frozenset({"python"}),
    triggers=("true", "pass", "ok", "success", "healthy", "ready", "valid", "green"),
    examples=(
        Example(
            title="a question of a gate that is answered with yes",
            files={
                "tools/release_gate.py": "def tag_is_signed(version):\n    done = run(['git', 'tag', '--verify', version])\n    if done.returncode != 0:\n        print(f'signature of {version} not verified')\n    return True\n\n\ndef tag_is_there(version):\n    done = run(['git', 'tag', '--list', version])\n    if done.returncode != 0:\n        print('tag not found')\n        return False\n    return True\n",
                "shop/tags.py": "def tag_is_signed(version):\n    if not version:\n        print('not verified')\n    return True\n",
            },
            found=("tools/release_gate.py:1",),
        ),
        Example(
            title="a limit that is only told, and one that decides",
            files={
                "tools/load.py": 'def verdict(result, limit):\n    if result.p95 > limit:\n        print("p95 above the limit")\n    return "PASS"\n\n\ndef judge(result, limit):\n    if result.p95 > limit:\n        print("p95 above the limit")\n        return "FAIL"\n    return "PASS"\n',
            },
            found=("tools/load.py:1",),
        ),
        Example(
            title="questions whose answers only go into the message",
            files={
                "scripts/validate.py": (
                    "def check_dockerfile(path):\n    if not path.exists():\n        return False, 'missing'\n    text = path.read_text()\n    notes = []\n"
                    "    if 'USER' in text:\n        notes.append('user')\n    else:\n        notes.append('no user')\n    if 'HEALTHCHECK' in text:\n        notes.append('health')\n"
                    "    return True, ', '.join(notes)\n"
                )
            },
            found=("scripts/validate.py:1",),
        ),
        Example(
            title="answers that decide",
            files={
                "scripts/validate.py": (
                    "def check_dockerfile(path):\n    text = path.read_text()\n    if 'USER' not in text:\n        return False\n    if 'HEALTHCHECK' in text:\n        print('health')\n    return True\n\n\n"
                    "def validate_card(url):\n    card = fetch(url)\n    if card is None:\n        print('no card')\n        return False\n    print('valid card')\n    if card.scope:\n        print(card.scope)\n    if card.link:\n        print(card.link)\n    return True\n\n\n"
                    "def check_all(text):\n    missing = []\n    if 'USER' not in text:\n        missing.append('user')\n    if 'CMD' not in text:\n        missing.append('cmd')\n    return not missing\n"
                )
            },
        ),
    ),
    check_file=_check,
)
