"""Probes that found nothing in a file do not look into it again while it is the same, and find what comes into it."""

from collections.abc import Mapping
from dataclasses import replace

from auditor.engine.scan import scan
from auditor.evidence.fruitless import Fruitless
from auditor.evidence.requirements import proofs
from auditor.model.outcome import Proof
from auditor.model.source import Language
from auditor.repo.inventory import memory_inventory
from auditor.repo.reader import MemoryReader
from auditor.resources import resource_text
from auditor.rubric.load import DEFAULT_RUBRIC, load_rubric
from auditor.rules.registry import rules

RUBRIC = load_rubric(DEFAULT_RUBRIC, rules(), resource_text)
PLAIN = {
    "docs/guide.md": "# Guide\n\nHow to use it, in some more words than a title or a promise would have.\n",
    "deploy/app.yaml": "kind: Deployment\nspec:\n  replicas: 1\n",
    "app.py": "print('it')\n",
}
BACKUP = {
    "docs/guide.md": PLAIN["docs/guide.md"] + "\n## Backups\n\nEvery night the database is copied to another site.\n"
}


class Watched:
    """Notes which files are read."""

    def __init__(self, reader: MemoryReader) -> None:
        self.reader = reader
        self.paths: set[str] = set()

    def read(self, path: str) -> bytes:
        self.paths.add(path)
        return self.reader.read(path)


def proven(tree: Mapping[str, str], rows: tuple[tuple[str, str], ...]) -> tuple[dict[str, Proof], Fruitless, set[str]]:
    inventory, reader = memory_inventory(tree)
    fruitless = Fruitless(inventory.contents)
    fruitless.recall(rows)
    watched = Watched(reader)
    found = proofs(RUBRIC, scan(inventory, reader, ()).facts, watched, (), fruitless)
    return found, fruitless, watched.paths


def test_only_what_changed_is_read_again_and_the_proofs_are_the_same() -> None:
    first, learnt, read = proven(PLAIN, ())
    assert read == set(PLAIN)
    again, same, read = proven(PLAIN, learnt.rows())
    assert (again, same.rows()) == (first, learnt.rows())
    assert "deploy/app.yaml" not in read
    fresh, _, _ = proven({**PLAIN, **BACKUP}, ())
    changed, _, read = proven({**PLAIN, **BACKUP}, learnt.rows())
    assert changed == fresh != first
    assert "deploy/app.yaml" not in read


def test_other_bytes_another_language_and_another_path_are_looked_at_anew() -> None:
    inventory, _ = memory_inventory(PLAIN)
    file = inventory.files[0]
    others = (file, replace(file, language=Language.TEXT), replace(file, path="other.py"), replace(file, blob="0" * 40))
    marks = {Fruitless().mark(one) for one in others} | {Fruitless({file.path: "1"}).mark(file)}
    assert len(marks) == len(others) + 1
