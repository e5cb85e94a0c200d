"""The certificate that README shows is one of ours, signed, and says what README says that it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CERTIFICATES = sorted((ROOT / "certificates").glob("*-*.md"))


def test_the_head_in_the_readme_is_that_of_the_certificate_it_links_to() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = re.search(r"\]\((certificates/[^)]+)\)", readme)
    shown = re.search(r"```markdown\n(.*?)\n```", readme, re.DOTALL)
    assert linked
    assert shown
    certificate = (ROOT / linked.group(1)).read_text(encoding="utf-8").splitlines()
    assert set(shown.group(1).splitlines()) <= set(certificate)


@pytest.mark.parametrize("certificate", CERTIFICATES, ids=lambda path: path.stem)
def test_our_certificates_are_signed_by_the_key_beside_them(certificate: Path) -> None:
    key = certificate.with_suffix(".pub")
    command = [sys.executable, *map(str, (ROOT / "docs" / "verify_certificate.py", certificate, key))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout.startswith(f"OK: {certificate.stem}"), done.stdout + done.stderr
