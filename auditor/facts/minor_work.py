"""Commands of little weight, however grave the words that stand in their arguments."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.shell_claims import printed
from auditor.facts.shell_program import Chain, Command, Node, all_commands
from auditor.facts.tolerated_failures import names_of_failing
from auditor.facts.work_units import Unit

__all__ = ["exists_already", "is_minor"]

_ASIDE = pattern(r"(?i)\bbest[- ]effort\b|\boptional\b|\bnon-(?:critical|blocking|fatal)\b")
"""Names of steps that say themselves that nothing hangs on them."""
_ALREADY = pattern(r"(?i)\balready\b|\b(?:may|might) exist\b|\bexists\b")
_CREATES = pattern(
    r"(?i)(?:^|[\s_-])(?:create\w*|add\w*|enable\w*|register|init\w*|install|mb|make|new|import|bind\w*)(?:$|[\s_-])"
)
_OF_RECORDS = pattern(r"(?i)analytics|telemetry|codecov|coveralls|\bcoverage\b|\bjunit\b|test[-_ ]results?\b")
"""What is told to a service that keeps figures of runs."""
_SENDS = frozenset({"curl", "wget"})
_MOVES = frozenset({"mv", "rm", "mkdir", "ln", "chmod", "chown", "touch"})
"""What puts files in order; the grave word is then the name of a folder."""


def is_minor(unit: Unit, failing: Node) -> bool:
    """Whether what fails in a unit only puts files in order or sends figures of the run, or the unit says itself that nothing hangs on it."""
    if _ASIDE.search(unit.name):
        return True
    if isinstance(failing, Command) and failing.name in _SENDS and _OF_RECORDS.search(failing.text):
        return True
    return isinstance(failing, Command) and (failing.name in _MOVES or failing.texts[1:2] == ("cp",))


def exists_already(chain: Chain) -> bool:
    """``create x || echo "already exists"``: what is to be made or switched on is there."""
    told = " ".join(printed(command) for command in all_commands((chain.right,)))
    return _ALREADY.search(told) is not None and _CREATES.search(names_of_failing(chain.left)) is not None
