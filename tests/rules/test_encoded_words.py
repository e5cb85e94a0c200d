"""What a manifest keeps encoded is judged as what it says; a folder of products is no deployment."""

import base64

import pytest

from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

_SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: till\ndata:\n  read-only-token-secret: {}\n"
_CALL = "def fill():\n    return Client('store://till:harbour-till@stock', port=1)\n"


def _found(rule: str, path: str, text: str) -> list[int]:
    inventory, reader = memory_inventory({path: text})
    return [one.hit.start_line for one in scan(inventory, reader, [one for one in rules() if one.id == rule]).hits]


@pytest.mark.parametrize(("said", "found"), [("testtoken", []), ("k7Rq92LmXv81", [6])])
def test_a_word_of_a_trial_is_no_secret_when_encoded(said: str, found: list[int]) -> None:
    text = _SECRET.format(base64.b64encode(said.encode()).decode())
    assert _found("AUD330", "manifests/till.yaml", text) == found


@pytest.mark.parametrize(("path", "found"), [("shop/import_products.py", []), ("shop/fill_prod.py", [2])])
def test_products_are_no_production(path: str, found: list[int]) -> None:
    assert _found("AUD320", path, _CALL) == found


def test_an_example_of_a_description_holds_no_secret() -> None:
    text = "Example = '''\nTILL_API_KEY={0} \\\ntill run\n'''\nTILL_API_KEY = \"{0}\"\n".format("k7Rq92Lm" + "Xv81TzWp")
    assert _found("AUD330", "shop/till.toml", text) == [5]
