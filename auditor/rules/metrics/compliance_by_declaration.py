"""AUD845: that something is compliant is written into the code, and so told whatever is the case."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.literal_verdicts import keyed
from auditor.facts.pattern import pattern
from auditor.facts.python_names import last_name
from auditor.facts.python_syntax import FunctionView, syntax_of
from auditor.facts.shell_program import Node, commands
from auditor.facts.source import Source
from auditor.facts.work_units import SHELL_READERS, units_of
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_FLAG = pattern(
    r"(?i)^(?:is_|all_|fully_)?(?:\w+_)?complian(?:t|ce_(?:verified|checked|validated|confirmed|met|passed))$|^(?:gdpr|hipaa|pci|pci_dss|coppa|ferpa|soc2|sox|iso27001|ccpa|mifid|dora|wcag)_(?:verified|validated|checked|passed|ok|certified)$"
)
_WRITTEN = pattern(
    r"(?i)^\W*\"?(?:\w+[_ ])?complian(?:t|ce)(?:[_ ](?:verified|status|check))?\"?\s*[:=]\s*\"?(?:true|yes|compliant|verified|passed|100 ?%)\"?\W*$"
)
_WANTED = pattern(
    r"(?i)config|setting|default|schema|template|example|sample|mock|fake|fixture|require|expected|target|policy|option|argument|param|mode|flag|seed|demo|simulat|request|filter"
)
_ASKS = pattern(r"(?i)complian|verif|valid|check|audit|assess|inspect|scan")


def _check(source: Source) -> Iterator[Hit]:
    if _WANTED.search(source.path):
        return
    if source.file.language is Language.PYTHON:
        yield from _in_python(source)
        return
    for unit in units_of(source):
        for line, text in _texts(unit.body):
            if "$" not in text and _WRITTEN.search(text):
                yield _hit(source, line, text.strip(' ",')[:50], unit.symbol)


def _texts(body: tuple[Node, ...]) -> Iterator[tuple[int, str]]:
    """What is printed by a command of its own, and the lines of what is written out."""
    for command in commands(body):
        if len(command.texts) == 2:  # noqa: PLR2004 - the command and its one text
            yield command.line, command.texts[1]
        for one in command.redirects:
            if one.operator.startswith("<<"):
                yield from ((one.target.line + at, text) for at, text in enumerate(one.target.text.splitlines()))


def _in_python(source: Source) -> Iterator[Hit]:
    for view in syntax_of(source).functions:
        if view.is_test or _WANTED.search(view.qualified):
            continue
        for name, value in _given(view):
            if (
                _FLAG.search(name)
                and isinstance(value, ast.Constant)
                and value.value is True
                and not _is_asked(view, value)
            ):
                yield _hit(source, value.lineno, name, view.qualified)


def _given(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    for table in view.of(ast.Dict):
        yield from keyed(table)
    for call in view.calls:
        if last_name(call.func)[:1].isupper():
            yield from ((one.arg, one.value) for one in call.keywords if one.arg)


def _is_asked(view: FunctionView, value: ast.expr) -> bool:
    """Whether the function looks at it before: it calls a check, or stands in a condition."""
    if any(_ASKS.search(last_name(call.func)) for call in view.calls if call.lineno <= value.lineno):
        return True
    return any(branch.lineno <= value.lineno <= (branch.end_lineno or 0) for branch in view.of(ast.If, ast.IfExp))


def _hit(source: Source, line: int, what: str, symbol: str) -> Hit:
    return Hit(source.path, line, line, f"'{what}' is written into the code: it is told whatever is the case.", symbol)


RULE = Rule(
    id="AUD845",
    name="compliance-by-declaration",
    category=Category.MOCKED_METRIC,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is compliance found out where it is reported?",
    why='`"gdpr_compliant": True` stands in the report of the backup that nobody encrypted, too; whoever audits by the reports finds nothing but good ones.',
    limits="Judged are flags named for compliance that are True in a table or record which a function makes without a condition or a check before, and the like in what shell programs print or write out.",
    fix="Work it out from what is the case, or leave the flag out.",
    since="0.6.0",
    effort=60,
    reads=frozenset({"python", *SHELL_READERS}),
    roles=frozenset({Role.SHIPPED}),
    triggers=(
        "complian",
        "gdpr",
        "hipaa",
        "pci",
        "coppa",
        "ferpa",
        "soc2",
        "sox",
        "iso27001",
        "ccpa",
        "mifid",
        "dora",
        "wcag",
    ),
    examples=(
        Example(
            title="compliance that nobody looked for",
            files={
                "ops/overview.py": (
                    "def overview(rows):\n    return {'rows': len(rows), 'gdpr_compliant': True}\n\n\nasync def archive(store):\n    return ArchiveNote(store.name, hipaa_compliant=True)\n"
                ),
                "ops/keep.sh": 'pg_dump app > app.sql\ncat > note.json <<END\n{\n  "size": $(wc -c < app.sql),\n  "gdpr_compliant": true\n}\nEND\nlog "GDPR Compliant: Yes"\n',
            },
            found=("ops/overview.py:2", "ops/overview.py:6", "ops/keep.sh:5", "ops/keep.sh:8"),
        ),
        Example(
            title="compliance that was looked for, and what is set",
            files={
                "ops/overview.py": (
                    "def overview(rows):\n    verify_rows(rows)\n    return {'rows': len(rows), 'gdpr_compliant': True}\n\n\ndef told(rows):\n    if not rows:\n        return {'gdpr_compliant': True}\n    return {'gdpr_compliant': all(row.agreed for row in rows)}\n"
                ),
                "ops/settings.py": "def defaults():\n    return {'gdpr_compliant': True}\n",
                "ops/keep.sh": 'log "GDPR compliant: $state"\n',
            },
        ),
    ),
    check_file=_check,
)
