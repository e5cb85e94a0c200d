"""AUD286: what claims to protect or pack its input gives it back as it came."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.pattern import pattern
from auditor.facts.python_syntax import FunctionView, PythonSyntax, syntax_of
from auditor.facts.python_talk import is_talk
from auditor.facts.source import Source
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_WORKS = frozenset(
    "encrypt decrypt sign seal compress decompress sanitize sanitise redact mask anonymize anonymise pseudonymize scrub hash escape obfuscate tokenize dedupe deduplicate normalize resize transcode watermark".split()  # noqa: SIM905 - reads better
)
_SAYS = pattern(
    r"(?i)^(?:encrypt|decrypt|sign|seal|compress|decompress|saniti[sz]e|redact|mask|anonymi[sz]e|pseudonymi[sz]e|scrub|hash|escape|obfuscate|deduplicate|resize|transcode)s?\b"
)
_HONEST = pattern(
    r"(?i)null|noop|no_?op|identity|plain|dummy|fake|mock|stub|base|abstract|passthrough|pass_through|disabled|none|default|test"
)
_SAYS_SO = pattern(
    r"(?i)no-?op|as is|unchanged|override|subclass|hook|does nothing|identity|not needed|by default|passthrough"
)


def _check(source: Source) -> Iterator[Hit]:
    syntax = syntax_of(source)
    for view in syntax.functions:
        if view.is_test or view.node.decorator_list or _HONEST.search(view.qualified) or not _claims(view):
            continue
        if view.body and _gives_back(view, syntax):
            message = f"{view.name} gives back what it was given, and does nothing to it."
            yield Hit(source.path, view.node.lineno, view.node.end_lineno or view.node.lineno, message, view.qualified)


def _claims(view: FunctionView) -> bool:
    if view.owner is not None and any(_HONEST.search(ast.unparse(one)[:100]) for one in view.owner.bases):
        return False
    said = view.docstring.strip()
    named = words_of(view.name)[:1] in [(one,) for one in sorted(_WORKS)]
    return (named or _SAYS.search(said) is not None) and not _SAYS_SO.search(said)


def _gives_back(view: FunctionView, syntax: PythonSyntax) -> bool:
    """Whether a body talks, at most, and then returns a parameter."""
    *before, last = view.body
    value = last.value if isinstance(last, ast.Return) else None
    given = isinstance(value, ast.Name) and value.id in view.parameters and value.id not in ("self", "cls")
    return given and all(is_talk(one, syntax) for one in before)


RULE = Rule(
    id="AUD286",
    name="given-back-untouched",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what claims to be encrypted, signed or masked changed at all?",
    why="An off-site copy that `seal` gave back as it came lies there for everybody to read, under the name of an encrypted one.",
    limits="Judged are functions whose name or docstring begins with such a verb, and that return a parameter after talk alone.",
    fix="Do the work; raise NotImplementedError until then.",
    since="0.4.0",
    effort=180,
    reads=frozenset({"python"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a seal that is none",
            files={
                "copy.py": (
                    "def wrap(path):\n"
                    '    """Encrypt a dump for the vault."""\n'
                    "    return path\n"
                    "\n"
                    "\n"
                    "def redact(text):\n"
                    '    log.debug("redacting")\n'
                    "    return text\n"
                ),
            },
            found=("copy.py:1", "copy.py:6"),
        ),
        Example(
            title="work, and what says that it does none",
            files={
                "copy.py": (
                    "def seal(path, key):\n"
                    "    return key.encrypt(path.read_bytes())\n"
                    "\n"
                    "\n"
                    "def mask(text):\n"
                    '    """Give the text back as is."""\n'
                    "    return text\n"
                    "\n"
                    "\n"
                    "class NullCipher:\n"
                    "    def encrypt(self, data):\n"
                    "        return data\n"
                ),
            },
        ),
    ),
    check_file=_check,
)
