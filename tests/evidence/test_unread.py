from auditor.evidence.unread import unread_kinds
from auditor.repo.inventory import memory_inventory


def test_a_broken_workflow_would_have_been_one() -> None:
    inventory, _ = memory_inventory({".github/workflows/ci.yml": "on: [\n", "a.py": "(\n"})
    kinds = unread_kinds(inventory.files)
    assert {"yaml", "github-workflow", "python"} <= kinds
    assert unread_kinds(()) == frozenset()
