"""AUD884: a decision refuses only the worst state, and what is unknown or could not be asked passes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from auditor.facts.claims import Claim, claims_of, words_of
from auditor.facts.good_names import is_good_flag, is_good_word
from auditor.facts.pattern import pattern
from auditor.facts.python_checks import acts_as_check, fails, refuses
from auditor.facts.python_names import last_name, stored_name
from auditor.facts.python_syntax import FunctionView, PythonSyntax, nodes_of, own_nodes, syntax_of
from auditor.facts.source import Source
from auditor.facts.verdicts import Verdict, verdict_of_word
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_UNDECIDED = pattern(
    r"(?i)^(?:unknown|skip(?:ped)?|not_(?:run|checked|tested|available|evaluated|measured|initialized|initialised|found|configured|running)|no_data|unavailable|inconclusive|undetermined|missing|timeout|timed_?out|unreachable|error|stale|offline)$"
)
_STATES = pattern(r"(?i)(?:status|state|health|outcome|result|verdict|condition|level|phase)(?:s|es)?$")
_JUDGES = frozenset(
    "health overall validate validation verify verification check gate canary promote promotion deploy deployment deploying rollout readiness ready determine aggregate evaluate judge proceed overall_status main decide".split()  # noqa: SIM905 - reads better
)
_SHALLOW = 12
_FAILED = pattern(r"(?i)^(?:fail(?:ed|ing|ure)?|unhealthy|critical|down|bad|red|violated|rejected|broken|dead)$")


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    enums = _enumerations(syntax)
    written = _written(syntax)
    for view in syntax.functions:
        if view.is_test or not _judges(view):
            continue
        for node, end, asked, passing in (
            *_by_member(view, enums, syntax),
            *_by_aggregate(view, enums),
            *_by_difference(view, enums),
            *_by_word(view, written),
        ):
            message = f"{view.name} refuses only what is {asked}: {passing} passes."
            yield Hit(source.path, node, end, message, view.qualified)


def _judges(view: FunctionView) -> bool:
    return (
        is_good_flag(view.name)
        or bool(_JUDGES.intersection(words_of(view.name)))
        or Claim.CHECK in claims_of(view.name)
        or acts_as_check(view)
    )


def _enumerations(syntax: PythonSyntax) -> dict[str, frozenset[str]]:
    """The enumerations that a file holds or uses in which some member means that all is well, another that it is not."""
    found: dict[str, set[str]] = {}
    for node, _ in syntax.classes:
        if any("Enum" in ast.unparse(base) for base in node.bases):
            found[node.name] = {last_name(one.targets[0]) for one in node.body if isinstance(one, ast.Assign)}
    own = set(found)
    for used in nodes_of(syntax.tree, ast.Attribute):
        owner = last_name(used.value)
        if used.attr.isupper() and owner[:1].isupper() and owner not in own and _STATES.search(owner):
            found.setdefault(owner, set()).add(used.attr)
    return {
        owner: frozenset(members)
        for owner, members in found.items()
        if any(map(is_good_word, members)) and any(_FAILED.match(one) for one in members)
    }


def _by_difference(view: FunctionView, enums: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int, str, str]]:
    """``return found.state is not State.DOWN``, of which UNKNOWN is another."""
    given = [one.value for one in view.returns if one.value is not None]
    given += [one.value for one in view.of(ast.Assign) if is_good_flag(last_name(one.targets[0]))]
    given += [word.value for call in view.calls for word in call.keywords if word.arg and is_good_flag(word.arg)]
    for value in given:
        match value:
            case ast.Compare(ops=[ast.NotEq() | ast.IsNot()], comparators=[ast.Attribute(attr=member) as asked]):
                members = enums.get(last_name(asked.value), frozenset())
                open_ = sorted(one for one in members if _UNDECIDED.match(one) and one != member)
                if open_ and _FAILED.match(member):
                    yield value.lineno, value.end_lineno or value.lineno, member, ", ".join(open_)
            case _:
                continue


def _by_member(
    view: FunctionView, enums: Mapping[str, frozenset[str]], syntax: PythonSyntax
) -> Iterator[tuple[int, int, str, str]]:
    """``if found.status == Health.UNHEALTHY: raise``, of which UNKNOWN is another."""
    if not enums:
        return
    named = _by_holder(view.of(ast.Attribute))
    for node in view.of(ast.If):
        match node.test:
            case ast.Compare(ops=[ast.Eq() | ast.Is()], comparators=[ast.Attribute(attr=member) as asked]):
                owner = last_name(asked.value)
            case _:
                continue
        members = enums.get(owner)
        if not members or node.orelse or not _FAILED.match(member):
            continue
        open_ = sorted(one for one in members if _UNDECIDED.match(one) and one != member)
        seen = named.get(owner, set())
        if (
            open_
            and not seen.intersection({*open_, *filter(is_good_word, members)})
            and (fails(node.body, syntax) or refuses(node.body))
        ):
            yield node.lineno, node.end_lineno or node.lineno, member, ", ".join(open_)


def _by_holder(attributes: Iterable[ast.Attribute]) -> dict[str, set[str]]:
    """The attributes that are asked for, by the last name of what they are asked of."""
    found: dict[str, set[str]] = {}
    for one in attributes:
        found.setdefault(last_name(one.value), set()).add(one.attr)
    return found


def _by_aggregate(view: FunctionView, enums: Mapping[str, frozenset[str]]) -> Iterator[tuple[int, int, str, str]]:
    """``overall = Health.HEALTHY``, which a loop over the parts makes worse for some states, and UNKNOWN is not among them."""
    tested = _by_holder(_members_tested(view))
    again = {id(one): one for loop in view.of(ast.For) for one in own_nodes([loop]) if isinstance(one, ast.Assign)}
    worse = {last_name(one.targets[0]) for one in again.values()}
    outermost = {id(one) for one in view.body}
    for node in view.of(ast.Assign) if tested else ():
        value = node.value
        if (id(node) not in outermost and node.col_offset > _SHALLOW) or not isinstance(value, ast.Attribute):
            continue
        if id(node) in again or last_name(node.targets[0]) not in worse or not is_good_word(value.attr):
            continue
        owner = last_name(value.value)
        seen = tested.get(owner, set())
        open_ = sorted(one for one in enums.get(owner, ()) if _UNDECIDED.match(one))
        bad = sorted(one for one in seen if _FAILED.match(one))
        if open_ and bad and not seen.intersection(open_):
            yield node.lineno, node.end_lineno or node.lineno, ", ".join(bad), ", ".join(open_)


def _members_tested(view: FunctionView) -> Iterator[ast.Attribute]:
    """What stands in the conditions of loops over parts."""
    for loop in view.of(ast.For):
        for branch in own_nodes([loop]):
            if isinstance(branch, ast.If):
                yield from (one for one in own_nodes([branch.test]) if isinstance(one, ast.Attribute))


def _written(syntax: PythonSyntax) -> frozenset[str]:
    """The words for what is not decided that a file writes as a status."""
    found: set[str] = set()
    for table in nodes_of(syntax.tree, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and _STATES.search(key.value):
                found |= _undecided(value)
    for node in nodes_of(syntax.tree, ast.Assign):
        if _STATES.search(stored_name(node.targets[0])):
            found |= _undecided(node.value)
    return frozenset(found)


def _undecided(value: ast.expr) -> set[str]:
    word = value.value if isinstance(value, ast.Constant) else None
    return {word} if isinstance(word, str) and _UNDECIDED.match(word) else set()


def _by_word(view: FunctionView, written: frozenset[str]) -> Iterator[tuple[int, int, str, str]]:
    """Words for bad states that are asked for one by one, where whatever is left counts as good."""
    last = _final(view.body)
    if last is None or not written:
        return
    asked: dict[str, ast.expr] = {}
    for test in view.of(ast.Compare):
        for one in own_nodes([test]):
            if (
                isinstance(one, ast.Constant)
                and isinstance(one.value, str)
                and isinstance(test.ops[0], ast.Eq | ast.In)
            ):
                asked.setdefault(one.value, test)
    bad = [word for word in asked if _FAILED.match(word)]
    good = [word for word in asked if is_good_word(word)]
    left = sorted(written - set(asked))
    states = [one for word in bad for one in own_nodes([asked[word]]) if _is_state(one)]
    if bad and states and not good and left:
        first = min(asked[word].lineno for word in bad)
        yield first, last.end_lineno or last.lineno, ", ".join(sorted(bad)), ", ".join(left)


def _is_state(node: ast.AST) -> bool:
    name = node.value if isinstance(node, ast.Constant) else last_name(node)
    return isinstance(name, str) and _STATES.search(name) is not None


def _final(body: list[ast.stmt]) -> ast.stmt | None:
    """The statement that says that all is well, when nothing else was found."""
    for statement in reversed(body[-3:]):
        if isinstance(statement, ast.Return) and _says_good(statement.value):
            return statement
        for one in own_nodes([statement]) if isinstance(statement, ast.If) else ():
            if isinstance(one, ast.Assign | ast.Return) and _says_good(one.value):
                return one
    return None


def _says_good(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=str() as word) | ast.Attribute(value=ast.Name(), attr=word):
            return verdict_of_word(word) is Verdict.SUCCESS
        case ast.Tuple(elts=[first, *_]):
            return _says_good(first)
        case _:
            return False


RULE = Rule(
    id="AUD884",
    name="only-worst-fails",
    category=Category.MOCKED_METRIC,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does a state that nobody knows stop what a bad one would stop?",
    why="The probe raises, the state stays UNKNOWN, and `if state == UNHEALTHY: abort` lets the canary through.",
    limits="Judged are functions named for checks, deployments and overall states, that ask for no good state, and enumerations and words of the same file.",
    fix="Ask for the good state, and refuse everything else.",
    since="0.7.0",
    effort=10,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a canary that nobody knows anything of, and parts that timed out",
            files={
                "canary.py": (
                    "from enum import Enum\n\n\nclass Health(Enum):\n    HEALTHY = 1\n    UNHEALTHY = 2\n    UNKNOWN = 3\n\n\n"
                    "async def validate_rollout(probe, target):\n    found = await probe(target)\n    if found.status == Health.UNHEALTHY:\n        raise RuntimeError(target)\n    target.found = found\n"
                ),
                "overall.py": (
                    "def probe(part):\n    try:\n        return {'status': part.ask()}\n    except TimeoutError:\n        return {'status': 'timeout'}\n\n\n"
                    "def overall_health(parts):\n    for one in parts:\n        if one['status'] == 'unhealthy':\n            return 'unhealthy'\n    if sum(one['status'] == 'degraded' for one in parts) > 1:\n        return 'degraded'\n    return 'healthy'\n"
                ),
            },
            found=("canary.py:12", "overall.py:10"),
        ),
        Example(
            title="an overall state that starts as good, and a share of words",
            files={
                "overall.py": (
                    "from enum import Enum\n\n\nclass Health(Enum):\n    HEALTHY = 1\n    UNHEALTHY = 2\n    UNKNOWN = 3\n\n\n"
                    "def health_report(parts):\n    overall = Health.HEALTHY\n    for one in parts:\n        if one.status == Health.UNHEALTHY:\n            overall = Health.UNHEALTHY\n    return overall\n\n\n"
                    "def health_seen(parts):\n    overall = Health.HEALTHY\n    for one in parts:\n        if one.status in (Health.UNHEALTHY, Health.UNKNOWN):\n            overall = one.status\n    return overall\n"
                ),
                "share.py": (
                    "def overall_status(parts):\n    bad = 0\n    for one in parts:\n        status = one.get('status', 'unknown')\n        if status in ['unhealthy', 'insecure']:\n            bad += 1\n    if bad == 0:\n        return 'healthy'\n    return 'degraded'\n\n\n"
                    "def probe(part):\n    try:\n        return {'status': part.ask()}\n    except OSError:\n        return {'status': 'error'}\n"
                ),
            },
            found=("overall.py:11", "share.py:5"),
        ),
        Example(
            title="states of another file, and what is only not bad",
            files={
                "watch.py": (
                    "from states import Health\n\n\ndef is_healthy(part):\n    return part.state is not Health.DOWN\n\n\ndef first():\n    return Health.UNKNOWN\n\n\ndef rank(part):\n    return part.state is Health.HEALTHY\n"
                ),
                "other.py": "from states import Mode\n\n\ndef is_healthy(part):\n    return part.state is not Mode.DOWN\n",
            },
            found=("watch.py:5",),
        ),
        Example(
            title="a good state that is asked for, an unknown one that is stopped, and words that nobody writes",
            files={
                "canary.py": (
                    "from enum import Enum\n\n\nclass Health(Enum):\n    HEALTHY = 1\n    UNHEALTHY = 2\n    UNKNOWN = 3\n\n\n"
                    "def validate_rollout(found):\n    if found.status == Health.UNHEALTHY:\n        raise RuntimeError\n    if found.status == Health.UNKNOWN:\n        raise LookupError\n\n\n"
                    "def check_rollout(found):\n    if found.status == Health.UNHEALTHY:\n        return False\n    return found.status == Health.HEALTHY\n"
                ),
                "overall.py": "def overall_health(parts):\n    for one in parts:\n        if one['status'] == 'unhealthy':\n            return 'unhealthy'\n    return 'healthy'\n",
            },
        ),
    ),
    check_file=_check,
)
