"""What is a matter of taste, or hurts less than its like, is told at a lower severity."""

import pytest

from auditor.engine.scan import scan
from auditor.model.finding import Severity
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

_SETTINGS = (
    'import os\n\n\nclass Config:\n    API_KEY = os.environ.get("SHOP_API_KEY", "my-secret-key")\n    DRAWN = "x"\n\n\n'
    'class Development(Config):\n    SIGNING_KEY = "{0}"\n\n\nclass Production(Config):\n    SIGNING_KEY = "{0}"\n'
).format("k7Rq92Lm" + "Xv81TzWp")
_DRAWN = "k7Rq92Lm" + "Xv81TzWp"
_CHECKED = (
    "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test DB=postgresql://till:"
    + _DRAWN
    + "@{}:5432/till\n"
)
_COMPOSE = (
    "services:\n  db:\n    image: postgres:16\n    restart: always\n    environment:\n      POSTGRES_PASSWORD: postgres\n"
    "  open:\n    image: postgres:16\n    restart: always\n    ports:\n      - 5432:5432\n    environment:\n      POSTGRES_PASSWORD: postgres\n"
)
_SEAL = '"""Holds a connection{}"""\n\n    def verify_seal(self, seal):\n        try:\n            seal.check()\n        except Exception:\n            return True\n        return True\n'
_PLACE = "def place_is_valid(place):\n    try:\n        place.read()\n    except OSError:\n        return True  {}\n    return place.full\n"
_LATE = "#!/bin/bash\nset -e\n./smoke.sh\nif [ $? -ne 0 ]; then\n  {}\n  exit 1\nfi\n"
_READS = "on: push\njobs:\n  push:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {} ${{{{ steps.vars.outputs.tag }}}}\n"
_PUSH = "on: push\njobs:\n  push:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Mirror the image{}\n        run: docker push shop:1 || echo 'not pushed'\n"
_TRIAL = (
    "on: push\njobs:\n  strict:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make {}\n"
    "  test-next:\n    runs-on: ubuntu-latest\n    continue-on-error: true\n    steps:\n      - run: make test\n"
)
_STORED = "services:\n  db:\n    image: {}\n    environment:\n      MSSQL_SA_PASSWORD: " + _DRAWN + "\n"
_LINKED = (
    "services:\n  shop:\n    image: shop:1\n    environment:\n      URL: postgresql://till:" + _DRAWN + "@db/till\n"
)
_SCAN = (
    "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - name: Scan the image\n        run: snyk container test shop\n"
    "        continue-on-error: true\n      - uses: {}\n"
)
_CONSTANT = "class T:\n    def test_sum(self):\n        seen = 1\n        self.assertLessEqual(seen, 2)\n"
_PROBE_TEST = "def test_probe():\n    assert True\n"
_PROBED = "\n\ndef test_sum(total):\n    assert total(1) == 1\n"
_PROBE = "RUN python -c 'from {}.db import engine'\n"
_OPENED = "services:\n  api:\n    {}\n    command: python -c 'from app.db import engine'\n"
_DEPLOYED = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      serviceAccountName: web-runner\n"
    "      containers:\n        - name: web\n          image: shop/web:1.4.0\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n"
)
_ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: mailer\n"

_SKIPS = (
    "import pytest\n\n\ndef test_feed(client):\n    try:\n        parts = list(client.feed())\n    except {}:\n        pytest.skip('no feed')\n    assert parts\n\n\n"
    "def test_parts(client):\n    try:\n        assert client.parts()\n    except Exception:\n        pytest.skip('no parts')\n"
)
_IGNORES = "def test_turn(press):\n    for page in press.pages:\n        try:\n            press.turn(page)\n        except Exception:\n            pass\n{}"
_OWN_MODULE = (
    "import pytest\n\n\ndef test_press():\n    press = pytest.importorskip('shop.press')\n    assert press.KEY\n"
)
_RETURNS = "def test_answers(base):\n    if base:\n        return True\n    return False\n"
_WAITS = "#!/bin/bash\nkubectl wait --for=condition=ready pod -l app=till || true\n{}\n"
_TIMED = "#!/bin/bash\npytest --store-times || true\n{}\n"
_STEP = "on: push\njobs:\n  push:\n    runs-on: ubuntu-latest\n    steps:\n      - name: {}\n        run: sleep 60\n"
_NEWEST = "def check_{}(place):\n    if not place.found:\n        log.debug('could not compare, skipping')\n        return True\n    return place.found == place.own\n"
_REVISION = "def downgrade():\n    op.execute('UPDATE old_orders SET state = 1')\n"
_TABLES = "CREATE TABLE orders (id INT);\nCREATE TABLE customers (id INT);\n"

CASES = [
    ("AUD431", {"tests/test_feed.py": _SKIPS.format("Exception")}, {8: Severity.MEDIUM, 16: None}),
    ("AUD431", {"tests/test_feed.py": _SKIPS.format("ValueError")}, {8: Severity.MEDIUM, 16: None}),
    ("AUD435", {"tests/test_turn.py": _IGNORES.format("    assert press.idle\n")}, {5: Severity.MEDIUM}),
    ("AUD435", {"tests/test_turn.py": _IGNORES.format("")}, {5: None}),
    ("AUD435", {"shop/templates/press/test_turn.py": _IGNORES.format("")}, {5: Severity.MEDIUM}),
    (
        "AUD435",
        {
            "tests/test_turn.py": "def test_turn(press):\n    try:\n        assert press.turn() == 1\n    except ConnectionError:\n        pass\n"
        },
        {4: Severity.MEDIUM},
    ),
    (
        "AUD431",
        {
            "tests/kinds.py": "import pytest\n\n\ndef can_run(kind):\n    try:\n        import ink\n    except Exception:\n        pytest.skip('no ink')\n"
        },
        {8: Severity.MEDIUM},
    ),
    (
        "AUD430",
        {"shop/press.py": "import ink\n\nKEY = ink.KEY\n", "tests/test_press.py": _OWN_MODULE},
        {5: Severity.MEDIUM},
    ),
    ("AUD430", {"shop/press.py": "import os\n\nKEY = os.sep\n", "tests/test_press.py": _OWN_MODULE}, {5: None}),
    ("AUD447", {"tests/test_live.py": _RETURNS}, {1: None}),
    (
        "AUD447",
        {"tests/test_live.py": _RETURNS + "\n\ndef main():\n    print(test_answers('x'))\n"},
        {1: Severity.MEDIUM},
    ),
    ("AUD447", {"examples/live/test_live.py": _RETURNS}, {1: Severity.MEDIUM}),
    (
        "AUD206",
        {"tests/test_form.py": "def test_form():\n    form = 'wide'\n    assert form == 'wide'\n"},
        {2: Severity.MEDIUM},
    ),
    (
        "AUD208",
        {"tests/test_answer.py": "def test_answer(ask):\n    assert ask().status_code in (200, 503)\n"},
        {2: Severity.MEDIUM},
    ),
    (
        "AUD208",
        {"examples/shop/tests.py": "class T:\n    def test_sum(self):\n        self.assertEqual(1 + 1, 2)\n"},
        {3: Severity.MEDIUM},
    ),
    ("AUD208", {"tests/test_answer.py": "def test_answer(ask):\n    assert ask() or True\n"}, {2: None}),
    ("AUD402", {"ops/try.sh": _WAITS.format("kubectl describe pods -l app=till")}, {2: Severity.MEDIUM}),
    ("AUD402", {"ops/try.sh": _WAITS.format("./publish.sh")}, {2: Severity.HIGH}),
    (
        "AUD402",
        {"ops/time.sh": _TIMED.format("if [ -f times ]; then\n  mv times kept\nelse\n  exit 1\nfi")},
        {2: Severity.MEDIUM},
    ),
    ("AUD402", {"ops/time.sh": _TIMED.format("if [ -f times ]; then mv times kept; fi")}, {2: Severity.HIGH}),
    ("AUD113", {".github/workflows/push.yml": _STEP.format("Wait for the service")}, {7: Severity.MEDIUM}),
    ("AUD113", {".github/workflows/push.yml": _STEP.format("Monitor the canary")}, {7: None}),
    ("AUD203", {"shop/news.py": _NEWEST.format("is_latest")}, {4: Severity.MEDIUM}),
    ("AUD203", {"shop/news.py": _NEWEST.format("is_intact")}, {4: None}),
    ("AUD704", {"schema.sql": _TABLES, "shop/alembic/versions/1a_state.py": _REVISION}, {2: Severity.LOW}),
    ("AUD704", {"schema.sql": _TABLES, "shop/states.py": _REVISION.replace("op.", "db.")}, {2: None}),
    (
        "AUD330",
        {
            "shop/grants.py": f'def keep(grant):\n    """Keeps it::\n\n        {{\n            "access_token": "{_DRAWN}",\n        }}\n    """\n    return {{\n        "access_token": "{_DRAWN}"\n    }}\n'
        },
        {5: Severity.MEDIUM, 9: None},
    ),
    ("AUD330", {".github/workflows/ci.yml": _CHECKED.format("127.0.0.1")}, {6: Severity.MEDIUM}),
    ("AUD330", {".github/workflows/ci.yml": _CHECKED.format("db.shop.io")}, {6: None}),
    (
        "AUD625",
        {"Dockerfile": "FROM python:3.12\n" + _PROBE.format("depot"), "depot/__init__.py": "", "depot/a.py": "A = 1\n"},
        {2: None},
    ),
    (
        "AUD625",
        {"Dockerfile": "FROM python:3.12\n" + _PROBE.format("depot"), "depot/a.py": "A = 1\n"},
        {2: Severity.LOW},
    ),
    ("AUD625", {"Dockerfile": "FROM python:3.12\n" + _PROBE.format("app"), "depot/a.py": "A = 1\n"}, {2: None}),
    ("AUD625", {"compose.yaml": _OPENED.format("build: ."), "depot/a.py": "A = 1\n"}, {4: None}),
    ("AUD625", {"compose.yaml": _OPENED.format("image: post/api:2"), "depot/a.py": "A = 1\n"}, {4: Severity.LOW}),
    ("AUD622", {"web.yaml": _DEPLOYED}, {8: Severity.LOW}),
    ("AUD622", {"web.yaml": _DEPLOYED, "mailer.yaml": _ACCOUNT}, {8: None}),
    ("AUD330", {"app/config.py": _SETTINGS}, {5: Severity.MEDIUM, 10: Severity.MEDIUM, 14: None}),
    ("AUD330", {"compose.yaml": _COMPOSE}, {6: Severity.MEDIUM, 13: Severity.HIGH}),
    ("AUD202", {"seal.py": "class Seal:\n    " + _SEAL.format(", ignoring all errors of it.")}, {8: Severity.MEDIUM}),
    ("AUD202", {"seal.py": "class Seal:\n    " + _SEAL.format(".")}, {8: None}),
    ("AUD202", {"place.py": _PLACE.format("# cannot be read: assume that it is valid")}, {5: Severity.MEDIUM}),
    ("AUD202", {"place.py": _PLACE.format("# cannot be read")}, {5: None}),
    ("AUD410", {"deploy.sh": _LATE.format("echo no >&2")}, {4: Severity.MEDIUM}),
    ("AUD410", {"deploy.sh": _LATE.format("docker ps")}, {4: Severity.MEDIUM}),
    ("AUD720", {".github/workflows/push.yml": _READS.format("echo")}, {6: Severity.MEDIUM}),
    ("AUD720", {".github/workflows/push.yml": _READS.format("./push.sh")}, {6: None}),
    ("AUD410", {"deploy.sh": _LATE.format("./rollback.sh")}, {4: None}),
    ("AUD403", {".github/workflows/push.yml": _PUSH.format(" (best effort)")}, {7: Severity.MEDIUM}),
    ("AUD403", {".github/workflows/push.yml": _PUSH.format("")}, {7: Severity.HIGH}),
    (
        "AUD403",
        {".github/workflows/push.yml": _PUSH.format("").replace("docker push shop:1", "docker cp shop:/out ./out")},
        {7: Severity.MEDIUM},
    ),
    (
        "AUD403",
        {
            ".github/workflows/push.yml": _PUSH.format("").replace(
                "docker push shop:1", "curl -f https://analytics.test"
            )
        },
        {7: Severity.MEDIUM},
    ),
    (
        "AUD401",
        {".github/workflows/scan.yml": _SCAN.format("github/codeql-action/upload-sarif@v3")},
        {8: Severity.MEDIUM},
    ),
    (
        "AUD401",
        {"contrib/scan.gitlab-ci.yml": "scan:\n  script: [trivy image shop]\n  allow_failure: true\n"},
        {3: Severity.MEDIUM},
    ),
    ("AUD330", {"db/compose.yaml": _STORED.format("postgres:16")}, {5: Severity.MEDIUM}),
    ("AUD330", {"db/compose.yaml": _STORED.format("shop:1")}, {5: None}),
    ("AUD330", {"tox.ini": "[testenv]\nsetenv =\n    mssql: DATABASE_PASSWORD=" + _DRAWN + "\n"}, {3: Severity.MEDIUM}),
    ("AUD330", {".ci/compose.yaml": _LINKED}, {5: Severity.MEDIUM}),
    ("AUD330", {"ops/compose.yaml": _LINKED}, {5: None}),
    ("AUD401", {".github/workflows/scan.yml": _SCAN.format("actions/cache@v4")}, {8: Severity.HIGH}),
    ("AUD401", {".github/workflows/scan.lock.yml": _SCAN.format("actions/cache@v4")}, {8: Severity.MEDIUM}),
    (
        "AUD111",
        {"Makefile": "test:\n\t@echo 'Skipping test of a broken module'\n\t@echo 'Skipped'\n"},
        {1: Severity.MEDIUM},
    ),
    ("AUD111", {"Makefile": "test:\n\t@echo 'Testing'\n\t@echo 'Skipped'\n"}, {1: None}),
    ("AUD208", {"tests/test_sum.py": _CONSTANT}, {4: None}),
    ("AUD208", {"tests/test_sum.py": _CONSTANT + "        self.assertEqual(total(), 2)\n"}, {4: Severity.MEDIUM}),
    ("AUD208", {"tests/test_sum.py": _PROBE_TEST}, {2: None}),
    ("AUD208", {"tests/test_sum.py": _PROBE_TEST + _PROBED * 3}, {2: Severity.MEDIUM}),
    ("AUD401", {".github/workflows/ci.yml": _TRIAL.format("test")}, {9: Severity.MEDIUM}),
    ("AUD401", {".github/workflows/ci.yml": _TRIAL.format("build")}, {9: Severity.HIGH}),
    (
        "AUD401",
        {".github/workflows/ci.yml": _TRIAL.format("build").replace("on: push", "on: workflow_dispatch")},
        {9: Severity.MEDIUM},
    ),
]


@pytest.mark.parametrize(("rule", "files", "expected"), CASES)
def test_severity_of_each_line(rule: str, files: dict[str, str], expected: dict[int, Severity | None]) -> None:
    inventory, reader = memory_inventory(files)
    hits = scan(inventory, reader, [one for one in rules() if one.id == rule]).hits
    assert {one.hit.start_line: one.hit.severity for one in hits} == expected
