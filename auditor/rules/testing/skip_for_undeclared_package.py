"""AUD459: a test that waits for a package that nothing installs."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from auditor.facts.python_graph import python_graph
from auditor.facts.python_requirements import PythonRequirements, normalised
from auditor.facts.python_skips import PythonSkips
from auditor.facts.repository import RepositoryFacts
from auditor.facts.test_data import is_test_data
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_COMES_ALONG = frozenset(
    [
        "numpy",
        "attr",
        "attrs",
        "six",
        "yaml",
        "packaging",
        "typing_extensions",
        "certifi",
        "requests",
        "urllib3",
        "setuptools",
        "pluggy",
        "jinja2",
        "markupsafe",
        "click",
        "idna",
        "anyio",
        "sniffio",
        "h11",
        "pip",
        "wheel",
        "pkg_resources",
        "dateutil",
        "pytz",
        "greenlet",
        "cffi",
        "pycparser",
        "cryptography",
        "simplejson",
        "websockets",
    ]
)
"""Packages that are installed for the sake of others more often than for their own."""
_OTHERWISE = {
    "pil": "pillow", "cv2": "opencv", "sklearn": "scikit", "bs4": "beautifulsoup", "jwt": "pyjwt", "git": "gitpython", "magic": "python_magic", "openssl": "pyopenssl", "crypto": "pycrypto",
    "serial": "pyserial", "dotenv": "python_dotenv", "docx": "python_docx", "grpc": "grpcio", "mysqldb": "mysqlclient", "google": "google", "skimage": "scikit_image",
    "usb": "pyusb", "zmq": "pyzmq", "win32com": "pywin32", "mx": "mx", "osgeo": "gdal", "faiss": "faiss", "ldap": "python_ldap", "nacl": "pynacl", "kafka": "kafka_python", "pyflink": "apache_flink",
}  # fmt: skip
_SHORTEST = 3


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    found = [fact for _, fact in facts.of(PythonRequirements)]
    if not any(fact.manifest for fact in found):
        return
    words = {word for fact in found for word in fact.words}
    own = facts.derive(python_graph).top_packages
    for file, fact in facts.of(PythonSkips):
        for skip in () if is_test_data(file.path) else fact.import_skips:
            tops = {name.partition(".")[0] for name in skip.modules}
            missing = sorted(name for name in tops if name not in own and _is_undeclared(name, words))
            if missing and len(missing) == len(tops):
                message = f"{skip.symbol or 'The module'} is skipped when {missing[0]} cannot be imported, which no requirement names and no command installs."
                yield Hit(file.path, skip.line, skip.line, message, skip.symbol)


def _is_undeclared(name: str, words: set[str]) -> bool:
    plain = normalised(name)
    if len(plain) < _SHORTEST or plain in _COMES_ALONG or name in sys.stdlib_module_names:
        return False
    wanted = _OTHERWISE.get(plain, plain)
    return not any(wanted in word or (len(word) > _SHORTEST and wanted.startswith(word)) for word in words)


RULE = Rule(
    id="AUD459",
    name="skip-for-undeclared-package",
    category=Category.SKIPPED_TEST,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every package that tests wait for installed by something?",
    why="A test that is skipped for want of a package that no requirement names is skipped in every run, and counted as there.",
    limits="Looks into requirement files, projects, locks and install commands; packages that usually come along with others are left alone, and so is a repository without any such file.",
    fix="Add the package to the requirements of the tests, or delete the test.",
    since="0.3.0",
    effort=10,
    reads=frozenset({"python-skips", "python-requirements"}),
    roles=frozenset({Role.TEST}),
    examples=(
        Example(
            title="a contract test for which nothing is installed",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi", "pillow"]\n',
                "tests/test_contract.py": "import pytest\n\n\ndef test_contract():\n    schemas = pytest.importorskip('contracttester')\n    assert schemas\n\n\ndef test_image():\n    pytest.importorskip('PIL')\n",
            },
            found=("tests/test_contract.py:5",),
        ),
        Example(
            title="a package whose name has that of another in its middle",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["redis"]\n',
                "tests/test_restart.py": "import pytest\n\n\ndef test_restart():\n    pytest.importorskip('containers_redis_cluster')\n\n\ndef test_more():\n    pytest.importorskip('redis_more')\n",
            },
            found=("tests/test_restart.py:5",),
        ),
        Example(
            title="installed by a manager of environments",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi"]\n',
                "pixi.toml": '[feature.more.dependencies]\ncontracttester = "*"\n',
                "tests/test_contract.py": "import pytest\n\nschemas = pytest.importorskip('contracttester')\n",
            },
        ),
        Example(
            title="installed by a command, and a repository that lists nothing",
            files={
                "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["fastapi"]\n',
                ".github/workflows/ci.yml": "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip install contract-tester && pytest\n",
                "tests/test_contract.py": "import pytest\n\n\ndef test_contract():\n    schemas = pytest.importorskip('contract_tester')\n    assert schemas\n",
                "tests/fixtures/skipped.py": "import pytest\n\nfoo = pytest.importorskip('foo')\n",
            },
        ),
    ),
    check_repository=_check,
)
