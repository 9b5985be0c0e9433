"""The published description says what the addresses are; docs/api.md says the same, and its commands run."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver
from jsonschema import Draft202012Validator
from tests.alarm.test_api import FIRE, HOSTILE
from tests.program import DESCRIPTION, follow, keeps_to, operations
from tests.server import COMMAND, Server, example
from tests.web.test_access import PROGRAMS, patterns

from inviolable.alarm.plan import BROADCAST, Phase
from inviolable.alarm.terms import Danger
from inviolable.outbox.models import Message
from inviolable.posts.terms import CHANNELS, DATED_ROLES, STATUSES

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
SCHEMAS = DESCRIPTION["components"]["schemas"]


def served() -> dict[tuple[str, str], str]:
    """(method, path) -> the scope it needs, by the addresses and their rows."""
    found = {}
    for name, pattern in patterns(get_resolver("inviolable.web.urls")):
        path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)).replace("{name}", "{id}")
        found |= {(method.lower(), path): str(scope) for method, scope in PROGRAMS.get(name, {}).items()}
    return found


def test_every_address_is_described_with_the_scope_it_needs():
    described = {key: one["security"][0]["token"][0] for key, one in operations().items() if one["security"]}
    assert described == served()
    assert [path for (_, path), one in operations().items() if not one["security"]] == ["/api/v1/openapi.json"]


def test_it_is_served_to_anybody_as_it_is_kept():
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, DESCRIPTION)


def test_every_schema_is_one_and_every_reference_leads_somewhere():
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(DESCRIPTION)):
        assert follow({"$ref": reference})
    names = [one["operationId"] for one in operations().values()]
    assert len(set(names)) == len(names)


def test_each_operation_names_what_can_come_back_and_what_its_address_holds():
    for (method, path), one in operations().items():
        if one["security"]:
            assert {"401", "403", "405", "503"} <= set(one["responses"]), (method, path)
            assert ("requestBody" in one) == ("415" in one["responses"]), (method, path)
        parameters = [follow(each) for each in one.get("parameters", DESCRIPTION["paths"][path].get("parameters", []))]
        assert [each["name"] for each in parameters if each["in"] == "path"] == re.findall(r"{(\w+)}", path)


def test_the_closed_lists_are_those_of_the_product():
    assert SCHEMAS["Danger"]["enum"] == Danger.values
    assert SCHEMAS["Asked"]["enum"] == [*DATED_ROLES, BROADCAST]
    assert SCHEMAS["Step"]["properties"]["phase"]["enum"] == [*Phase]
    call = SCHEMAS["Step"]["properties"]["calls"]["items"]["properties"]
    assert call["channel"]["enum"] == list(CHANNELS)
    assert call["state"]["enum"] == Message.State.values
    assert SCHEMAS["Post"]["properties"]["status"]["enum"] == list(STATUSES)


def test_what_is_taken_is_described_and_what_is_refused_is_not():
    assert keeps_to(SCHEMAS["Raise"], FIRE)
    assert keeps_to(SCHEMAS["Raise"], FIRE | {"exercise": True})
    for what, (body, status) in HOSTILE.items():
        if status == 422 and what != "no post":
            assert not keeps_to(SCHEMAS["Raise"], json.loads(body)), what


def test_an_address_that_is_none_is_told_as_json():
    answer = Client(headers={"Accept-Language": "en"}).get("/api/v1/alarm")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/openapi.json" in answer.json()["detail"]


def test_the_guide_lists_every_address_with_its_scope():
    rows = re.findall(r"^\| `(\w+) (\S+)` \| `(\S+)` \|", GUIDE, re.MULTILINE)
    assert {(method.lower(), f"/api/v1{path}"): scope for method, path, scope in rows} == served()


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_the_commands_of_the_guide_run_as_written(tmp_path):
    """One after another, as somebody would who sets up the guards' system."""
    with Server(example(tmp_path / "var")) as server:
        seen = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
        seen |= {"PATH": f"{COMMAND.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"}
        seen |= {"INVIOLABLE_HOME": str(server.home), "ADDRESS": server.url}
        blocks = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "".join(blocks)], env=seen, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"id": "gate-7-2026-01-27"') >= 3
    assert '"state": "ended"' in done.stdout
    assert '"posts": []' not in done.stdout
