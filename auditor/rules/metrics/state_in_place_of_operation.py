"""AUD815: an operation, in JavaScript, TypeScript or Go, that changes nothing but its own records."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.claims import words_of
from auditor.facts.code_graph import Work, code_graph
from auditor.facts.effects import Effect
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Language, Role
from auditor.rules.base import Example, Rule
from auditor.rules.metrics.claimed_work import is_excused

__all__ = ["RULE"]

_OPERATES = pattern(
    r"^(?:perform_|execute_|run_|trigger_|start_|do_)?(?:deploy|rollback|roll_back|roll_out|rollout|revert|failover|fail_over|switch_?over|cut_?over|promote|demote|restore|backup|back_up|migrate|"
    r"replicate|provision|undeploy|decommission|(?:switch|shift|drain|divert|reroute|stop|freeze)_(?:traffic|connections|pool|region|deploys?|releases?)|drain|evict|fence|isolate|quarantine|"
    r"cordon|scale_(?:up|down|out|to|in)|rotate_(?:keys?|secrets?|credentials?|certificates?)|revoke_\w+|elect_leader|emergency_stop)(?:_|$)"
)
_RESTS = pattern(
    r"state|status|config|setting|flag|plan|option|allowed|enabled|count|history|list|metric|callback|handler|simulat|dry|mock|fake|schedule|queue|scroll|focus|selection|draft|position|view|session|snapshot_of"
)
_OPERATORS = pattern(
    r"(?i)deploy|releas|roll|canary|failover|recover|disaster|backup|vault|replica|migrat|provision|orchestrat|manager|operator|coordinator|engine|service|executor|runner|pipeline|"
    r"traffic|router|region|cluster|fleet|guard|breaker|leader|incident|infra|scal|rotat|secret"
)
_PLAIN = pattern(
    r"(?i)state|store|reducer|model|entity|event|record|view|component|widget|memory|mock|fake|stub|test|sandbox|simulat|editor|form"
)
_NOTING = frozenset({Effect.LOG, Effect.SLEEP, Effect.CLOCK, Effect.RANDOM, Effect.STATE, Effect.RAISE})


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    graph = facts.derive(code_graph)
    for work in graph.works():
        answers = work.module.fact.language is Language.GO and graph.is_promised(work.function)
        if _only_notes(work) and not answers and not is_excused(graph, work):
            function = work.function
            message = f"{function.short_name} claims to change what runs, and changes nothing but its own records."
            yield Hit(work.module.path, function.line, function.end_line, message, function.name)


def _only_notes(work: Work) -> bool:
    function = work.function
    name = "_".join(words_of(function.short_name))
    if not function.owner or not _OPERATES.search(name) or _RESTS.search(name) or function.is_generator:
        return False
    if (
        not _OPERATORS.search(function.owner)
        or _PLAIN.search(function.owner)
        or _PLAIN.search(work.module.path.rpartition("/")[2])
    ):
        return False
    return Effect.STATE in work.effects and work.effects <= _NOTING


RULE = Rule(
    id="AUD815",
    name="state-in-place-of-operation",
    category=Category.PLACEHOLDER,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Does every operation reach what it is named for?",
    why="A rollback that sets `this.current` leaves the broken release where it runs, and everything that reads the field believes it is gone.",
    limits="Judged are methods named for an operation of types named for operating, that set their own fields, log and wait; any call that is not known counts as an effect.",
    fix="Call what runs it: the cluster, the balancer, the host; throw until then.",
    since="0.5.0",
    effort=240,
    reads=frozenset({"code-functions"}),
    roles=frozenset({Role.SHIPPED}),
    examples=(
        Example(
            title="a rollback in the memory of one process",
            files={
                "src/release.ts": (
                    "export class ReleaseManager {\n  private current = '';\n  private readonly events: string[] = [];\n\n  async rollback(to: string) {\n    this.current = to;\n"
                    "    console.log(`rolled back to ${to}`);\n    return { ok: true };\n  }\n}\n"
                ),
                "ops/region.go": (
                    'package ops\n\nimport "log"\n\ntype FailoverManager struct{ primary string }\n\nfunc (m *FailoverManager) Failover(region string) error {\n\tm.primary = region\n\tlog.Printf("%s is primary", region)\n\treturn nil\n}\n'
                ),
            },
            found=("ops/region.go:7", "src/release.ts:5"),
        ),
        Example(
            title="who reaches something, and what is a state",
            files={
                "src/release.ts": (
                    "export class ReleaseManager {\n  private current = '';\n\n  constructor(private readonly cluster: Cluster) {}\n\n  async rollback(to: string) {\n    await this.cluster.apply(to);\n    this.current = to;\n    return { ok: true };\n  }\n}\n"
                ),
                "src/editor.ts": "export class EditorState {\n  restore(text: string) {\n    this.text = text;\n  }\n}\n",
            },
        ),
    ),
    check_repository=_check,
)
