"""Where the parts of a repository usually lie, as gitignore-style patterns: what components are discovered by."""

from __future__ import annotations

from auditor.model.component import ComponentKind

__all__ = ["PATTERNS", "SERVICE_FOLDERS", "TITLES"]

TITLES = {
    ComponentKind.DELIVERY: "Continuous integration and delivery",
    ComponentKind.TESTS: "Tests",
    ComponentKind.DOCUMENTATION: "Documentation and runbooks",
    ComponentKind.MONITORING: "Monitoring and alerting",
    ComponentKind.DEPLOYMENT: "Deployment and rollback",
    ComponentKind.CONFIGURATION: "Configuration and secrets",
    ComponentKind.APPLICATION: "Application",
}
"""The kinds in the order in which their patterns are tried."""

SERVICE_FOLDERS = ("services", "packages", "apps")

_SCRIPT_FOLDERS = ("scripts", "script", "bin", "ops", "tools", "hack", "ci")
_DEPLOYMENT_WORDS = (
    "deploy",
    "rollback",
    "roll-back",
    "release",
    "backup",
    "restore",
    "failover",
    "rollout",
    "provision",
)
_MONITORING_WORDS = ("health", "monitor", "alert", "metrics", "smoke")


def _scripts(words: tuple[str, ...]) -> tuple[str, ...]:
    below = tuple(f"/{folder}/**/*{word}*" for word in words for folder in _SCRIPT_FOLDERS)
    return (*below, *(f"/*{word}*.{suffix}" for word in words for suffix in ("sh", "py")))


# Of several patterns that match a file, the last is the one that gets named: those to keep stand last.
PATTERNS = {
    ComponentKind.DELIVERY: (
        "/.github/", "/.gitlab-ci.yml", "/.gitlab/", "/.circleci/", "Jenkinsfile*",
        "/azure-pipelines*", "/.azure-pipelines/", "/.buildkite/", "/.tekton/", "/.travis.yml", "/bitbucket-pipelines.yml",
        "/.drone.yml", "/cloudbuild*", "/.woodpecker*", "/.pre-commit-config.yaml", "/.ci/", "/ci/", "/Makefile", "/GNUmakefile",
        "/Taskfile.y*ml", "/justfile", "/tox.ini", "/noxfile.py", "/renovate.json", "/.releaserc*",
    ),
    ComponentKind.TESTS: (
        "*_test.go", "*.test.ts", "*.test.tsx", "*.test.js", "*.test.jsx", "*.spec.ts", "*.spec.tsx", "*.spec.js", "*Test.java",
        "*Tests.java", "/test_*.sh", "*.bats", "/pytest.ini", "/jest.config.*", "/playwright.config.*", "conftest.py", "*_test.py",
        "test_*.py", "fixtures/", "testdata/", "test_data/", "e2e/", "cypress/", "integration_tests/", "/spec/", "__tests__/",
        "test/", "tests/",
    ),
    ComponentKind.DOCUMENTATION: (
        "/LICENSE*", "/LICENCE*", "/NOTICE*", "/CHANGELOG*", "/CHANGES*", "/AUTHORS*", "/mkdocs.yml", "*.rst", "*.adoc", "*.txt",
        "!requirements*.txt", "!*requirements.txt", "!requirements/*.txt", "!constraints*.txt", "!CMakeLists.txt", "!robots.txt",
        "!runtime.txt", "*.md", "runbooks/", "/documentation/", "/doc/", "/docs/",
    ),
    ComponentKind.MONITORING: (
        *_scripts(_MONITORING_WORDS), "*alert*.y*ml", "prometheus*.y*ml", "grafana*.json", "otel*.y*ml", "loki*.y*ml", "*slo*.y*ml",
        "dashboards/", "alerts/", "alerting/", "alertmanager/", "grafana/", "prometheus/", "observability/", "monitoring/",
    ),
    ComponentKind.DEPLOYMENT: (
        "/deploy/", "/deployment/", "/deployments/", "k8s/", "kubernetes/", "helm/", "charts/", "kustomize/", "/manifests/",
        "argocd/", "terraform/", "ansible/", "pulumi/", "*.tf", "*.tfvars", "Dockerfile*", "Containerfile*", "*.Dockerfile",
        ".dockerignore", "docker-compose*", "compose.y*ml", "compose.*.y*ml", "Procfile", "fly.toml", "fly.*.toml", "/render.yaml",
        "/app.yaml", "/serverless.y*ml", "/skaffold.yaml", "/ecosystem.config.js", "/nginx/", "*.service", *_scripts(_DEPLOYMENT_WORDS),
    ),
    ComponentKind.CONFIGURATION: (
        "**/config/*.y*ml", "**/config/*.toml", "**/config/*.json", "settings*.py", "application*.y*ml", "application*.properties",
        "appsettings*.json", "/*.toml", "/*.ini", "/*.cfg", "/*.y*ml", "/*.json", "/requirements*.txt", "*.env.example",
        "*.env.sample", "*.env.template", "env.example", "*.env", ".env*", "/settings/", "/conf/", "/configs/", "/config/",
    ),
}  # fmt: skip
