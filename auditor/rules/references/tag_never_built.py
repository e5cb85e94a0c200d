"""AUD714: a workflow uses an image under the whole commit, and builds it under the short one."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.github_workflow import GithubWorkflow
from auditor.facts.image_references import COMMIT, built_images, image_uses
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    built = [(file, workflow, built_images(workflow)) for file, workflow in facts.of(GithubWorkflow)]
    everywhere = {reference for _, _, one in built for reference in one.references}
    for file, workflow, own in built:
        if own.open or not own.bases:
            continue
        seen: set[int] = set()
        for use in image_uses(workflow):
            base, _, tag = use.reference.rpartition(":")
            if base not in own.bases or COMMIT not in tag or use.reference in everywhere or use.line in seen:
                continue
            seen.add(use.line)
            why = "the builds cut the commit to seven signs" if base in own.short else "no build gives it this tag"
            message = f"The image is used under the tag `{tag}`, and {why}."
            yield Hit(file.path, use.line, use.line, message, f"{use.job.id}/{use.step.name}")


_HEAD = (
    "on: push\njobs:\n  image:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: docker/metadata-action@v5\n        id: meta\n"
    "        with:\n          images: ghcr.io/shop/web\n          tags: |\n            type=ref,event=branch\n            type=sha"
)
_BUILD = "\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: ${{ steps.meta.outputs.tags }}\n"
_SCAN = "      - uses: aquasecurity/trivy-action@0.28.0\n        with:\n          image-ref: ghcr.io/shop/web:${{ github.sha }}\n"

RULE = Rule(
    id="AUD714",
    name="tag-never-built",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Does the workflow build every tag that it scans, runs or rolls out?",
    why="`type=sha` makes the tag `sha-` with seven signs of the commit: whoever asks for the whole commit scans nothing, and rolls out what is not there.",
    limits="Judges tags with the whole commit, of images that docker/metadata-action tags in the same workflow, without `flavor`.",
    fix="Write `type=sha,format=long,prefix=`, or use the outputs of the metadata step.",
    since="0.3.0",
    effort=15,
    reads=frozenset({"github-workflow"}),
    check_repository=_check,
    examples=(
        Example(
            title="a scan and a rollout of the whole commit, where the short one is built",
            files={
                ".github/workflows/image.yml": _HEAD
                + _BUILD
                + _SCAN
                + "      - run: kubectl set image deployment/web web=ghcr.io/shop/web:$GITHUB_SHA\n"
            },
            found=(".github/workflows/image.yml:19", ".github/workflows/image.yml:20"),
        ),
        Example(
            title="the long form, and a tag of its own",
            files={
                ".github/workflows/image.yml": _HEAD + ",format=long,prefix=" + _BUILD + _SCAN,
                ".github/workflows/other.yml": _HEAD
                + "\n            type=raw,value=${{github.sha}}"
                + _BUILD
                + _SCAN
                + "      - run: docker run other/web:${{ github.sha }}\n",
            },
        ),
    ),
)
