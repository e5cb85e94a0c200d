"""AUD659: a document asks for secrets of the pipelines that no pipeline uses."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.names_fact import Names, Via
from auditor.facts.names_known import is_of_forge
from auditor.facts.repository import RepositoryFacts
from auditor.facts.run_by_pipelines import run_by_pipelines
from auditor.facts.told_pipeline import ToldPipeline, ToldSecret
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_NEIGHBOURS = 8
"""So many lines apart secrets that are told under one title are told of together."""
_NAMED = 4
"""So many of them a message names."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    used = facts.derive(_used)
    run = facts.derive(run_by_pipelines)
    if not used or not run.jobs or run.away:
        return  # a workflow elsewhere may inherit all secrets
    for file, fact in facts.of(ToldPipeline):
        lacking = [one for one in fact.secrets if one.name not in used and not is_of_forge(one.name)]
        if lacking and not about_other_times(file.path):
            yield from (_hit(file.path, group) for group in _groups(lacking))


def _used(facts: RepositoryFacts) -> frozenset[str]:
    """The secrets and variables that workflows take from their forge; for `RepositoryFacts.derive`."""
    return frozenset(
        one.name for _, fact in facts.of(Names) for one in fact.items if one.via in (Via.SECRET, Via.VARIABLE)
    )


def _groups(secrets: list[ToldSecret]) -> Iterator[list[ToldSecret]]:
    group: list[ToldSecret] = []
    for one in secrets:
        if group and (one.heading != group[-1].heading or one.line - group[-1].line > _NEIGHBOURS):
            yield group
            group = []
        group.append(one)
    yield group


def _hit(path: str, group: list[ToldSecret]) -> Hit:
    names = list(dict.fromkeys(one.name for one in group))
    told = ", ".join(f"`{name}`" for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return Hit(
        path,
        group[0].line,
        group[-1].line,
        f"The reader is to set {told}{more} for the pipelines, none of which uses it.",
        names[0],
    )


_WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./push.sh\n        env:\n          TOKEN: ${{ secrets.SHOP_TOKEN }}\n"

RULE = Rule(
    id="AUD659",
    name="told-secret-unused",
    category=Category.MISSING_SECRET,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    question="Does a pipeline use every secret that documents ask to be set for the pipelines?",
    why="Whoever sets it believes that what needs it is done: a deployment, a message, a report.",
    limits="Names in lists, tables and blocks under titles on secrets of the forge or of pipelines, or that are required, and those that `gh secret set` sets; where at least one secret is used by some workflow, and none is called that lies elsewhere.",
    fix="Use it, or strike it from the document.",
    since="0.9.0",
    effort=10,
    reads=frozenset({"told-pipeline", "names"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a workflow of another repository, which may use any of them",
            files={
                "README.md": "# Shop\n\n## Repository secrets\n\n- `SHOP_TOKEN`\n- `SIGNING_KEY`\n",
                ".github/workflows/ci.yml": _WORKFLOW
                + "  all:\n    uses: acme/flows/.github/workflows/all.yml@v1\n    secrets: inherit\n",
            },
        ),
        Example(
            title="secrets for stages that there are not",
            files={
                "README.md": (
                    "# Shop\n\n### Required Secrets\n\n```yaml\n# Cluster\nSHOP_TOKEN\nKUBE_CONFIG\n\n# Talk\nSLACK_WEBHOOK\n```\n\n## GitHub secrets\n\n| Secret | For |\n|---|---|\n| `SHOP_TOKEN` | push |\n| `SIGNING_KEY` | signing |\n\n"
                    "## Set up\n\n```bash\ngh secret set DEPLOY_KEY < key\n```\n"
                ),
                ".github/workflows/ci.yml": _WORKFLOW,
            },
            found=("README.md:19", "README.md:24", "README.md:8"),
        ),
        Example(
            title="secrets that are used, given, or of the program itself",
            files={
                "README.md": "# Shop\n\n## Repository secrets\n\n- `SHOP_TOKEN`\n- `GITHUB_TOKEN`\n\n## Configuration\n\n- `SHOP_PASSWORD`\n",
                ".github/workflows/ci.yml": _WORKFLOW,
            },
        ),
    ),
)
