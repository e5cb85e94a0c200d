"""A comparison within several generators that fit is told once."""

from auditor.engine.map_stage import map_file
from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules


def test_a_comparison_is_told_once_for_all_generators() -> None:
    text = "def reviews(quarters):\n    return [one in quarters for one in quarters for one in quarters]\n"
    inventory, reader = memory_inventory({"shop/reviews.py": text})
    (file,) = inventory.files
    only = [one for one in rules() if one.id == "AUD878"]
    assert [one.hit.start_line for one in map_file(file, reader.read(file.path), (), only).hits] == [2]


def test_what_a_function_lets_pass_is_told_once() -> None:
    text = "#!/bin/bash\nset -e\ntests() {\n  pytest tests/slow || [ $? -eq 5 ]\n}\ntests\n"
    inventory, reader = memory_inventory({"ops/check.sh": text})
    found = scan(inventory, reader, [one for one in rules() if one.id == "AUD402"])
    assert [one.hit.start_line for one in found.hits] == [4]
