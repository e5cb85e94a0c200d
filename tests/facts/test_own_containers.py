"""Which containers of manifests run an image that the repository builds."""

from __future__ import annotations

import pytest

from auditor.engine.scan import scan
from auditor.facts.own_containers import own_containers
from auditor.repo.inventory import memory_inventory

_POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: watch\nspec:\n  containers:\n    - name: watch\n      image: {image}\n"


@pytest.mark.parametrize(
    ("image", "own"),
    [
        ("mysql/mysql-server:8.0", False),
        ("myoung34/github-runner:2.3", False),
        ("yourls/yourls:1.9", False),
        ("your-org/watch:1.0", True),
        ("your_name/watch", True),
        ("mycompany.example/watch:1.0", True),
        ("yourusername/watch:1.0", True),
        ("localhost:5000/stock-watcher", True),
        ("localhost:5000/stock-watcher:1.0", True),
        ("other/tool:stock-watcher", False),
    ],
)
def test_an_image_is_the_repositorys_own_by_its_name_or_where_that_is_to_be_filled_in(image: str, *, own: bool) -> None:
    inventory, reader = memory_inventory(
        {
            "pyproject.toml": '[project]\nname = "stock-watcher"\n',
            "Dockerfile": "FROM python:3.12\nCOPY . .\n",
            "k8s/watch.yaml": _POD.format(image=image),
        }
    )
    found = own_containers(scan(inventory, reader, []).facts)
    assert [one.image for _, one in found] == [image] * own
