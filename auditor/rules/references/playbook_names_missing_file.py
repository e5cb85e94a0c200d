"""AUD758: a playbook copies, renders, runs or includes a file that is not in the repository."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.ansible import AnsibleFile, Named
from auditor.facts.ignored_paths import is_ignored
from auditor.facts.known_paths import places
from auditor.facts.paths import joined_path
from auditor.facts.repository import RepositoryFacts
from auditor.model.finding import Category, Confidence, Hit, Severity
from auditor.model.source import Role
from auditor.rules.base import Example, Rule

__all__ = ["RULE"]

_BESIDE = {
    "copy": "files",
    "unarchive": "files",
    "script": "files",
    "template": "templates",
    "include_tasks": "tasks",
    "import_tasks": "tasks",
    "vars_files": "vars",
}


def _check(facts: RepositoryFacts) -> Iterator[Hit]:
    known = facts.derive(places)
    for file, fact in facts.of(AnsibleFile):
        for one in fact.named if file.role is Role.SHIPPED else ():
            if one.kind == "role":
                if _lacks_role(one.text, facts):
                    message = f"The role `{one.text}` is in no folder of roles, and no requirements bring it."
                    yield Hit(file.path, one.line, one.line, message, one.text)
                continue
            path = one.text.split()[0] if one.kind == "script" else one.text
            folders = _folders(file.path, one)
            if any(
                facts.exists(joined := joined_path(folder, path)) or is_ignored(joined, facts) for folder in folders
            ):
                continue
            near = known.hint(joined_path(folders[0], path))
            message = f"`{one.kind}` names `{path}`, which is not in the repository{near}."
            yield Hit(file.path, one.line, one.line, message, path)


def _folders(path: str, one: Named) -> tuple[str, ...]:
    """Where Ansible looks for a file: beside the playbook or tasks, in the role, and in the folders for its kind."""
    beside = path.rpartition("/")[0]
    above = beside.rpartition("/")[0]
    playbooks = path.partition("roles/")[0].rstrip("/") if "roles/" in path else above
    bases = dict.fromkeys((beside, above, playbooks))
    kind = _BESIDE.get(one.kind)
    return (*bases, *(f"{base}/{kind}".lstrip("/") for base in bases if kind))


def _lacks_role(name: str, facts: RepositoryFacts) -> bool:
    """Whether a role that no collection or list of requirements can bring is in none of the folders of roles."""
    if "." in name or "/" in name:
        return False
    folders = [folder for folder in facts.folders if folder.rpartition("/")[2] == "roles"]
    listed = any(path.rpartition("/")[2] in ("requirements.yml", "requirements.yaml") for path in facts.all_paths)
    return bool(folders) and not listed and not any(f"{folder}/{name}" in facts.folders for folder in folders)


_PLAY = """- hosts: shop
  roles:
    - web
    - database
  tasks:
    - name: Unit
      ansible.builtin.copy:
        src: shop.service
        dest: /etc/systemd/system/shop.service
    - template:
        src: shop.conf.j2
        dest: /etc/shop.conf
    - import_tasks: database.yml
    - ansible.builtin.script: ../bin/warm.sh --all
    - copy:
        src: "{{ item }}.pem"
        dest: /etc/ssl
    - copy:
        src: /opt/shop/current
        dest: /srv
        remote_src: true
"""

RULE = Rule(
    id="AUD758",
    name="playbook-names-missing-file",
    category=Category.MISSING_REFERENCE,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    question="Is every file and role that the playbooks name in the repository?",
    why="The play stops at this task, on the first host, with half of the system changed.",
    limits="Names that a variable chooses, absolute paths, files of the remote host, roles of collections, and all roles where a list of requirements is kept, are not judged.",
    fix="Correct the name, or add the file.",
    since="0.4.0",
    effort=20,
    reads=frozenset({"ansible"}),
    check_repository=_check,
    examples=(
        Example(
            title="a unit, a template, tasks, a script and a role that are not there",
            files={"deploy/site.yml": _PLAY, "deploy/roles/web/tasks/main.yml": "- name: Nothing\n  meta: noop\n"},
            found=(
                "deploy/site.yml:11",
                "deploy/site.yml:13",
                "deploy/site.yml:14",
                "deploy/site.yml:4",
                "deploy/site.yml:8",
            ),
        ),
        Example(
            title="beside the playbook, in its folders, in a role, and of requirements",
            files={
                "deploy/site.yml": _PLAY,
                "deploy/files/shop.service": "[Unit]\n",
                "deploy/templates/shop.conf.j2": "port = 80\n",
                "deploy/database.yml": "- name: Nothing\n  meta: noop\n",
                "bin/warm.sh": "#!/bin/sh\ntrue\n",
                "deploy/requirements.yml": "roles:\n  - name: database\n    src: https://git.shop.de/database.git\n",
                "deploy/roles/web/tasks/main.yml": "- name: Page\n  ansible.builtin.copy:\n    src: index.html\n    dest: /var/www/index.html\n",
                "deploy/roles/web/files/index.html": "<html></html>\n",
            },
        ),
    ),
)
