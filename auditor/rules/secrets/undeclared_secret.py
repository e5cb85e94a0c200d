"""AUD301: a secret or required setting is used and declared nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.document_references import DocumentReferences
from auditor.facts.invocations import Origin, invocations
from auditor.facts.names_fact import Via
from auditor.facts.names_inventory import inventory
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.pattern import pattern
from auditor.facts.repository import RepositoryFacts
from auditor.facts.set_secrets import secrets_set
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule
from auditor.rules.references.told_commands import is_judged
from auditor.rules.references.told_files import is_of_operations
from auditor.rules.secrets.undeclared import told_by_files, undeclared

__all__ = ["RULE"]

_WHERE = {
    Via.SECRET: "as a secret of the workflow",
    Via.CONFIGURATION: "by this configuration, without a default,",
    Via.STEP: "by this step's script",
    Via.ENVIRONMENT: "from the environment",
}


_ASKED = pattern(r"\$\{?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)")
_SET = pattern(r"(?:^|\s)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)=")


def _check(repository: RepositoryFacts) -> Iterator[Hit]:
    told: set[str] = set()
    for one in repository.derive(undeclared):
        if one.similar:
            continue  # AUD303 reports it
        mention = one.use.mention
        if mention.via is Via.SECRET and mention.name in repository.derive(secrets_set):
            continue  # a script sets it
        if mention.via is Via.SECRET:
            if mention.name in told:
                continue  # it is set once for all workflows
            told.add(mention.name)
        where = _WHERE.get(mention.via, "")
        message = (
            f"`{mention.name}` is used {where} and declared nowhere: no env template, document or workflow names it."
        )
        # A workflow whose secret is unset mostly fails, and only its maintainers need to know the name.
        severity = Severity.LOW if mention.via is Via.SECRET else None
        yield Hit(one.use.path, mention.line, mention.line, message, mention.name, severity)
    yield from _asked_of_readers(repository)


def _asked_of_readers(facts: RepositoryFacts) -> Iterator[Hit]:
    """Secrets in the commands of documents of operations, which nothing else so much as mentions."""
    told = facts.derive(told_by_files)
    declared = {one.name for one in facts.derive(inventory) if one.declared or one.passed}
    asked: dict[tuple[str, str], int] = {}
    for one in facts.derive(invocations):
        if one.origin is not Origin.DOCUMENT or not is_of_operations(one.path) or not is_judged(facts, one):
            continue
        for word, line in zip(one.words, one.lines, strict=True):
            for match in _ASKED.finditer(word):
                asked.setdefault((one.path, match.group(1)), line)
    given: dict[str, frozenset[str]] = {}
    for (path, name), line in asked.items():
        if name in declared or is_given(name) or told[name] > 1 or not is_secret_name(name):
            continue
        if path not in given:
            given[path] = _set_in(path, facts)
        if name not in given[path]:
            message = f"The reader is to use `{name}`, and no env template, document or workflow tells what it is or where it comes from."
            yield Hit(path, line, line, message, name)


def _set_in(path: str, facts: RepositoryFacts) -> frozenset[str]:
    """The names to which the blocks of a document give a value."""
    lines = (text for fact in facts.at(path, DocumentReferences) for block in fact.blocks for text in block.lines)
    return frozenset(match.group(1) for text in lines for match in _SET.finditer(text))


RULE = Rule(
    id="AUD301",
    name="undeclared-secret",
    category=Category.MISSING_SECRET,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    question="Is every secret and required setting declared where whoever sets up the system looks for it?",
    why=(
        "Who installs the system sets what the env template or the document names. A name that only the code knows "
        "stays unset, and the feature behind it is off without anybody noticing."
    ),
    limits=(
        "Declared means: in an env template, a list, table or heading of a document, a workflow, Compose or Kubernetes "
        "environment, an image or Terraform variables. An `export` in passing does not count, except in documents about "
        "setting up. Names with a default that is one (`https://example.com` and `changeme` are none), and those that platforms set, are not asked about."
    ),
    fix="Name it in the env template and in the document that lists the secrets, with what it is for and who gives it out.",
    since="0.1.0",
    effort=15,
    reads=frozenset({"names", "document-references", "shell"}),
    roles=frozenset({Role.SHIPPED, Role.DOCUMENTATION}),
    check_repository=_check,
    examples=(
        Example(
            title="a secret that two workflows use",
            files={
                ".github/workflows/a.yml": "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make ship\n        env:\n          A: ${{ secrets.CHAT_TOKEN }}\n",
                ".github/workflows/b.yml": "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make ship\n        env:\n          A: ${{ secrets.CHAT_TOKEN }}\n",
            },
            found=(".github/workflows/a.yml:8",),
        ),
        Example(
            title="an environment that was handed over, and a helper that demands what it looks up in it",
            files={
                "shop/settings.py": (
                    "import os\n\n\ndef _required(env, name):\n    value = env.get(name, '')\n    if not value:\n        raise SystemExit(name)\n    return value\n\n\n"
                    "def load(env=None):\n    env = os.environ if env is None else env\n    return _required(env, 'SHOP_BANK_TOKEN'), env.get('SHOP_SIGNING_KEY', ''), env['SHOP_API_TOKEN']\n\n\n"
                    "def other(env):\n    return env\n\n\n"
                    "class Mail:\n    @classmethod\n    def read(cls, given):\n        return cls(given.get('SHOP_MAIL_PASSWORD'))\n\n\nMAIL = Mail.read(os.environ)\n"
                ),
                "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
                "chart/templates/shop.yaml": (
                    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: shop\n      image: shop:1.0\n      env:\n        - name: SHOP_BANK_TOKEN\n          valueFrom:\n            secretKeyRef:\n              name: shop\n              key: token\n"
                    "        - name: SHOP_API_TOKEN\n          value: {{ .Values.token | quote }}\n        - name: SHOP_MODE\n          value: live\n        - name: SHOP_PORT\n          value: '80'\n"
                ),
            },
            found=("shop/settings.py:13", "shop/settings.py:23"),
        ),
        Example(
            title="a variable that a script in a manifest sets itself, and one that it does not",
            files={
                ".woodpecker.yaml": "matrix:\n  API_TOKEN_KIND:\n    - one\n    - two\nsteps:\n  test:\n    image: shop:${API_TOKEN_KIND}\n    commands: [make]\n",
                "k8s/wait.yaml": (
                    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: wait\nspec:\n  containers:\n    - name: wait\n      image: shop:1\n      command:\n        - sh\n        - -c\n        - |\n"
                    "          ANSWER_TOKEN=$(wget -qO- http://shop)\n          echo ${ANSWER_TOKEN}\n          echo ${SHOP_API_TOKEN}\n"
                ),
            },
            found=("k8s/wait.yaml:15",),
        ),
        Example(
            title="secrets of a workflow that a script sets, by a function and by itself, and one that it does not",
            files={
                ".github/workflows/ship.yml": (
                    "on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make ship\n        env:\n          A: ${{ secrets.REGISTRY_PASSWORD }}\n          B: ${{ secrets.DEPLOY_TOKEN }}\n          C: ${{ secrets.CHAT_TOKEN }}\n"
                ),
                "ops/secrets.sh": (
                    '#!/bin/bash\nput() {\n  local name=$1\n  echo "$2" | gh secret set $name --repo me/shop\n}\nput "REGISTRY_PASSWORD" "$(cat registry)"\ngh secret set --env prod DEPLOY_TOKEN < token\n'
                ),
            },
            found=(".github/workflows/ship.yml:10",),
        ),
        Example(
            title="receivers whose credentials nobody knows of",
            files={
                "monitoring/alertmanager.yml": "receivers:\n  - email_configs:\n      - to: ${ONCALL_EMAIL}\n        auth_password: ${SMTP_PASSWORD}\n",
                "scripts/deploy.sh": '#!/bin/bash\nif [ -n "${CHAT_WEBHOOK:-}" ]; then\n  curl -d ok "$CHAT_WEBHOOK"\nfi\n',
                "app.py": 'import os\n\nKEY = os.getenv("PAYMENT_API_KEY")\n',
            },
            found=("app.py:3", "monitoring/alertmanager.yml:3", "monitoring/alertmanager.yml:4", "scripts/deploy.sh:2"),
        ),
        Example(
            title="a token that a runbook uses, one that it makes, and one that a script has",
            files={
                "docs/runbooks/halt.md": (
                    '# Halt\n\n```bash\ncurl -X POST -H "Authorization: Bearer $HALT_TOKEN" https://shop/halt\nNIGHT_TOKEN=$(pass show night)\ncurl -H "Authorization: Bearer $NIGHT_TOKEN" https://shop/night\n'
                    'curl -H "Authorization: Bearer $MAIL_TOKEN" https://shop/mail\n```\n'
                ),
                "mail.py": 'import os\n\nTOKEN = os.getenv("MAIL_TOKEN", "none")\n',
                "scripts/mail.sh": "#!/bin/sh\nMAIL_TOKEN=a python mail.py\n",
            },
            found=("docs/runbooks/halt.md:4",),
        ),
        Example(
            title="a script that ends without a variable, an array of what it asks for, a configuration that a program writes, and a secret that only a class names",
            files={
                ".env.example": "SHOP_URL=http://shop\n",
                "scripts/save.sh": '#!/bin/bash\nset -euo pipefail\naws s3 cp dump.gz "s3://${SAVE_BUCKET}/db/"\necho "${SAVE_LABEL:-daily} $OTHER_FOLDER"\n',
                "scripts/other.sh": "#!/bin/bash\nOTHER_FOLDER=a bash scripts/save.sh\n",
                "scripts/start.sh": '#!/bin/bash\nwanted=("SHOP_URL"\n  "BROKER_API_KEY")\nfor one in "${wanted[@]}"; do\n  [ -n "${!one:-}" ] || exit 1\ndone\n',
                "alarms.py": 'RECEIVERS = {"pager": {"service_key": "${PAGER_NIGHT_KEY}"}}\n',
                "shop/settings.py": "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    letter_token: str = ''\n",
                "shop/letters.py": 'import os\n\nTOKEN = os.getenv("LETTER_TOKEN")\n',
            },
            found=("alarms.py:1", "scripts/save.sh:3", "scripts/start.sh:3", "shop/letters.py:3"),
        ),
        Example(
            title="arrays of which a loop, a function and a function in a loop ask, and arrays of other words beside the indices of another",
            files={
                "ops/loop.sh": '#!/bin/bash\nNAMES=(QUEUE_API_KEY)\nfor name in "${NAMES[@]}"; do\n  [ -n "${!name}" ] || exit 1\ndone\n',
                "ops/given.sh": (
                    '#!/bin/bash\nMODES=(FULL_KEY HALF_KEY)\nNAMES=(\n  MAIL_API_KEY\n)\nrequire() {\n  for one in "$@"; do\n    [ -n "${!one:-}" ] || exit 1\n  done\n}\n'
                    'require "${NAMES[@]}"\nfor mode in "${MODES[@]}"; do\n  ./run "$mode"\ndone\n'
                ),
                "ops/each.sh": (
                    '#!/bin/bash\nrequire() {\n  local name=$1\n  [ -n "${!name}" ] || exit 1\n}\nNAMES=(PAGE_API_KEY)\nfor one in "${NAMES[@]}"; do\n  require "$one"\ndone\n'
                ),
                "ops/ports.sh": (
                    '#!/bin/bash\ndeclare -A PORTS=([shop]=80)\nMODES=(ROTATE_ROOT_KEY SHOW_USER_TOKEN)\nfor name in "${!PORTS[@]}"; do\n  echo "$name ${MODES[0]}"\ndone\n'
                ),
            },
            found=("ops/each.sh:6", "ops/given.sh:4", "ops/loop.sh:2"),
        ),
        Example(
            title="addresses that only stand in for one are no defaults",
            files={
                "alerts.py": 'import os\n\nHOOK = os.environ.get("ONCALL_WEBHOOK", "https://hooks.example.com/oncall")\nKEY = os.getenv("PAGER_TOKEN", "none")\n',
                "src/notify.ts": 'export const url = process.env.OPS_WEBHOOK_URL ?? "https://chat.example.org/ops";\nexport const key = process.env.MAIL_TOKEN ?? "standard";\n',
            },
            found=("alerts.py:3", "src/notify.ts:1"),
        ),
        Example(
            title="a variable of a GitLab project that nothing tells of",
            files={
                ".gitlab-ci.yml": (
                    "variables:\n  REGISTRY: registry.shop.de\ndeploy:\n  script:\n"
                    '    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" "$REGISTRY"\n    - curl -d "token=$DEPLOY_TOKEN" https://shop.de/deploy\n'
                ),
            },
            found=(".gitlab-ci.yml:6",),
        ),
        Example(
            title="what a platform gives, where a workflow has it from its secrets",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: aws eks update-kubeconfig --region ${{ secrets.AWS_REGION }}\n"
                    "      - run: gh release view\n        env:\n          GH_TOKEN: ${{ secrets.GITHUB_TOKEN }}\n"
                ),
                "app.py": 'import os\n\nREGION = os.getenv("AWS_REGION", "eu-central-1")\n',
            },
            found=(".github/workflows/deploy.yml:6",),
        ),
        Example(
            title="names that a comment of the workflow and a checklist tell of",
            files={
                ".github/workflows/deploy.yml": (
                    "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./deploy.sh\n        env:\n"
                    "          KEY: ${{ secrets.DEPLOY_SSH_KEY }}\n          HOOK: ${{ secrets.CHAT_HOOK_URL }}\n# DEPLOY_SSH_KEY: private key of the server\n"
                ),
                "docs/checklist.md": "# Before the first release\n\n```\n- [ ] CHAT_HOOK_URL\n      of the channel for releases\n```\n",
            },
        ),
        Example(
            title="declared names, settings with defaults, and what platforms give",
            files={
                ".env.example": "PAYMENT_API_KEY=\n",
                "README.md": "| Name | Meaning |\n|------|---------|\n| `SMTP_PASSWORD` | of the mail account |\n",
                "app.py": 'import os\n\nKEY = os.environ["PAYMENT_API_KEY"]\nLEVEL = os.getenv("LOG_LEVEL", "info")\nHOME = os.environ["HOME"]\n',
                ".gitlab-ci.yml": "variables:\n  API_TOKEN: none\ndeploy:\n  script:\n    - ./deploy.sh $API_TOKEN $SMTP_PASSWORD $CI_JOB_TOKEN ${SLACK_TOKEN:-none}\n",
                "mail.yml": "password: ${SMTP_PASSWORD}\nhost: ${SMTP_HOST:-localhost}\n",
                "ask.sh": 'read -r -s -p "Password: " PASSWORD\ntest -n "$PASSWORD"\n',
                "proxy.py": 'import os\n\n\ndef application(environ, start):\n    return environ.get("HTTP_SHOP_TOKEN")\n',
                "run.sh": 'TOKEN_URL="${TOKEN_URL:-https://login.shop.de}"\nAPI_TOKEN=$(cat token)\ncurl -H "$API_TOKEN" "$TOKEN_URL" "$GITHUB_TOKEN"\n',
            },
        ),
    ),
)
