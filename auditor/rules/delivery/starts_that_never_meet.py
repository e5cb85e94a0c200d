"""AUD523: a GitLab job is run at starts at which what it needs, or the tag that it uses, is not there."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.base import ParseFailure
from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.pattern import pattern
from auditor.facts.source import Source
from auditor.facts.yaml_tree import Mapping, Scalar, read_yaml, walk
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_TAG = pattern(r"^\s*\$CI_COMMIT_TAG\s*(?:(?:=~|!=|==)\s*(?:/.*/|\"[^\"]*\"|'[^']*'|null)\s*)?$")
_NO_TAG = pattern(r"(?:==\s*(?:null|\"\"|''))\s*$")
_BRANCH = pattern(r"^\s*\$CI_COMMIT_BRANCH\s*(?:(?:==|=~)\s*(?:\$CI_DEFAULT_BRANCH|\"[^\"]+\"|'[^']+'|/.*/)\s*)?$")
_MERGE = pattern(r"^\s*\$CI_PIPELINE_SOURCE\s*==\s*[\"']merge_request_event[\"']\s*$|^\s*\$CI_MERGE_REQUEST_I?ID\s*$")
_USES_TAG = pattern(r"\$(?:CI_COMMIT_TAG\b|\{CI_COMMIT_TAG\})")
_TAGS, _BRANCHES, _MERGES = "tags", "branches", "merge requests"
_NEAR = 12
"""Lines up to the rule behind the program: it is part of what is wrong."""
_SCRIPTS = ("before_script", "script", "after_script")


def _check(source: Source) -> Iterator[Hit]:
    if source.fact(GitlabPipeline) is None:
        return
    try:
        roots = read_yaml(source.text)
    except ParseFailure:
        return  # the parser of pipelines reports it
    root = roots[0] if roots else None
    if not isinstance(root, Mapping):
        return
    jobs = {key.text: value for key, value in root.pairs if isinstance(value, Mapping)}
    starts = {name: _starts(job) for name, job in jobs.items()}
    for name, job in jobs.items():
        own = starts[name]
        if not own:
            continue
        if _TAGS not in own:
            yield from _without_tag(source.path, name, job, own)
        for needed, line in _needs(job):
            other = starts.get(needed, frozenset())
            if other and not own & other:
                message = f"{name!r} runs for {_listed(own)}, and {needed!r}, which it needs, for {_listed(other)}: GitLab refuses the pipeline."
                yield Hit(source.path, line, line, message, name)


def _starts(job: Mapping) -> frozenset[str]:
    """The kinds of pipelines that a job is in; none where that cannot be told."""
    rules = job.items("rules")
    if not rules or job.get("extends") is not None or job.get("only") is not None:
        return frozenset()
    found: set[str] = set()
    for rule in rules:
        if not isinstance(rule, Mapping):
            return frozenset()
        kind = _kind(rule.text("if"))
        if rule.text("when") == "never" and (kind or rule.text("if")):
            continue
        if not kind:
            return frozenset()
        found.add(kind)
    return frozenset(found)


def _kind(condition: str) -> str:
    if _TAG.search(condition) and not _NO_TAG.search(condition):
        return _TAGS
    if _BRANCH.search(condition):
        return _BRANCHES
    return _MERGES if _MERGE.search(condition) else ""


def _without_tag(path: str, name: str, job: Mapping, own: frozenset[str]) -> Iterator[Hit]:
    """The first line of a job's programs that uses the tag, of which such pipelines have none."""
    variables = {key.text for key, _ in job.mapping("variables").pairs}
    for key in _SCRIPTS if "CI_COMMIT_TAG" not in variables else ():
        script = job.get(key)
        for node in walk(script) if script is not None else ():
            if isinstance(node, Scalar) and _USES_TAG.search(node.text):
                message = f"{name!r} runs for {_listed(own)} only, where `CI_COMMIT_TAG` is empty."
                rule = next((one.get("if") for one in job.items("rules") if isinstance(one, Mapping)), None)
                last = rule.line if rule is not None and node.line < rule.line <= node.line + _NEAR else node.line
                yield Hit(path, node.line, last, message, name)
                return


def _needs(job: Mapping) -> Iterator[tuple[str, int]]:
    for node in job.items("needs"):
        if isinstance(node, Scalar):
            yield node.text, node.line
        elif isinstance(node, Mapping) and node.text("optional").lower() != "true" and not node.text("project"):
            yield node.text("job"), node.line


def _listed(kinds: frozenset[str]) -> str:
    return " and ".join(sorted(kinds))


RULE = Rule(
    id="AUD523",
    name="starts-that-never-meet",
    category=Category.UNTESTED_WORKFLOW,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is what a GitLab job needs in the pipelines that the job is in?",
    why="A pipeline whose job needs one that its rules leave out is refused; and an image that is tagged `$CI_COMMIT_TAG` on a branch has no tag.",
    limits="Rules that ask for a tag, a branch or a merge request and nothing else, without templates; tests for emptiness in the program are not seen.",
    fix="Give both jobs the same rules, make the need optional, or take the name from what every pipeline has (`CI_COMMIT_REF_SLUG`, `CI_COMMIT_SHORT_SHA`).",
    since="0.8.0",
    effort=15,
    reads=frozenset({"gitlab-ci"}),
    triggers=("ci_commit",),
    check_file=_check,
    examples=(
        Example(
            title="a deployment of a branch that is named after a tag, and a verification of tags that needs it",
            files={
                ".gitlab-ci.yml": (
                    'deploy:\n  script:\n    - docker pull shop/till\n    - helm upgrade till chart --set image.tag=$CI_COMMIT_TAG\n  rules:\n    - if: $CI_COMMIT_BRANCH == "release"\n      when: manual\n'
                    'verify:\n  script:\n    - ./verify\n  rules:\n    - if: $CI_COMMIT_TAG\n  needs: ["deploy"]\n'
                )
            },
            found=(".gitlab-ci.yml:13", ".gitlab-ci.yml:4"),
        ),
        Example(
            title="jobs that meet, needs that are optional, and rules that may be anything",
            files={
                ".gitlab-ci.yml": (
                    "build:\n  script:\n    - make image TAG=$CI_COMMIT_TAG\n  rules:\n    - if: $CI_COMMIT_TAG\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n"
                    "deploy:\n  script:\n    - ./deploy\n  rules:\n    - if: $CI_COMMIT_BRANCH\n  needs: [build]\n"
                    "notes:\n  script:\n    - ./notes\n  rules:\n    - if: $CI_COMMIT_TAG =~ /^v/\n  needs:\n    - job: deploy\n      optional: true\n"
                    'ship:\n  script:\n    - ./ship $CI_COMMIT_TAG\n  rules:\n    - if: $SHIP == "yes"\n  needs: [deploy]\n'
                )
            },
        ),
    ),
)
