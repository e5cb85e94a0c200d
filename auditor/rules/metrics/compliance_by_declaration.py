"""AUD845: that something is compliant is written into the code, and so told whatever is the case."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from math import inf

from auditor.facts.literal_verdicts import keyed, says_done
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
    r"(?i)config|setting|default|schema|template|example|sample|mock|fake|fixture|require|expected|target|policy|option|argument|param|mode(?:[^l]|$)|flag|seed|demo|simulat|request|filter"
)
_RECORD = pattern(
    r"(?:Metrics|Results?|Reports?|Sample|Stats|Reading|Snapshot|Measurement|Status|Health|Record|Entry|Note|Event|Summary|Manifest|Evidence|Certificate|Attestation|Statement|Log|Info|Outcome|Response)$"
)
"""What the name of a class ends with whose objects tell what is the case; others only have the word as an option."""
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
        flags = [(name, value) for name, value in _given(view) if _FLAG.search(name) and _is_true(value)]
        if not flags:
            continue
        asked, decided = _Asked(view), _decided(view)
        for name, value in flags:
            if not asked.before(value.lineno) and name not in decided:
                yield _hit(source, value.lineno, name, view.qualified)


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _given(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """What the tables and records that a function makes are given, but for what AUD805 judges."""
    for table in view.of(ast.Dict):
        yield from ((name, value) for name, value in keyed(table) if not says_done(name))
    for call in view.calls:
        if _RECORD.search(last_name(call.func)):
            yield from ((one.arg, one.value) for one in call.keywords if one.arg)


def _decided(view: FunctionView) -> set[str]:
    """The names that get something else than True, too: the function takes it back, or says so of what is not."""
    return {name for name, value in (*_assigned(view), *_told(view)) if not _is_true(value)}


def _assigned(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """``told["compliant"] = False``, ``told.compliant &= found``."""
    for node in view.of(ast.Assign, ast.AugAssign, ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
            match target:
                case ast.Subscript(slice=ast.Constant(value=str() as name)) | ast.Attribute(attr=name):
                    yield name, node.value or target
                case _:
                    continue


def _told(view: FunctionView) -> Iterator[tuple[str, ast.expr]]:
    """``told.update(compliant=False)``, ``return {"compliant": False}``."""
    for call in view.calls:
        yield from ((one.arg, one.value) for one in call.keywords if one.arg)
    for table in view.of(ast.Dict):
        yield from keyed(table)


class _Asked:
    """Where a function looks at it first: from its first check on, and within conditions."""

    def __init__(self, view: FunctionView) -> None:
        """Note the first call of a check, and the lines of all branches, those that overlap as one."""
        self.check = min((one.lineno for one in view.calls if _ASKS.search(last_name(one.func))), default=inf)
        self.first: list[int] = []
        self.last: list[int] = []
        branches = view.of(ast.If, ast.IfExp)
        for first, last in sorted((one.lineno, one.end_lineno or 0) for one in branches):
            if self.last and first <= self.last[-1]:
                self.last[-1] = max(self.last[-1], last)
            else:
                self.first.append(first)
                self.last.append(last)

    def before(self, line: int) -> bool:
        """Whether a check was called up to this line, or the line stands in a condition."""
        at = bisect_right(self.first, line) - 1
        return line >= self.check or (at >= 0 and line <= self.last[at])


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
    limits="Judged are flags named for compliance that are True in a table or record which a function makes without a condition or a check before and nowhere sets to anything else, and the like in what shell programs print or write out.",
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
            title="a flag that is taken back, an option of another's class, and what AUD805 judges",
            files={
                "ops/overview.py": (
                    "def overview(cluster):\n    told = {'rows': cluster.rows, 'gdpr_compliant': True}\n    if not cluster.encrypted:\n        told['gdpr_compliant'] = False\n    return told\n\n\n"
                    "def note(cluster):\n    told = ArchiveNote(cluster.name, hipaa_compliant=True)\n    for disk in cluster.disks:\n        told.hipaa_compliant &= disk.sealed\n    return told\n\n\n"
                    "def write(rows):\n    return JSONEncoder(rfc_compliant=True).encode(rows)\n\n\nclass Page:\n    def column(self):\n        return Column(wcag_ok=True)\n\n\n"
                    "def early(cluster):\n    if not cluster.encrypted:\n        return {'gdpr_compliant': False}\n    return {'gdpr_compliant': True}\n\n\n"
                    "def listed(cluster):\n    return {'rows': cluster.rows, 'gdpr_verified': True}\n"
                )
            },
        ),
        Example(
            title="a model that says of itself that it complies, and a flag that is only set again",
            files={
                "ops/models/overview.py": (
                    "class OverviewModel:\n    def told(self):\n        return {'rows': self.rows, 'gdpr_compliant': True}\n\n\n"
                    "def note(cluster):\n    told = {'gdpr_compliant': True}\n    told['gdpr_compliant'] = True\n    return told\n"
                )
            },
            found=("ops/models/overview.py:3", "ops/models/overview.py:7"),
        ),
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
