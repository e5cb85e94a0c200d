"""When a document says that workflows run, against the events that start them."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.check.case import Case, View
from auditor.check.document import Line
from auditor.check.mentions import Mention, mentions
from auditor.check.moments import held
from auditor.check.references import is_aside, located
from auditor.check.resolution import Found
from auditor.check.statement import Statement, supported, uncheckable
from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.vocabulary import matches, words

__all__ = ["trigger_statements"]

_EVENTS = {
    "push": frozenset({"push", "pull_request", "pull_request_target", "merge_group"}),
    "pull_request": frozenset({"pull_request", "pull_request_target", "merge_group"}),
    "schedule": frozenset({"schedule"}),
}
"""What may be meant by an event. A commit is also looked at by what runs on its pull request."""
_CALLED = frozenset({"workflow_call", "workflow_run", "repository_dispatch"})
"""Events behind which any other may stand."""
_FOLDER = ".github/workflows/"
_OTHERS = (".gitlab-ci", ".circleci/", "azure-pipelines", "Jenkinsfile", ".travis", ".buildkite/", ".drone", "bitbucket-pipelines", "appveyor", ".appveyor", ".woodpecker", ".semaphore", "cloudbuild", "codemagic", ".gitea/", ".forgejo/", "buildspec", "vercel", "netlify")  # fmt: skip
"""Where other services, which run something on events as well, are told what to do."""


def trigger_statements(case: Case) -> Iterator[Statement]:
    """Each event on which a line says that workflows run: all of them, or the one that it names."""
    named = _named(case) if case.views else {}
    for line in case.document.texts if case.views else ():
        claim = words("triggers.claim").search(line.plain)
        if claim is None or not _is_of_workflows(line) or is_aside(line, "negated", "expectation", "triggers.aside"):
            continue
        mention = named.get(line.number) or named.get(line.section.line)
        for event in _EVENTS:
            if matches(f"triggers.{event}", claim.group()):
                yield from _judged(case, line, mention, event)


def _named(case: Case) -> dict[int, Mention]:
    """The one workflow that a line names, by the number of the line."""
    found: dict[int, list[Mention]] = {}
    for mention in mentions(case.document):
        if mention.path.endswith((".yml", ".yaml")):
            found.setdefault(mention.line.number, []).append(mention)
    return {line: group[0] for line, group in found.items() if len({one.path for one in group}) == 1}


def _is_of_workflows(line: Line) -> bool:
    """Whether a line speaks of continuous integration, by its own words or by those above it."""
    return any(matches("triggers.subject", text) for text in (line.plain, line.label, line.section.title))


def _judged(case: Case, line: Line, mention: Mention | None, event: str) -> Iterator[Statement]:
    known = [(view, _triggers(case, mention, view)) for view in case.views]
    if mention and not all(found for _, found in known):
        return
    wanted = _EVENTS[event] | _CALLED
    subject = f"`{mention.path}`" if mention else "A workflow"
    symbol = f"{event} {mention.path if mention else ''}".strip()
    for view, found in known:
        if wanted & found:
            yield supported(line.number, f"{subject} runs on {event} {view.label}.", symbol)
            return
    view = known[0][0]
    if any(_runs_elsewhere(one) for one, _ in known) and not mention:
        yield uncheckable(line.number, f"No workflow runs on {event} {view.label}; another service may.", symbol)
    elif mention or any(found for _, found in known):
        told = ", ".join(sorted(known[0][1])) or "nothing"
        fault = f"{subject} is said to run on {event}, and runs on {told} {view.label}."
        yield held(case, line.number, fault, symbol)
    else:
        fault = f"Workflows are said to run on {event}, and there are none {view.label}."
        yield held(case, line.number, fault, symbol)


def _triggers(case: Case, mention: Mention | None, view: View) -> frozenset[str]:
    """The events that start the one workflow, or any of them."""
    paths = [path for path in sorted(view.paths) if path.startswith(_FOLDER) or f"/{_FOLDER}" in path]
    if mention:
        resolution = located(mention, view, case.folder)
        paths = list(resolution.paths) if resolution.found is Found.EXACT else []
    workflows = (view.fact(path, GithubWorkflow) for path in paths)
    return frozenset(one.name for workflow in workflows if workflow for one in workflow.triggers)


def _runs_elsewhere(view: View) -> bool:
    return any(part in path for path in view.paths for part in _OTHERS)
