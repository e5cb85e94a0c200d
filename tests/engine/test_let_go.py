"""A tree is let go of when its file is judged: what refers to itself waits for the collector, which looks rarely."""

from __future__ import annotations

import gc
from dataclasses import replace

from auditor.engine.map_stage import map_file
from auditor.facts.registry import parsers
from auditor.model.source import Language, Role, SourceFile
from auditor.rules.registry import rules

_FILE = b"""
import json


class Report:
    def __init__(self, rows):
        self.rows = rows

    def outer(self, given):
        def inner(one):
            def innermost():
                return json.dumps(one)

            return innermost()

        return [inner(one) for one in given]


def test_report():
    assert Report([]).outer([1]) is not None


report = {"status": "healthy", "rows": Report([1]).outer([2])}
"""


def test_nothing_of_a_judged_file_waits_for_the_collector() -> None:
    known_parsers, known_rules = parsers(), rules()
    file = SourceFile("part.py", "0" * 40, len(_FILE), Language.PYTHON, Role.SHIPPED)
    tested = replace(file, role=Role.TEST)
    for one in (file, tested):  # what is made once, and remembered
        map_file(one, _FILE, known_parsers, known_rules)
    gc.collect()
    gc.disable()
    try:
        for one in (file, tested):
            map_file(one, _FILE, known_parsers, known_rules)
        assert gc.collect() == 0
    finally:
        gc.enable()
