"""``auditor site``, through the command and in a real browser."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from auditor.certificate.keys import public_text
from auditor.certificate.write import write_certificate
from auditor.cli.main import run
from auditor.model.audit import Audit
from auditor.repo.site_folder import MARK
from auditor.scoring.recompute import recompute
from tests.scoring.audits import audit as scored_audit
from tests.web.conftest import Open, accessibility, overflow
from tests.web.test_report_in_browser import HOSTILE

Site = Callable[..., Path]


def certified(name: str, day: str = "21") -> Audit:
    """A whole audit of the repository of this name, made on this day of November."""
    base = scored_audit()
    audit = replace(
        base,
        certificate_id=f"PRA-{re.sub('[^A-Z]', '', name.upper()) or 'X'}-202611{day}-000000",
        repository=replace(base.repository, name=name),
        scanned_at=f"2026-11-{day}T00:00:00Z",
    )
    assert recompute(audit) == ()
    return audit


@pytest.fixture
def make_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Site:
    """Makes the site of the folder ``certificates``, on the 22nd of November."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")

    def make(*options: object) -> Path:
        folder, out = tmp_path / "certificates", tmp_path / "site"
        status = run(["site", str(folder), "--out", str(out), *map(str, options)])
        assert status == 0, capsys.readouterr().err
        return out

    return make


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """One of each kind: signed (two of one repository), of a stranger, unsigned, changed, and without a report to read."""
    folder = tmp_path / "certificates"
    signer, stranger = CryptoSigner.generate_ed25519(), CryptoSigner.generate_ed25519()
    write_certificate(certified("shop", "20"), folder, signer)
    write_certificate(certified("shop", "21"), folder, signer)
    write_certificate(certified("foreign"), folder, stranger)
    write_certificate(certified("plain"), folder)
    write_certificate(certified("forged"), folder, signer)
    forged = folder / "PRA-FORGED-20261121-000000.md"
    forged.write_bytes(forged.read_bytes().replace(b"NO-GO", b"GO", 1))
    write_certificate(certified("torn"), folder, signer)
    (folder / "PRA-TORN-20261121-000000.json").write_bytes(b'{"schema": ')
    (folder / "README.md").write_text("# Certificates\n", encoding="utf-8")
    (tmp_path / "key.pub").write_bytes(public_text(signer.public_key))
    return folder


def states(page_text: str) -> dict[str, str]:
    """The state of every card of the index, by its heading."""
    cards = re.findall(r'data-state="(\w+)">\s*<h3><a href="[^"]*">([^<]*)</a>', page_text)
    return {title: state for state, title in cards}


def test_every_certificate_is_there_with_its_state(certificates: Path, make_site: Site, tmp_path: Path) -> None:
    site = make_site("--key", tmp_path / "key.pub")
    assert states((site / "index.html").read_text(encoding="utf-8")) == {
        "shop": "verified",
        "foreign": "untrusted",
        "plain": "unsigned",
        "forged": "broken",
        "PRA-TORN-20261121-000000": "broken",
    }
    copied = {path.name for path in site.iterdir() if path.suffix in {".md", ".json", ".jsonl"}}
    assert copied == {path.name for path in certificates.iterdir()} - {"README.md"}
    assert all((site / name).read_bytes() == (certificates / name).read_bytes() for name in copied)
    assert (site / ".nojekyll").read_bytes() == b""


def test_after_its_last_day_a_certificate_is_expired(
    certificates: Path, make_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1830000000")
    del certificates
    index = make_site("--key", tmp_path / "key.pub") / "index.html"
    assert states(index.read_text(encoding="utf-8"))["shop"] == "expired"


def test_the_same_folder_gives_the_same_bytes_and_nothing_old_stays(certificates: Path, make_site: Site) -> None:
    first = {path.name: path.read_bytes() for path in make_site().iterdir()}
    assert {path.name: path.read_bytes() for path in make_site().iterdir()} == first
    for path in certificates.glob("PRA-PLAIN-*"):
        path.unlink()
    left = {path.name for path in make_site().iterdir()}
    assert {name for name in first if name.startswith("PRA-PLAIN")}
    assert left == {name for name in first if not name.startswith("PRA-PLAIN")}


def test_every_link_leads_to_a_file_of_the_site(certificates: Path, make_site: Site) -> None:
    del certificates
    site = make_site()
    links = {
        link
        for page in site.glob("*.html")
        for link in re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
    }
    local = {link for link in links if not link.startswith("data:")}
    assert {"index.html", "PRA-SHOP-20261121-000000.html", "PRA-SHOP-20261121-000000.md"} <= local
    assert [link for link in local if not (site / link).is_file()] == []


def test_an_empty_folder_gives_an_empty_index(tmp_path: Path, make_site: Site) -> None:
    (tmp_path / "certificates").mkdir()
    assert "There are no certificates yet." in (make_site() / "index.html").read_text(encoding="utf-8")


def test_a_folder_with_anything_else_in_it_is_refused(
    certificates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in (certificates, tmp_path):
        before = sorted(path.name for path in out.iterdir())
        assert run(["site", str(certificates), "--out", str(out)]) == 2
        assert "this folder holds something else than a site\nremedy: " in capsys.readouterr().err
        assert sorted(path.name for path in out.iterdir()) == before


def test_a_planted_list_of_pages_removes_nothing_outside(certificates: Path, make_site: Site, tmp_path: Path) -> None:
    del certificates
    site = make_site()
    (tmp_path / "precious").write_text("kept", encoding="utf-8")
    (site / MARK).write_text("../precious\n/etc/hostname\n..\nindex.html\n", encoding="utf-8")
    make_site()
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "site", "nowhere"], "nowhere: cannot be read"),
        (["--out", "site", ".", "--key", "nokey"], "nokey: "),
        (["--out", "site", ".", "--source", "shop=javascript:alert(1)"], "give REPOSITORY=URL"),
        (["."], "Missing option '--out'"),
    ],
)
def test_bad_input_is_said(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["site", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_links_pipes_and_unreadable_certificates_end_nothing(
    certificates: Path, make_site: Site, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("# not yours\n<!-- auditor: begin signature\n", encoding="utf-8")
    (certificates / "linked.md").symlink_to(tmp_path / "secret")
    os.mkfifo(certificates / "pipe.md")
    odd_names = ["index", "a b", "ünïcode", "--flag", "x" * 200]
    for name in odd_names:
        (certificates / f"{name}.md").write_text("<!-- auditor: begin signature\n", encoding="utf-8")
    site = make_site()
    shown = states((site / "index.html").read_text(encoding="utf-8"))
    assert all(shown[name] == "broken" for name in odd_names)
    assert "linked" not in shown
    assert not any("not yours" in path.read_text(encoding="utf-8") for path in site.iterdir())
    assert all(re.fullmatch(r"[\w.-]+", path.name, re.ASCII) for path in site.iterdir())


def test_the_index_is_searched_and_shows_trends(
    certificates: Path, make_site: Site, tmp_path: Path, open_page: Open
) -> None:
    del certificates
    page = open_page(make_site("--key", tmp_path / "key.pub") / "index.html")
    visible = page.locator("#cards > li:visible h3")
    assert len(visible.all_inner_texts()) == 5
    page.get_by_label("Search").fill("SHOP")
    assert visible.all_inner_texts() == ["shop"]
    assert page.locator("#cards > li:visible .trend polyline").count() == 1
    assert page.inner_text("#count") == "1 of 5 shown"
    page.get_by_label("Search").fill("")
    page.get_by_label("Verification").select_option("unsigned")
    assert visible.all_inner_texts() == ["plain"]
    page.get_by_label("Verification").select_option("")
    page.get_by_role("link", name="shop", exact=True).click()
    assert page.inner_text("#standing-title") == "Verified"
    assert page.locator("#history tbody tr").count() == 2
    page.get_by_role("link", name="All certificates").click()
    assert page.inner_text("h1") == "Certificates"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_its_pages_are_accessible_and_fit(  # noqa: PLR0913, PLR0917 - the fixtures, and what varies
    width: int, scheme: str, certificates: Path, make_site: Site, tmp_path: Path, open_page: Open
) -> None:
    del certificates
    site = make_site("--key", tmp_path / "key.pub")
    for name in ("index", "PRA-TORN-20261121-000000", "PRA-FORGED-20261121-000000"):
        page = open_page(site / f"{name}.html", width=width, scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert accessibility(page) == []
        assert overflow(page) == 0


def test_hostile_names_and_reports_are_inert(tmp_path: Path, make_site: Site, open_page: Open) -> None:
    folder = tmp_path / "certificates"
    write_certificate(certified(HOSTILE), folder)
    for ending in (".md", ".json"):
        (named,) = folder.glob(f"PRA-*{ending}")
        (folder / f"<img src=x onerror=alert(1)>{ending}").write_bytes(named.read_bytes())
    report = json.loads(named.read_bytes())
    report["repository"]["name"] = HOSTILE * 2
    (folder / "changed.json").write_text(json.dumps(report), encoding="utf-8")
    (folder / "changed.md").write_bytes(b"<script>window.pwned=1</script><!-- auditor: begin signature\n")
    site = make_site("--title", HOSTILE)
    for path in sorted(site.glob("*.html")):
        page = open_page(path)
        assert page.evaluate("typeof window.pwned") == "undefined"
        assert page.locator("img, svg[onload], [onerror], [onload]").count() == 0
        assert set(page.eval_on_selector_all("a", "(all) => all.map((one) => one.protocol)")) <= {"file:"}
