from auditor.evidence.unread import unread_kinds
from auditor.repo.inventory import memory_inventory


def test_a_broken_workflow_would_have_been_one() -> None:
    inventory, _ = memory_inventory({".github/workflows/ci.yml": "on: [\n", "a.py": "(\n"})
    known = {file.path: file for file in inventory.files}
    assert {"yaml", "github-workflow", "python"} <= unread_kinds(known, known)
    assert unread_kinds((), known) == frozenset()


def test_a_file_that_was_never_read_is_known_by_its_name() -> None:
    assert {"yaml", "github-workflow"} <= unread_kinds([".github/workflows/ci.yml"], {})
    assert unread_kinds(["a.py", "bin/run"], {}) == frozenset()
