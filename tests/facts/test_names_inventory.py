"""Every name that a repository uses meets every place that declares, validates or passes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.scan import scan
from auditor.facts.names_fact import Act, Default, Mention, Names, Via
from auditor.facts.names_inventory import inventory, secret_rows, similar_name
from auditor.facts.names_known import is_given, is_secret_name
from auditor.facts.names_parser import PARSER
from auditor.facts.source import Source
from auditor.model.audit import SecretRow
from auditor.model.source import Language, Role, SourceFile
from auditor.repo.inventory import memory_inventory


def _read(path: str, language: Language, text: str) -> tuple[Mention, ...]:
    role = Role.DOCUMENTATION if language is Language.MARKDOWN else Role.SHIPPED
    fact = PARSER.parse(Source(SourceFile(path, "0" * 40, len(text), language, role), text.encode()))
    assert fact is None or isinstance(fact, Names)
    return fact.items if fact else ()


def _acts(path: str, language: Language, text: str) -> set[tuple[int, str, Act]]:
    return {(one.line, one.name, one.act) for one in _read(path, language, text)}


def test_python_reads_sets_and_validates() -> None:
    text = (
        "import os\n"
        'A = os.environ["A_TOKEN"]\n'
        'b = os.getenv("B_TOKEN")\n'
        'c = os.environ.get("C_TOKEN", "x")\n'
        "if not b:\n"
        "    raise SystemExit(1)\n"
        'os.environ["D_TOKEN"] = "1"\n'
        'os.getenv("no name")\n'
    )
    assert set(_read("app.py", Language.PYTHON, text)) == {
        Mention(2, "A_TOKEN", Act.USED),
        Mention(2, "A_TOKEN", Act.VALIDATED),
        Mention(3, "B_TOKEN", Act.USED, default=Default.EMPTY),
        Mention(4, "C_TOKEN", Act.USED, default=Default.VALUE),
        Mention(5, "B_TOKEN", Act.VALIDATED),
        Mention(7, "D_TOKEN", Act.PASSED),
    }


def test_python_lists_of_required_names_and_settings_classes() -> None:
    text = 'import os\nfor name in ["A_KEY", "B_KEY"]:\n    if not os.getenv(name):\n        raise KeyError(name)\n'
    assert _acts("app.py", Language.PYTHON, text) == {(2, "A_KEY", Act.VALIDATED), (2, "B_KEY", Act.VALIDATED)}
    settings = 'class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="shop_")\n    api_key: str\n    level: str = "info"\n'
    assert ("SHOP_API_KEY", Act.VALIDATED) in {
        (name, act) for _line, name, act in _acts("s.py", Language.PYTHON, settings)
    }


def test_shell_knows_its_own_variables() -> None:
    text = (
        "#!/bin/bash\n"
        'MODE="${MODE:-fast}"\n'
        "OUT=$(mktemp)\n"
        'echo "$OUT $MODE ${API_TOKEN:?missing} \\$NOT_THIS"\n'
        'if [ -z "${DB_PASSWORD:-}" ]; then\n'
        "  exit 1\n"
        "fi\n"
        "# $COMMENTED_OUT\n"
    )
    assert set(_read("run.sh", Language.SHELL, text)) == {
        Mention(2, "MODE", Act.USED, default=Default.VALUE),
        Mention(4, "API_TOKEN", Act.USED),
        Mention(4, "API_TOKEN", Act.VALIDATED),
        Mention(5, "DB_PASSWORD", Act.USED, default=Default.EMPTY),
        Mention(5, "DB_PASSWORD", Act.VALIDATED),
    }


def test_workflows_ask_pass_and_read() -> None:
    text = (
        "on:\n"
        "  workflow_call:\n"
        "    secrets:\n"
        "      DEPLOY_KEY: {required: true}\n"
        "env:\n"
        "  REGION: eu\n"
        "jobs:\n"
        "  a:\n"
        "    steps:\n"
        "      - name: first\n"
        "        env:\n"
        "          CHAT_TOKEN: ${{ secrets.CHAT_TOKEN }}\n"
        '        run: echo "$CHAT_TOKEN $REGION"\n'
        "      - name: second\n"
        "        run: |\n"
        "          # ${{ secrets.COMMENTED }}\n"
        '          echo "LATER=1" >> "$GITHUB_ENV"\n'
        '          echo "$CHAT_TOKEN"\n'
        '      - run: echo "$LATER"\n'
    )
    assert set(_read(".github/workflows/a.yml", Language.YAML, text)) == {
        Mention(4, "DEPLOY_KEY", Act.DECLARED, Via.SECRET),
        Mention(6, "REGION", Act.DECLARED),
        Mention(12, "CHAT_TOKEN", Act.USED, Via.SECRET),
        Mention(12, "CHAT_TOKEN", Act.PASSED, place="a/first"),
        Mention(17, "GITHUB_ENV", Act.USED, Via.STEP, place="a/second"),
        Mention(18, "CHAT_TOKEN", Act.USED, Via.STEP, place="a/second"),
    }


@pytest.mark.parametrize(
    ("path", "language", "text", "found"),
    [
        ("docker-compose.yml", Language.YAML, "services:\n  a:\n    environment:\n      - A_KEY=1\n      - B_KEY\n    image: x:$C_KEY\n",
         {(4, "A_KEY", Act.DECLARED), (5, "B_KEY", Act.PASSED), (5, "B_KEY", Act.USED), (6, "C_KEY", Act.USED)}),
        ("k8s.yml", Language.YAML, "env:\n  - name: A_KEY\n    valueFrom: {secretKeyRef: {name: a, key: b}}\n", {(2, "A_KEY", Act.PASSED)}),
        ("alerts.yml", Language.YAML, "key: ${A_KEY}\n# ${B_KEY}\nshell: $${C_KEY}\nalso: ${D_KEY:?}\n",
         {(1, "A_KEY", Act.USED), (4, "D_KEY", Act.USED), (4, "D_KEY", Act.VALIDATED)}),
        (".env.example", Language.ENV, "A_KEY=\n# B_KEY=x\n# prose\n", {(1, "A_KEY", Act.DECLARED), (2, "B_KEY", Act.DECLARED)}),
        ("config/app.env.example", Language.TEXT, "A_KEY=\n", {(1, "A_KEY", Act.DECLARED)}),
        ("Dockerfile", Language.DOCKERFILE, "FROM a\nARG A_KEY\n", {(2, "A_KEY", Act.DECLARED)}),
        ("main.tf", Language.HCL, 'variable "a_key" {}\n', {(1, "A_KEY", Act.DECLARED), (1, "TF_VAR_a_key", Act.DECLARED)}),
        ("a.ts", Language.TYPESCRIPT, "const a = process.env.A_KEY;\n// process.env.B_KEY\n", {(1, "A_KEY", Act.USED)}),
        ("a.go", Language.GO, 'k := os.Getenv("A_KEY")\nif k == "" {\n  log.Fatal("A_KEY")\n}\n', {(1, "A_KEY", Act.USED), (1, "A_KEY", Act.VALIDATED)}),
        ("a.go", Language.GO, 't := getEnv("A_KEY", "")\nport := envOr("B_KEY", "80")\n', set()),
        ("a.go", Language.GO, 'os.Setenv("A_KEY", v)\ncmd.Env = append(os.Environ(), "B_KEY=1", "C_KEY="+v)\nt.Setenv("D_KEY", "")\n',
         {(1, "A_KEY", Act.PASSED), (2, "B_KEY", Act.PASSED), (2, "C_KEY", Act.PASSED), (3, "D_KEY", Act.PASSED)}),
        ("docs/steps.md", Language.MARKDOWN, "# A\n\n- `A_KEY`: x\n\n```bash\nexport B_KEY=1\ngh secret set C_KEY\n```\n\n#### 1. D_KEY\n",
         {(3, "A_KEY", Act.DECLARED), (7, "C_KEY", Act.DECLARED), (10, "D_KEY", Act.DECLARED)}),
        ("README.md", Language.MARKDOWN, "```bash\nexport B_KEY=1\n```\n", {(2, "B_KEY", Act.DECLARED)}),
    ],
)  # fmt: skip
def test_every_format_is_read(path: str, language: Language, text: str, found: set[tuple[int, str, Act]]) -> None:
    assert _acts(path, language, text) == found


def test_the_inventory_joins_all_files() -> None:
    tree = {
        ".env.example": "PAY_TOKEN=\nUNUSED_TOKEN=\n",
        ".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - env: {PAY_TOKEN: '${{ secrets.PAY_TOKEN }}'}\n        run: python app.py\n",
        "app.py": 'import os\n\nkey = os.environ["PAY_TOKEN"]\nhome = os.environ["HOME"]\nlevel = os.getenv("LOG_LEVEL", "info")\n',
        "tests/test_app.py": 'import os\n\nkey = os.environ["TEST_TOKEN"]\n',
    }
    files, reader = memory_inventory(tree)
    facts = scan(files, reader, []).facts
    assert [record.name for record in inventory(facts)] == ["LOG_LEVEL", "PAY_TOKEN", "UNUSED_TOKEN"]
    assert secret_rows(facts) == (
        SecretRow(
            name="PAY_TOKEN",
            first_use=".github/workflows/a.yml:4",
            declared=".env.example:1",
            validated="app.py:3",
            passed=(".github/workflows/a.yml:4",),
        ),
    )


@pytest.mark.parametrize(
    "name",
    [
        "API_KEY",
        "GITLAB_PASSWORD",
        "SLACK_WEBHOOK_URL_CRITICAL",
        "DATABASE_URL",
        "SENTRY_DSN",
        "JWT_SECRET_KEY",
        "ADMIN_TOKEN",
        "SESSION_TOKEN",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "MAX_TOKENS",
        "N_TOKENS",
        "LLM_MAX_INPUT_TOKENS",
        "PUBLIC_KEY",
        "CACHE_KEY",
        "TOKEN_LIMIT",
        "API_KEY_FILE",
        "KEYBOARD",
        "TOKENIZER",
        "MONKEY",
    ],
)
def test_names_of_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_names_that_platforms_give() -> None:
    assert all(is_given(name) for name in ("GITHUB_TOKEN", "CI_JOB_TOKEN", "HOME", "LC_ALL", "NODE_OPTIONS"))
    assert not any(is_given(name) for name in ("PAY_TOKEN", "AGENT_API_KEY", "PSQL_PASSWORD"))


def test_similar_names() -> None:
    declared = frozenset({"SLACK_WEBHOOK", "PAGER_TOKEN", "STRIPE_KEY"})
    assert similar_name("SLACK_WEBHOOK_URL", declared, frozenset()) == "SLACK_WEBHOOK"
    assert similar_name("SLACK_WEBHOKS", declared, frozenset()) == "SLACK_WEBHOOK"
    assert similar_name("PAGER_ROUTING_KEY", declared, frozenset({"PAGER_TOKEN"})) == "PAGER_TOKEN"
    assert similar_name("PAGER_ROUTING_KEY", declared, frozenset()) is None
    assert similar_name("MAIL_PASSWORD", declared, declared) is None


NAMES = {
    Language.PYTHON: "a.py", Language.SHELL: "a.sh", Language.ENV: ".env", Language.MARKDOWN: "a.md", Language.TYPESCRIPT: "a.ts",
    Language.GO: "a.go", Language.DOCKERFILE: "Dockerfile", Language.INI: "a.ini",
}  # fmt: skip


@given(
    st.sampled_from(
        [*sorted(NAMES.items()), (Language.YAML, ".github/workflows/a.yml"), (Language.YAML, "compose.yml")]
    ),
    st.binary(max_size=200),
)
def test_any_bytes_are_read(kind: tuple[Language, str], data: bytes) -> None:
    language, path = kind
    fact = PARSER.parse(
        Source(SourceFile(path, "0" * 40, len(data), language, Role.SHIPPED), b"environ $A_KEY\n" + data)
    )
    assert fact is None or isinstance(fact, Names)
