"""AUD705: code reads a file that is neither in the repository nor written by anything."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.known_paths import places
from auditor.facts.pattern import pattern
from auditor.facts.python_file_reads import PythonFileReads
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule
from auditor.rules.references.named_paths import own_path

__all__ = ["RULE"]

_RECORD = pattern(
    r"^[a-z_][\w-]*/(?:[\w-]+/)*[\w-]*(?:baseline|benchmark|golden|metrics|results|report)[\w-]*\.(?:json|ya?ml|csv)$"
)
_PRIVATE = ("local", "secret", "credential", "token", "override", "cache", "state", "private", "user")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, fact in facts.of(PythonFileReads):
        folder = file.path.rpartition("/")[0]
        for read in fact.reads:
            path = own_path(read.path, known) or _record(read.path)
            if not path or any(word in path.lower() for word in _PRIVATE):
                continue
            if not known.has(path, folder) and not known.is_made(path):
                near = known.nearest(path)
                hint = f"; `{near}` is there" if near else ""
                message = f"This reads `{path}`, which is not in the repository and which nothing writes{hint}."
                yield Hit(file.path, read.line, read.line, message, path)


def _record(text: str) -> str:
    """The path of a record of measurements in a folder that the repository does not even have."""
    return text if _RECORD.search(text) is not None else ""


_READER = 'import json\nfrom pathlib import Path\n\n\ndef error_rate() -> float:\n    path = Path("logs/metrics.json")\n    if path.exists():\n        return json.loads(path.read_text())["error_rate"]\n    return 0.0\n'

RULE = Rule(
    id="AUD705",
    name="code-reads-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every file of the repository that the code reads there, or written by something?",
    why="A reader that tolerates the absence of its file gives a default for ever, and looks as if it measured.",
    limits=(
        "Judged are literal paths below a folder of the repository, and of records of measurements below any, in Python, that are read and neither written nor handed on. "
        "A file that any other file names, or that git ignores, counts as made."
    ),
    fix="Write the file where its content arises, or read from the place that has it.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python-file-reads"}),
    examples=(
        Example(
            title="metrics that nobody writes",
            files={"app/rates.py": _READER, "logs/README.txt": "Logs go here.\n"},
            found=("app/rates.py:6",),
        ),
        Example(
            title="a baseline that nobody recorded",
            files={
                "gate.py": 'import json\n\n\ndef baseline():\n    with open("measured/golden_baseline.json") as handle:\n        return json.load(handle)\n'
            },
            found=("gate.py:5",),
        ),
        Example(
            title="written by a script",
            files={
                "app/rates.py": _READER,
                "logs/README.txt": "Logs go here.\n",
                "scripts/collect.sh": "#!/bin/sh\ncurl -s http://shop/metrics > logs/metrics.json\n",
            },
        ),
    ),
    check_repository=_check,
)
