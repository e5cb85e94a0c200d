"""AUD891: a check of the shell that also holds for the bad answer, for no rows, or for no answer."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.shell import ShellFile
from auditor.facts.shell_claims import identifier_words
from auditor.facts.shell_program import Command, If, Node, Pipeline, Prefixed, commands, walk
from auditor.facts.source import Source
from auditor.facts.unverified_claims import spoken
from auditor.facts.work_units import SHELL_READERS, Unit, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_SEARCHES = frozenset({"grep", "egrep"})
_ASKS = frozenset({"curl", "wget", "http", "https", "xh"})
_KEY = pattern(
    r"(?i)^\W*(?:status|state|health|message|result|response|data|time(?:stamp)?|version|service|name|\{|\}|\.\*|\.)\W*$"
)
"""What stands in an answer whatever it says: the name of a field, or any sign."""
_GOOD = pattern(r"(?i)^\W*(?:healthy|ok|up|ready|passed?|alive|live|success\w*|true|running|connected|green)\W*$")
_DATABASES = frozenset({"psql", "mysql", "mariadb", "sqlite3", "clickhouse-client", "cqlsh"})
_COUNTS = pattern(r"(?i)\bselect\s+count\s*\(")
_BARE = pattern(r"^-(?:[a-zA-Z]*t|N|s?N)[a-zA-Z]*$|^--(?:tuples-only|skip-column-names|batch)$")
"""Options that leave out the heading and the number of rows, both of which hold signs of their own."""
_DIGITS = pattern(r"^\^?(?:\[0-9\]|\[\[:digit:\]\]|\\d)[+*]?\$?$")
_NONZERO = pattern(r"^(?:\[1-9\](?:\[0-9\]\*)?|\[1-9\]\\d\*)$")
_DENIED = pattern(
    r"(?i)\b(?:block\w*|den(?:y|ied|ies)|protect\w*|reject\w*|forbid\w*|forbidden|unauthori[sz]ed|unauthenticated|requires? auth\w*|auth\w* (?:is )?(?:required|enforced|works?)|secured?|not accessible|inaccessible|closed)\b"
)
_FAILS = pattern(r"^-[a-zA-Z]*f[a-zA-Z]*$|^--fail(?:-with-body)?$")


def _check(source: Source) -> Iterator[Hit]:
    seen: set[int] = set()
    for unit in units_of(source):
        for node in walk(unit.body):
            told = _told(node, unit)
            if told and node.line not in seen:
                seen.add(node.line)
                yield Hit(source.path, node.line, node.end_line, told, unit.symbol)
    shell = source.fact(ShellFile)
    for program in shell.evaluated if shell is not None else ():
        named = _name_of(source, program.line)
        for node in walk(program.body):
            told = _of_pipeline(node) or (_of_denial(node) if _DENIED.search(named) else "")
            if told and node.line not in seen:
                seen.add(node.line)
                yield Hit(source.path, node.line, node.end_line, told)


def _name_of(source: Source, line: int) -> str:
    """What a check is called whose program stands in a string: on its line, or on the line before."""
    return identifier_words(" ".join(source.lines[max(0, line - 2) : line]).partition("curl")[0])


def _told(node: Node, unit: Unit) -> str:
    if isinstance(node, If) and len(node.branches) == 1 and len(node.branches[0].condition) == 1:
        said = " ".join(spoken(one, unit.functions) for one in commands(node.branches[0].body))
        return _of_denial(node.branches[0].condition[0]) if _DENIED.search(said) and "fail" not in said.lower() else ""
    return _of_pipeline(node)


def _of_denial(node: Node) -> str:
    """``! curl -f URL`` as the proof that a request is refused."""
    inner = node.body if isinstance(node, Prefixed) and node.operator == "!" else None
    if not isinstance(inner, Command) or inner.name != "curl" or not any(map(_FAILS.search, inner.texts)):
        return ""
    return "A request that fails is taken for one that is refused: this holds as well while nothing answers at all."


def _of_pipeline(node: Node) -> str:
    if not isinstance(node, Pipeline) or len(node.parts) < 2:  # noqa: PLR2004 - what is asked, and the search
        return ""
    search = node.parts[-1]
    if not isinstance(search, Command) or search.name not in _SEARCHES:
        return ""
    if any(
        text.startswith("-") and ("v" in text or "c" in text) and not text.startswith("--") for text in search.texts
    ):
        return ""
    wanted = [text for text in search.texts[1:] if not text.startswith("-")][:1]
    asked = [one for part in node.parts[:-1] for one in commands((part,))]
    for text in wanted:
        if any(one.name in _ASKS for one in asked) and _holds_anyhow(text):
            return f"{text[:40]!r} is found in every answer of the service, the bad one included."
        counted = next(
            (one for one in asked if _DATABASES & set(one.texts) and _COUNTS.search(" ".join(one.texts))), None
        )
        if counted is not None and _found_in_count(text, counted):
            return f"{text[:40]!r} is found in what the database prints when there is no row."
    return ""


def _holds_anyhow(wanted: str) -> bool:
    """Whether one of several alternatives is a word for a good state, and another the name of a field."""
    alternatives = wanted.replace("\\|", "|").split("|")
    return any(map(_GOOD.search, alternatives)) and any(map(_KEY.search, alternatives))


def _found_in_count(wanted: str, command: Command) -> bool:
    bare = any(map(_BARE.search, command.texts))
    return _DIGITS.search(wanted) is not None or (not bare and _NONZERO.search(wanted) is not None)


RULE = Rule(
    id="AUD891",
    name="search-that-always-finds",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every check of the shell fail for the bad answer, for no rows and for no answer?",
    why='`grep -q \'healthy\\|status\'` finds the name of the field in {"status": "unhealthy"}, and a digit stands in the count of an empty table.',
    limits=(
        "Searches of an answer for a good word or the name of a field, searches for digits in a count of rows, and requests that must fail, told by the words that are printed "
        "or that name the check; also in strings that a function of the script evaluates."
    ),
    fix="Read the field (`jq -e '.status == \"healthy\"'`), compare the count (`psql -tA`) with a number, and ask for the status 401 or 403.",
    since="0.7.0",
    effort=15,
    reads=SHELL_READERS,
    triggers=("grep", "curl"),
    check_file=_check,
    examples=(
        Example(
            title="a field instead of its value, a digit in a count, and a refusal that no answer gives as well",
            files={
                "ops/verify.sh": (
                    '#!/bin/bash\nset -e\nattempt() {\n  if eval "$2"; then\n    echo "$1 passed"\n  fi\n}\n'
                    'attempt "service" "curl -s https://shop.example/health | grep -q \'healthy\\|status\'"\n'
                    "attempt \"orders there\" \"psql -c 'SELECT COUNT(*) FROM orders' | grep -E '[1-9][0-9]*'\"\n"
                    "attempt \"any orders\" \"psql -tA -c 'SELECT COUNT(*) FROM orders' | grep -E '[0-9]+'\"\n"
                    'attempt "anonymous access blocked" "! curl -fs https://shop.example/orders"\n'
                    'if ! curl -sf https://shop.example/admin; then\n  echo "admin is protected"\nfi\n'
                ),
            },
            found=("ops/verify.sh:8", "ops/verify.sh:9", "ops/verify.sh:10", "ops/verify.sh:11", "ops/verify.sh:12"),
        ),
        Example(
            title="checks that can fail",
            files={
                "ops/verify.sh": (
                    '#!/bin/bash\nset -e\nattempt() {\n  if eval "$2"; then\n    echo "$1 passed"\n  fi\n}\n'
                    'attempt "service" "curl -s https://shop.example/health | grep -q \'\\"status\\": *\\"ok\\"\'"\n'
                    "attempt \"orders there\" \"psql -tA -c 'SELECT COUNT(*) FROM orders' | grep -E '[1-9][0-9]*'\"\n"
                    'attempt "service down" "! curl -fs https://shop.example/orders"\n'
                    'if ! curl -sf https://shop.example/admin; then\n  echo "admin failed: it is not protected"\nfi\n'
                    'if ! curl -sf https://shop.example/; then\n  echo "the shop is down"\n  exit 1\nfi\n'
                ),
            },
        ),
    ),
)
