"""AUD728: a GitLab pipeline includes a file that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.gitlab_ci import GitlabPipeline
from auditor.facts.gitlab_jobs import local_path
from auditor.facts.known_paths import places
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    for file, pipeline in facts.of(GitlabPipeline):
        for one in pipeline.includes:
            path = local_path(one)
            if path and not facts.exists(path):
                hint = facts.derive(places).hint(path)
                message = f"The pipeline includes `{path}`, which is not in the repository{hint}."
                yield Hit(file.path, one.line, one.line, message, path)


RULE = Rule(
    id="AUD728",
    name="included-file-missing",
    category=Category.MISSING_REFERENCE,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    question="Is every file that the GitLab pipeline includes from its own repository there?",
    why="GitLab refuses the pipeline as a whole: `Local file does not exist`. No job of it runs, be it a test or a scan.",
    limits="Local includes with a literal path. Those with a star, a variable, of other projects and of templates are not judged.",
    fix="Add the file, or take the include out.",
    since="0.3.0",
    effort=20,
    reads=frozenset({"gitlab-ci"}),
    check_repository=_check,
    examples=(
        Example(
            title="scans that were planned, and a job that one of them should have brought",
            files={
                ".gitlab-ci.yml": "include:\n  - local: /ci/tests.yml\n  - local: ci/scans.yml\n  - ci/release.yml\nbuild:\n  script: [make]\n",
                "ci/tests.yml": "test:\n  script: [make test]\n",
            },
            found=(".gitlab-ci.yml:3", ".gitlab-ci.yml:4"),
        ),
        Example(
            title="several files, a variable, another project and a template",
            files={
                ".gitlab-ci.yml": (
                    "include:\n  - local: ci/*.yml\n  - local: ci/$STAGE.yml\n  - project: shop/ci\n    file: scans.yml\n  - template: Security/SAST.gitlab-ci.yml\n"
                    "build:\n  script: [make]\n"
                ),
            },
        ),
    ),
)
