"""``left || right`` where the failure of the left comes to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.facts.counted_commands import whose_failure_counts
from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed, warns
from auditor.facts.shell_effects import Effect, Effects, always_leaves, effect_of, effects_of, writes_to
from auditor.facts.shell_program import (
    Branch,
    Chain,
    Command,
    Function,
    Group,
    If,
    Loop,
    Node,
    all_commands,
    children,
    last_command,
)
from auditor.facts.tolerated_failures import is_tolerated
from auditor.facts.work_units import Unit

__all__ = ["Swallowed", "branches_of", "conditionals", "is_retry", "statements", "swallowed_exits", "tells_verdict"]

_VERBOSITY = pattern(r"(?i)\b\w*(?:level|verbos|debug|quiet|trace)\w*\W+-(?:ge|gt|le|lt|eq|ne)\b")
_VERIFIES = pattern(
    r"(?i)(?:^|[\s_:/-])(?:verif\w*|validat\w*|smoke|health\w*|gate|probe|check|ensure|assert)(?:$|[\s_:/-])"
)
_SHOWS_STATE = pattern(
    r"^(?:(?:kubectl|oc)\s(?:\S+ )*(?:get|describe|logs|events|top)\b|(?:docker|docker-compose|docker compose|podman)\s(?:\S+ )*(?:ps|logs)\b|systemctl\s(?:\S+ )*status\b|journalctl\b|helm\s(?:\S+ )*(?:status|history|list)\b)"
)
"""Commands by which the state after a failure is shown."""
_BAD = pattern(r"(?i)\bno(?:t|-?go|pe)?\b|\bbad\b|\b(?:below|under|blocked|rejected|refused|invalid)\b")
_COMPARES = pattern(r"^(?:\[\[?|test|\(\() .*(?:-(?:eq|ge|gt|le|lt|ne)\b|==?|[<>]).*")
_ASKERS = frozenset(
    {"curl", "wget", "nc", "psql", "redis-cli", "mysql", "mongosh", "kubectl", "http", "grpcurl", "openssl", "dig"}
)
_ARGUMENT = pattern(r"\$\{?[1-9#@*]")
"""What a script or function was given: it is not asked for this."""
_TESTS = ("[", "[[", "test")
_ONLY_ASK = frozenset({Effect.TEST, Effect.PRINT, Effect.SET, Effect.LEAVE})
_NAMED = 2
"""Words of a command that names a file."""
_PRESENCE = frozenset({"-n", "-z", "-f", "-d", "-e", "-x", "-s", "-r", "-w", "-t", "-v"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Swallowed:
    """A chain whose failure is ignored (`reported` False) or only printed (True)."""

    chain: Chain
    reported: bool


def swallowed_exits(unit: Unit) -> Iterator[Swallowed]:
    """The chains of the unit that swallow a failure which matters, in the order of the text."""
    for node in statements(unit.body):
        if not isinstance(node, Chain) or node.operator != "||":
            continue
        if _is_guard(node, unit) or _is_counted(node, unit):
            continue
        if is_tolerated(node.left) and not (_replaced(node) or tells_verdict(node, unit)):
            continue
        if _ignores(node.right) or _stands_in(node):
            yield Swallowed(chain=node, reported=False)
        elif _only_reports(node.right, unit.functions):
            yield Swallowed(chain=node, reported=True)


def tells_verdict(chain: Chain, unit: Unit) -> bool:
    """``pytest && echo ok || echo bad``: both outcomes of what is a check are told, and neither of them counts.

    Where the unit says that it verifies and ends so, whatever it asks is a check.
    """
    left = chain.left
    if not isinstance(left, Chain) or left.operator != "&&" or not _is_print(left.right) or not _is_print(chain.right):
        return False
    asked = tuple(all_commands((left.left,)))
    if any(map(whose_failure_counts, asked)):
        return True
    last = bool(unit.body) and unit.body[-1] is chain
    return (
        last
        and _VERIFIES.search(unit.name) is not None
        and any(one.name in _ASKERS or (_COMPARES.search(one.text) and _is_bad(chain.right)) for one in asked)
    )


def _is_bad(node: Node) -> bool:
    """Whether what is printed says that something does not hold: NO-GO, failed, below the limit."""
    text = printed(node) if isinstance(node, Command) else ""
    return warns(text) or _BAD.search(text) is not None


def _is_print(node: Node) -> bool:
    return isinstance(node, Command) and node.name in ("echo", "printf")


def conditionals(unit: Unit) -> Iterator[If]:
    """Every ``if`` of the unit that is no part of a function or of a loop that tries again."""
    return (node for node in statements(unit.body, retries=False) if isinstance(node, If))


def is_retry(loop: Loop) -> bool:
    """Whether a loop waits for something, rather than going through a list: it sleeps, or leaves early."""
    if loop.keyword != "for":
        return True
    return any(isinstance(node, Command) and node.name in ("sleep", "break") for node in _own(loop.body))


def _own(body: tuple[Node, ...]) -> Iterator[Node]:
    """What a loop does itself, at any depth: not what a loop within it does."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Loop | Function):
            waiting.extend(reversed(children(node)))


def statements(body: tuple[Node, ...], *, retries: bool = True) -> Iterator[Node]:
    """All statements of a unit's own whose exit status counts: not conditions, functions, or what is inside of substitutions; without `retries` no loops that try again either."""
    waiting = list(reversed(body))
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (Command, Function)) or (isinstance(node, Loop) and not retries and is_retry(node)):
            continue
        if isinstance(node, If):
            inner = [one for branch in node.branches for one in branch.body]
            waiting.extend(reversed([*inner, *node.otherwise]))
        elif isinstance(node, Loop):
            waiting.extend(reversed(node.body))
        elif isinstance(node, Chain):
            waiting.extend((node.right, node.left) if node.operator == "||" else (node.right,))
        else:
            waiting.extend(reversed(children(node)))


def _is_counted(chain: Chain, unit: Unit) -> bool:
    """``check_api || true``, ``curl x || failed "x"``: a function has counted the failure, and the count decides in the end."""
    return any(isinstance(one, Command) and one.name in unit.counting for one in (chain.left, chain.right))


def _is_guard(chain: Chain, unit: Unit) -> bool:
    """``[ -n "$x" ] || return 0``, ``is_main || return 0``: there is nothing to do, which is no failure; ``exec 9> lock || exit 0``."""
    left, right = chain.left, chain.right
    if not isinstance(left, Command) or not isinstance(right, Command) or right.name not in ("return", "exit"):
        return False
    if left.name not in _TESTS:
        return left.texts == ("exec",) or (left.name in unit.functions and unit.functions[left.name] <= _ONLY_ASK)
    text = " ".join(left.texts)
    return bool(_PRESENCE & set(left.texts[1:3])) or bool(_VERBOSITY.search(text) or _ARGUMENT.search(text))


def _replaced(chain: Chain) -> bool:
    """``inspect x > f || echo "{}" > f``: a constant stands where the result should."""
    left, right = last_command(chain.left), chain.right
    if left is None or not isinstance(right, Command) or right.name not in ("echo", "printf"):
        return False
    return bool(set(writes_to(left)) & set(writes_to(right)) - {"/dev/null"})


def _stands_in(chain: Chain) -> bool:
    """``fetch x > f || touch f``, ``decrypt f > g || cp f g``: an empty file, or the raw one, takes the place of the result."""
    left, right = last_command(chain.left), chain.right
    if left is None or left.name in _TESTS or not isinstance(right, Command) or right.redirects:
        return False
    if len(right.texts) < _NAMED:
        return False
    known = {*left.texts[1:], *writes_to(left)}
    if right.name in ("touch", "truncate"):
        return right.texts[-1] in known
    return right.name in ("cp", "ln", "mv") and known.issuperset(right.texts[-2:]) and right.texts[-2] != right.name


def _ignores(node: Node) -> bool:
    if not isinstance(node, Command) or node.redirects:
        return False
    if node.name in ("true", ":"):
        return True
    return node.name in ("exit", "return") and node.texts[1:] == ("0",)


def _only_reports(node: Node, functions: Mapping[str, Effects]) -> bool:
    if isinstance(node, Group):
        leaves = [one for one in all_commands(node.body) if effect_of(one, functions) is Effect.LEAVE]
        well = all(one.name in ("return", "exit") and one.texts[1:] == ("0",) for one in leaves)
        return effects_of(node.body, functions) - {Effect.LEAVE} == {Effect.PRINT} and well
    if not isinstance(node, Command) or always_leaves((node,), functions):
        return False
    if node.name in ("cat", "tail", "head", "less") and len(node.texts) > 1 and not writes_to(node):
        return True  # the log of what failed is shown
    if node.name in ("logger", "wall"):
        return True
    if _SHOWS_STATE.search(" ".join(node.texts)) and not writes_to(node):
        return True
    effects = effects_of((node,), functions)
    return effects == {Effect.PRINT} or (node.name in ("echo", "printf") and effects == {Effect.WRITE})


def branches_of(node: If) -> tuple[Branch, ...]:
    """The branches of an ``if`` with its ``else`` as one without condition."""
    if not node.otherwise:
        return node.branches
    line = node.otherwise[0].line
    return (*node.branches, Branch(condition=(), body=node.otherwise, line=line, end_line=node.otherwise[-1].end_line))
