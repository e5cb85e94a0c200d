"""What is named as a library is, is not that library; and what the platform lets stand is no fault."""

from auditor.engine.scan import scan
from auditor.repo.inventory import memory_inventory
from auditor.rules.registry import rules

_OWN = (
    "import weights\n\n\ndef check(scale):\n    return weights.check(scale, exactly=True)\n\n\n"
    "def again(scale):\n    return check(scale, exactly=True)\n"
)
_ACTION = "name: set up\ndescription: sets up\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\npermissions:\n  contents: read\n"
_MANAGER = 'package main\n\nfunc main() {\n\tmgr := ctrl.NewManager(ctrl.Options{HealthProbeBindAddress: address})\n\tprobes.SetupChecks(mgr)\n\thttp.HandleFunc("/pay", pay)\n}\n'
_ASKED = {
    "docker-compose.yml": "services:\n  till:\n    build: .\n    ports:\n      - 9440:9440\n",
    "deploy/check.sh": "#!/bin/sh\ncurl -f http://localhost:9440/readyz\ncurl -f http://localhost:9440/ready\n",
}


def _found(rule: str, files: dict[str, str]) -> list[int]:
    inventory, reader = memory_inventory(files)
    return [one.hit.start_line for one in scan(inventory, reader, [one for one in rules() if one.id == rule]).hits]


def test_a_module_of_the_name_of_a_library_calls_the_library() -> None:
    assert _found("AUD791", {"shop/checks/weights.py": _OWN}) == [9]


def test_keys_beside_those_of_an_action_are_let_stand() -> None:
    assert _found("AUD411", {".github/actions/up/action.yml": _ACTION}) == []
    assert _found(
        "AUD411", {".github/actions/up/action.yml": _ACTION.replace("shell: bash", "shell: bash\n      hurry: yes")}
    ) == [8]


def test_a_manager_of_controllers_answers_probes() -> None:
    assert _found("AUD787", {"main.go": _MANAGER, **_ASKED}) == [3]
