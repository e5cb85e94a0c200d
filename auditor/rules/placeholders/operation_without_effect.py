"""AUD116: an operation that looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.python_graph import Module, PythonGraph, python_graph
from auditor.facts.python_module import PythonFunction, PythonModule
from auditor.facts.repository import RepositoryFacts
from auditor.facts.shortlists import shortlist
from auditor.facts.verdicts import Verdict
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role, SourceFile
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_hook, is_open_class

__all__ = ["RULE"]

_CHANGES = pattern(
    r"^_*(?:async_)?(?:deploy|rollback|roll_back|restore|migrate|provision|promote|publish|upload|replicate|failover|fail_over|scale|restart|revoke|"
    r"rotate|backup|back_up|prune|purge|expire|evict|cleanup|clean_up|delete_old|remove_old|archive|vacuum|compact|decommission|revert|cut_?over|switch_?over|shift_traffic|switch_traffic|apply_migration|perform_(?:backup|restore|rollback|failover|migration)|execute_(?:rollback|failover|migration))(?:_|$)"
)
_REMOVES = pattern(r"^_*(?:prune|purge|expire|evict|cleanup|clean_up|delete_old|remove_old|rotate)(?:_|$)")
"""Operations that may well give back what they removed."""
_ONLY_LOOKS = pattern(
    r"(?i)plan|list|status|history|show|report|preview|dry|simulat|mock|possible|needed|required|_to_|allowed|enabled"
)
_LOOKING = frozenset({Effect.FILE_READ, Effect.ENVIRONMENT, Effect.LOG, Effect.CLOCK, Effect.RANDOM, Effect.SLEEP})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(python_graph)
    for file, _ in facts.listed(_changing):
        module = graph.by_path[file.path]
        for function in module.functions.values():
            if _is_to_change(function) and _changes_nothing(graph, module, function):
                message = f"{function.short_name} claims to change something, reads files, and writes, sends and starts nothing."
                yield Hit(module.path, function.line, function.end_line, message, function.name)


@shortlist(PythonModule)
def _changing(_file: SourceFile, module: PythonModule) -> bool:
    return any(map(_is_to_change, module.functions))


def _is_to_change(function: PythonFunction) -> bool:
    if not _CHANGES.search(function.short_name) or _ONLY_LOOKS.search(function.name):
        return False
    if function.is_test or function.is_generator or function.effects - _LOOKING:
        return False
    undecided = function.verdicts - {Verdict.NOTHING, Verdict.SUCCESS, Verdict.FAILURE}
    return not undecided or _REMOVES.search(function.short_name) is not None


def _changes_nothing(graph: PythonGraph, module: Module, function: PythonFunction) -> bool:
    effects = graph.effects(module, function)
    if Effect.FILE_READ not in effects or effects - _LOOKING:
        return False
    return not is_hook(graph, module, function) and not is_open_class(module, function)


RULE = Rule(
    id="AUD116",
    name="operation-without-effect",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every operation change what it is named for?",
    why="A restore that opens the backup, counts its entries and logs 'restored' leaves the system as broken as it was.",
    limits="Judges operations by their names (deploy, restore, migrate ...) that read files and give back no data. Any call that is not known counts as an effect.",
    fix="Write back what was read, or raise NotImplementedError.",
    since="0.1.0",
    effort=240,
    reads=frozenset({"python-module"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a purge that counts what it would remove",
            files={
                "ops/prune.py": 'def prune(root, keep):\n    old = sorted(root.glob("*.tar"))[:-keep]\n    for path in old:\n        log.info("removed %s", path)\n    return old\n\n\ndef purge(root, keep):\n    for path in sorted(root.glob("*.tar"))[:-keep]:\n        path.unlink()\n',
            },
            found=("ops/prune.py:1",),
        ),
        Example(
            title="a restore that only reads",
            files={
                "backup.py": 'import json\nimport logging\n\nlogger = logging.getLogger(__name__)\n\n\nasync def _restore_components(components, path):\n    for component in components:\n        folder = path / component\n        if folder.exists():\n            with open(folder / "state.json") as file:\n                state = json.load(file)\n            logger.info("restored %d entries", len(state))\n'
            },
            found=("backup.py:7",),
        ),
        Example(
            title="a restore that restores, and one that gives back what it read",
            files={
                "backup.py": "import json\nimport shutil\n\n\ndef restore_state(path, target):\n    if path.exists():\n        shutil.copytree(path, target)\n\n\ndef restore_settings(path):\n    with open(path) as file:\n        return json.load(file)\n"
            },
        ),
    ),
    check_repository=_check,
)
