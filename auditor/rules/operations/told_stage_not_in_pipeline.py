"""AUD642: a document tells of a stage of the pipelines, such as a deployment, that no job which can run performs."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.run_by_pipelines import run_by_pipelines
from auditor.facts.told_pipeline import Stage, ToldPipeline
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import about_other_times

__all__ = ["RULE"]

_DEPLOYS = (
    r"\bkubectl\b|\boc (?:apply|rollout|new-app|start-build)|\bhelm(?:file)? |\bssh\b|\bscp\b|\brsync\b|\bsftp\b|\bftp\b|terraform apply|tofu apply|pulumi up|\bansible|\baws (?:ecs|s3|lambda|eks|cloudformation|deploy|elasticbeanstalk|apprunner|amplify|ssm)|"
    r"\bgcloud\b|\baz (?:webapp|containerapp|functionapp|aks|acr|deployment|container|staticwebapp)|fly(?:ctl)? |\bvercel\b|\bnetlify\b|\brailway\b|\bserverless\b|\bsls \b|\bcdk deploy|\bsam deploy|\bwrangler\b|\bfirebase\b|\bheroku\b|git push|argocd|"
    r"docker[ -]compose[^\n]* (?:up|pull)|docker (?:stack|service) |docker push|\bnomad\b|\bcapistrano\b|\bdokku\b|\bkamal\b|\bgh-pages\b|\bmkdocs gh-deploy|\bmike deploy|\bkustomize\b|\bskaffold\b|\bwaypoint\b|\bansistrano\b|hooks?[./_-]|deploy"
)
"""What may bring something into operation, or hands it to who does."""
_EVIDENCE = {
    Stage.DEPLOY: pattern(
        rf"(?m)^(?:uses [^\n]*(?:deploy|pages|vercel|netlify|fly|railway|render|cloudflare|wrangler|ssh|scp|rsync|ftp|heroku|ecs|lambda|run|app-?engine|aks|k8s|kube|helm|argo|terraform|pulumi|serverless|firebase|kustomize|azure|portainer|cap-?rover|dokku|publish|release)|with push: (?:true|\$)|with args: [^\n]*deploy)|^[^\n]*(?:{_DEPLOYS})"
    ),
    Stage.RELEASE: pattern(
        r"releas|goreleaser|\btwine\b|publish|changeset|semantic|ncipollo|softprops|gh api|/releases|upload-assets|git tag|git push|cargo dist|\bjreleaser\b"
    ),
    Stage.PUSH: pattern(
        r"(?m)^with push: (?:true|\$)|\b(?:docker|podman|buildah|nerdctl|crane|oras|helm|skopeo)[^\n]* (?:push|copy)\b|--push\b|^with (?:outputs|tags):[^\n]*type=(?:registry|image)|\bko (?:build|publish|resolve)|kaniko|\bjib|earthly|buildpack|bake|goreleaser|gcloud builds|az acr build|^uses [^\n]*(?:push|publish)[^/\n]*$"
    ),
    Stage.SMOKE: pattern(r"smoke|curl|wget|health|http|newman|k6|playwright|cypress|e2e|postman|verify"),
    Stage.NOTIFY: pattern(
        r"slack|discord|teams|notif|telegram|mail|webhook|pagerduty|opsgenie|hook|sns publish|curl|twilio|mattermost"
    ),
    Stage.ROLLBACK: pattern(r"roll-?back|rollout undo|--atomic|circuit|revert|previous|undo|deploy"),
    Stage.PLATFORMS: pattern(
        r"arm64|aarch64|platforms?:? [^\n]*,|--platform[= ][^\n]*,|\$\{?\{? ?(?:env|matrix|inputs)\.[a-z_.]*platform|goreleaser|cross|bake"
    ),
}
_CALLED = {
    Stage.DEPLOY: "deploys anything",
    Stage.RELEASE: "makes a release",
    Stage.PUSH: "pushes an image",
    Stage.SMOKE: "asks what is deployed for an answer",
    Stage.NOTIFY: "notifies anybody",
    Stage.ROLLBACK: "takes a deployment back",
    Stage.PLATFORMS: "builds for another platform",
}
_ELSEWHERE = pattern(r"^uses [^.\n][^\n]*/\.github/workflows/")
"""A workflow of another repository, which may do anything."""
_BY_ITSELF = (
    "vercel.json", "netlify.toml", "render.yaml", "fly.toml", "railway.json", "railway.toml", "app.yaml", "amplify.yml", "Procfile", "cloudbuild.yaml", "wrangler.toml", "buildspec.yml", "appspec.yml",
)  # fmt: skip
"""Files of services that can be told to deploy on a push by themselves."""


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    run = facts.derive(run_by_pipelines)
    if not run.jobs:
        return
    done = {stage for stage, evidence in _EVIDENCE.items() if evidence.search(run.commands)}
    if any(_ELSEWHERE.match(line) for line in run.commands.split("\n")):
        return
    by_itself = {Stage.DEPLOY} if any(path.rpartition("/")[2] in _BY_ITSELF for path in facts.all_paths) else set()
    for file, fact in facts.of(ToldPipeline):
        if about_other_times(file.path):
            continue
        seen: set[int] = set()
        for one in fact.stages:
            if one.stage in done or one.line in seen:
                continue
            seen.add(one.line)
            what = (
                "An event is said to bring this about" if one.promised else "This is listed among what the pipelines do"
            )
            message = f"{what} (`{one.text}`), and no job that can run {_CALLED[one.stage]}."
            milder = Severity.LOW if one.stage in by_itself else None
            yield Hit(file.path, one.line, one.line, message, one.stage.value, milder)


_WORKFLOW = (
    "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          push: false\n"
    "  deploy:\n    if: false\n    runs-on: ubuntu-latest\n    steps:\n      - run: kubectl apply -f k8s\n  announce:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo kubectl apply, notify slack\n"
)
_DOCUMENT = "# Shop\n\n## CI/CD\n\n- **Push to main** \u2192 Deploy to production\n- Tag `v*` -> Create release\n\n### Stages\n\n```\n\u2502 Build \u2502\u2500\u25b6\u2502 Deploy Staging \u2502\n\u2502 - Push \u2502  \u2502 - Smoke tests \u2502\n\u2502 - Multi-arch \u2502  \u2502 - Slack notification \u2502\n```\n\n1. Build\n2. Automatic rollback\n"

RULE = Rule(
    id="AUD642",
    name="told-stage-not-in-pipeline",
    category=Category.PLACEHOLDER,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Does some job perform every stage that documents say the pipelines have?",
    why="Who merges waits for a deployment that never comes, or believes in a smoke test that nobody ran.",
    limits=(
        "Deployments, releases, pushes of images, smoke tests, notifications, rollbacks and builds for several platforms, in lists, tables and plain blocks under titles on pipelines, and what an event is said to bring "
        "about. Jobs that are switched off and steps that only print perform nothing; any command that may do it counts, also of a script where a pipeline calls one. Low where a service may deploy by itself."
    ),
    fix="Let a job do it, or strike it from the document.",
    since="0.9.0",
    effort=60,
    reads=frozenset({"told-pipeline"}),
    roles=frozenset({Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="stages of which the jobs are switched off, or only print",
            files={"README.md": _DOCUMENT, ".github/workflows/ci.yml": _WORKFLOW},
            found=("README.md:11", "README.md:12", "README.md:13", "README.md:17", "README.md:5", "README.md:6"),
        ),
        Example(
            title="a script that the pipeline calls does all of it",
            files={
                "README.md": _DOCUMENT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./all.sh\n",
                "all.sh": "#!/bin/sh\ndocker buildx build --platform linux/amd64,linux/arm64 --push .\nkubectl apply -f k8s || kubectl rollout undo deploy/shop\ncurl -f https://shop.test/health\ncurl -d ok $SLACK_URL\ngh release create v1\n",
            },
        ),
        Example(
            title="a workflow of another repository, and a plan",
            files={
                "README.md": _DOCUMENT,
                ".github/workflows/ci.yml": "on: push\njobs:\n  all:\n    uses: acme/flows/.github/workflows/all.yml@v1\n",
            },
        ),
    ),
)
