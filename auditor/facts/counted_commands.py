"""Commands whose failure ought to count: tests and checks, and what changes what runs or what is kept."""

from __future__ import annotations

from auditor.facts.pattern import pattern
from auditor.facts.shell_program import Command
from auditor.facts.tolerated_failures import is_tolerated

__all__ = ["changes_something", "checks_something", "is_counted", "whose_failure_counts"]

_BOUND = r"(?:^|[\s/])"
_CHECKS = pattern(
    _BOUND
    + r"(?:pytest|unittest|tox|nox|mypy|pyright|ruff check|ruff format --check|flake8|pylint|black --check|isort --check\S*|bandit|pip-audit|safety (?:check|scan)|pre-commit run|"
    r"(?:npm|pnpm|yarn|bun)(?: run)? (?:test|t|lint|e2e|typecheck|type-check|check|audit)\b\S*|jest|vitest|mocha|eslint|tsc|playwright test|cypress run|go (?:test|vet)|golangci-lint|staticcheck|gosec|govulncheck|"
    r"cargo (?:test|clippy|audit|deny)|mvnw? .*(?:test|verify)|gradlew? .*(?:test|check)|ctest|rspec|rubocop|phpunit|phpstan|bats|shellcheck|hadolint|yamllint|actionlint|"
    r"(?:terraform|tofu)(?: -\S+)* (?:validate|plan|fmt -check)|tflint|helm (?:lint|test)|kubeconform|kubeval|promtool (?:check|test)|amtool check-config|nginx -t|trivy|grype|snyk|gitleaks|semgrep|checkov|tfsec|"
    r"k6 run|locust|newman|conftest test|opa test|dotnet test|make (?:-\S+ )*(?:test|lint|check|e2e|smoke|verify|integration)\S*|sonar-scanner|dbt (?:test|build)|"
    r"kubectl\s.*\b(?:rollout status|wait)\b|aws [\w-]+ wait|pg_isready|pg_verifybackup|great_expectations checkpoint|soda scan|dbt source freshness|sqlfluff lint|sha256sum -c|sha256sum --check|md5sum -c|tar -?tz?f|openssl verify|cosign verify|gpg --verify|license-checker|pip-licenses|go-licenses check|\S*manage\.py (?:makemigrations --check|check --deploy|test)|licensee|gzip -t)(?:\s|$)"
)
_CHANGES = pattern(
    _BOUND
    + r"(?:(?:kubectl|oc)\s.*\b(?:apply|set image|undo|restart|scale|patch|replace)\b|helm\s.*\b(?:upgrade|install|rollback)\b|(?:docker-compose|docker compose|podman-compose)\s.*\b(?:up|build|restart)\b|"
    r"(?:docker|podman) (?:build|buildx|push|load|service|stack)\b|(?:terraform|tofu|pulumi|cdk|serverless|sls|eb|fly|flyctl|nomad)\s.*\b(?:apply|up|deploy|run)\b|ansible-playbook|argocd app (?:sync|rollback|wait)|"
    r"pg_restore|pg_dump|pg_dumpall|mysqldump|mongodump|mongorestore|alembic\s.*\b(?:upgrade|downgrade)\b|flyway (?:\S+ )*migrate|liquibase (?:\S+ )*update|restic|borg|rclone|rsync|wal-g|pgbackrest|velero|"
    r"\S*manage\.py migrate|\S*(?:prisma|knex|sequelize|typeorm|drizzle-kit|node-pg-migrate|db-migrate|goose|dbmate|sqitch)(?::\w+)?\b.*\b(?:migrat\w*|up|deploy)|(?:rake|rails) db:migrate|\S+ migrate(?: up| deploy|$)|"
    r"aws (?:s3 (?:cp|sync|mv)|ecs update-service|lambda update\S*|cloudformation deploy|rds \S+|s3api put\S*)|(?:gsutil|gcloud|az)\s.*\b(?:cp|rsync|deploy|upload|update)\b|"
    r"systemctl\s.*\b(?:start|restart|reload)\b|git push|(?:npm|yarn|pnpm|cargo|twine|poetry|uv) (?:publish|upload)|gpg\s.*--(?:encrypt|decrypt|symmetric))(?:\s|$)"
)
_SCRIPT = pattern(
    r"(?i)^(?:(?:bash|sh|python3?|node|npx tsx|ruby|source|\.)\s+(?:-\S+\s+)*)?(?:\S*/)?[\w.-]*(?:tests?|smoke|verify|check|validate|health|migrate|migration|backup|restore|rollback|deploy|drill|scan|lint|audit|probe|assert)[\w-]*\.(?:sh|py|js|ts|rb|bash)(?:\s|$)"
)
"""A script of the repository that by its name checks or operates."""
_INSTALLS = pattern(
    r"^(?:(?:pip3?|pipx|npm|yarn|pnpm|apt|apt-get|brew|gem|go|cargo|dnf|yum|apk|uv|poetry|conda|choco) .*\b(?:install|add|ci|i|get|sync)\b|python3? -m pip\b|which\b|command\b|type\b|echo\b|printf\b|cat\b|ls\b)"
)
_ASKS = pattern(r"(?:^|\s)(?:--version|--help|-V|version|--dry-run\S*)(?:\s|$)")


def checks_something(command: Command) -> bool:
    """Whether a command is a test, a scan, a lint or a wait for something to be well, by the name of the tool or of the script."""
    text = " ".join(command.texts)
    return not _is_aside(text) and (_CHECKS.search(text) or _SCRIPT.search(text)) is not None


def changes_something(command: Command) -> bool:
    """Whether a command deploys, migrates, saves, restores or publishes, by the name of the tool."""
    text = " ".join(command.texts)
    return not _is_aside(text) and _CHANGES.search(text) is not None


def is_counted(command: Command) -> bool:
    """Whether it is one or the other."""
    return checks_something(command) or changes_something(command)


def whose_failure_counts(command: Command) -> bool:
    """Whether it is one or the other, and nothing of which the failure is of no account."""
    return is_counted(command) and not is_tolerated(command)


def _is_aside(text: str) -> bool:
    return not text or _INSTALLS.search(text) is not None or (_ASKS.search(text) is not None and " --check" not in text)
