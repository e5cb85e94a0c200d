"""AUD705: code reads a file that is neither in the repository nor written by anything."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.known_paths import Places, places
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
_DATA = pattern(
    r"^[a-z_][\w-]*/(?:[\w-]+/)*(?:[\w-]*[_-])?(?:hold_?out|ground_?truth|label(?:l?ed|s)|eval(?:uation)?|test_?set|validation_?set|reference|calibration)\d*(?:[_.-][\w.-]*)?\.(?:jsonl?|csv|tsv|parquet)$"
)
"""What a model or a measurement is judged by: kept in the repository, or fetched by something that names it."""
_KEPT = pattern(r"^(?:[a-z]+[_-])*(?:budgets?|baselines?|thresholds?|allow-?list|slos?)\.(?:json|ya?ml|toml|csv)$")
_MANIFEST = pattern(r"^(?:[\w-]+/)+[\w.-]+\.(?:ya?ml|toml|json|ini|sql|md)$")
_PRIVATE = ("local", "secret", "credential", "token", "override", "cache", "state", "private", "user")


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, fact in facts.of(PythonFileReads):
        folder = file.path.rpartition("/")[0]
        for read in fact.reads:
            certain = own_path(read.path, known) or _record(read.path)
            path = certain or _kept(read.path) or _judged_by(read.path)
            moved = "" if path else _moved(read.path, folder, known)
            if moved:
                message = f"This reads `{read.path}`, which is not in the repository: `{moved}` is."
                yield Hit(file.path, read.line, read.line, message, read.path, Severity.LOW)
            if not path or any(word in path.lower() for word in _PRIVATE):
                continue
            if not known.has(path, folder) and not known.is_made(path):
                near = known.nearest(path)
                hint = f"; `{near}` is there" if near else ""
                message = f"This reads `{path}`, which is not in the repository and which nothing writes{hint}."
                yield Hit(file.path, read.line, read.line, message, path, None if certain else Severity.LOW)


def _kept(text: str) -> str:
    """The name of what people write down and keep, without a folder: it may also be what the user is to bring."""
    return text if _KEPT.search(text) is not None else ""


def _judged_by(text: str) -> str:
    """The path of data that something is judged by."""
    return text if _DATA.search(text) is not None else ""


def _moved(path: str, folder: str, known: Places) -> str:
    """The only file that ends in this path, which cannot be seen from the reader's folder nor from one above it."""
    if not _MANIFEST.search(path) or known.from_above(path, folder):
        return ""
    places = [one for one in known.index.named(path.rpartition("/")[2]) if one.endswith(f"/{path}")]
    return places[0] if len(places) == 1 and places[0] in known.paths else ""


def _record(text: str) -> str:
    """The path of a record of measurements in a folder that the repository does not even have."""
    return text if _RECORD.search(text) is not None else ""


_READER = 'import json\nfrom pathlib import Path\n\n\ndef error_rate() -> float:\n    path = Path("logs/metrics.json")\n    if path.exists():\n        return json.loads(path.read_text())["error_rate"]\n    return 0.0\n'

RULE = Rule(
    id="AUD705",
    name="code-reads-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file of the repository that the code reads there, or written by something?",
    why="A reader that tolerates the absence of its file gives a default for ever, and looks as if it measured.",
    limits=(
        "Judged are literal paths below a folder of the repository, of records of measurements below any, and, with less weight, budgets, baselines, thresholds and the like without a folder, in Python, that are read and neither written nor handed on. "
        "A file that any other file names, or that git ignores, counts as made."
    ),
    fix="Write the file where its content arises, or read from the place that has it.",
    since="0.1.0",
    effort=60,
    reads=frozenset({"python-file-reads"}),
    examples=(
        Example(
            title="data that a model is judged by, and such that something fetches",
            files={
                "desk/judge.py": (
                    'from pathlib import Path\n\nHOLDOUT = Path("data/holdout.csv")\nLABELS = Path("data/labels.csv")\n\n\ndef load_rows(path=HOLDOUT):\n    return path.read_text().splitlines() if path.exists() else []\n\n\n'
                    "def labels():\n    return LABELS.read_text()\n"
                ),
                "desk/fetch.py": 'from pathlib import Path\n\n\ndef fetch(client):\n    Path("data/labels.csv").write_text(client.get("labels").text)\n',
            },
            found=("desk/judge.py:3",),
        ),
        Example(
            title="names in which such a word is a part of another one",
            files={
                "desk/judge.py": (
                    'from pathlib import Path\n\nPREFERENCES = Path("data/preferences.json")\nRETRIEVAL = Path("data/retrieval.json")\nEVAL = Path("data/eval_2.json")\n\n\n'
                    "def load():\n    return PREFERENCES.read_text(), RETRIEVAL.read_text(), EVAL.read_text()\n"
                ),
            },
            found=("desk/judge.py:5",),
        ),
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
            title="defaults of options, of which some are written, and a manifest that lies elsewhere",
            files={
                "tools/rotate.py": (
                    'import argparse\nfrom pathlib import Path\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--hosts", type=Path, default=Path("tools/hosts.yaml"))\n'
                    'parser.add_argument("--budget", default="error-budget.json")\nparser.add_argument("--output", default="tools/figures.json")\nparser.add_argument("--rates", default="tools/rates.json")\n'
                ),
                "tools/rates.json": "{}\n",
                "tools/ready.py": 'def check():\n    with open("live/deployment.yaml") as handle:\n        return "probe" in handle.read()\n',
                "ops/k8s/live/deployment.yaml": "kind: Deployment\n",
            },
            found=("tools/ready.py:2", "tools/rotate.py:5", "tools/rotate.py:6"),
        ),
        Example(
            title="what the user of a tool brings to the folder where it is started",
            files={
                "tools/visit.py": 'import csv\n\n\ndef rows():\n    with open("targets.csv") as handle:\n        yield from csv.reader(handle)\n    with open("host-inventory.yaml") as handle:\n        yield handle.read()\n',
            },
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
