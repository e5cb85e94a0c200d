"""The words by which code tells that it stands in for the real thing."""

from __future__ import annotations

from auditor.facts.pattern import pattern

__all__ = ["PLAIN_CLASSES", "SAYS_SIMULATED", "SAYS_UNDONE", "SAYS_WOULD", "STANDS_APART"]

PLAIN_CLASSES = "Base|Abstract|Interface|Mixin|Protocol|Null|No[Oo]p|Dummy|Fake|Mock|Stub|Test|InMemory"
"""In the names of classes that may well do nothing: others derive from them, or they take the place of others."""
STANDS_APART = "test|mock|fake|fixture|conftest|stub|dummy|demo|example|sandbox|simulat|playground"
"""In the names of files, classes and functions that are no part of what runs in production."""
SAYS_UNDONE = pattern(
    r"(?i)\b(?:not (?:yet |currently )?implemented(?: yet)?|unimplemented|(?:is|as) (?:a |just a )?(?:placeholder|stub)\b|placeholder (?:implementation|for now|until)|stub implementation|coming soon|to be implemented)\b"
)
"""What a program says where it does nothing yet."""
SAYS_WOULD = pattern(
    r"(?i)^\W*(?:\[[^\]]{0,40}\]\W*)?would (?:now |then )?(?:send|notify|post|page|call|e-?mail|publish|upload|deploy|restart|roll|scale|switch|trigger|escalate|push|"
    r"text|restore|archive|alert|replicate|provision|rotate|revoke|drain)\b|"
    r"\bwould (?:be (?:sent|called|notified|posted|published|uploaded|deployed|triggered|escalated|paged|restored|replicated)|go here)\b"
)
"""What a program says that it would do, which is true of a dry run, and of work that nobody wrote."""
SAYS_SIMULATED = pattern(
    r"(?i)\b(?:simulat(?:e[sd]?|ing)|mock(?:ed|ing)|pretend(?:ing)?|faking|dummy (?:data|result|response|value)s?)\b"
)
"""What a program says where it only acts as if."""
