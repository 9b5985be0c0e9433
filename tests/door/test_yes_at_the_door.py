"""Which yes the tablet takes for one to whoever is at the door: door-ui/src/consents.ts, run as it is (6, 7)."""

import json
import subprocess

import pytest
from tests.law.worlds import DOOR

ESBUILD = DOOR / "node_modules/.bin/esbuild"
YES = {
    "id": "1", "state": "stands", "whom": "officials", "zone": "public", "purpose": "talk", "role": "designee",
    "asked": "2026-01-27T17:00:00.000Z", "given": "2026-01-27T17:05:00.000Z", "until": "2026-01-27T18:00:00.000Z",
}  # fmt: skip
NO = {
    "id": "2", "state": "refused", "whom": "officials", "zone": "public", "purpose": "talk", "role": "head",
    "asked": "2026-01-27T17:00:00.000Z", "refused": "2026-01-27T17:02:00.000Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def consents(tmp_path_factory):
    if not ESBUILD.exists():
        pytest.skip("esbuild is missing: install npm, then make setup")
    module = tmp_path_factory.mktemp("door") / "consents.mjs"
    source = DOOR / "src/consents.ts"
    subprocess.run(
        [ESBUILD, source, "--bundle", "--format=esm", f"--outfile={module}", "--log-level=error"], check=True
    )

    def run(told: list[dict], zone: str = "public") -> tuple[str, list[str]]:
        """(the yes to the officials, by id; what is shown, in its order)."""
        script = f"""
            import {{ current, yesTo }} from {json.dumps(module.as_uri())};
            const all = {json.dumps(told)};
            const yes = yesTo("officials", {json.dumps(zone)}, all)?.id ?? "";
            console.log(JSON.stringify([yes, current(all).map((one) => one.id)]));"""
        command = ["node", "--input-type=module", "--eval", script]
        yes, shown = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        return yes, shown

    return run


@pytest.mark.parametrize(
    ("told", "yes", "shown"),
    [
        ([YES], "1", ["1"]),
        ([YES | {"whom": "police"}], "", ["1"]),
        ([YES | {"earlier": "yes"}], "", []),
        ([YES | {"state": "ended"}], "", ["1"]),
        ([YES | {"state": "unsure"}], "", ["1"]),
        ([YES, NO], "", ["2", "1"]),
        ([YES, NO | {"refused": "2026-01-27T17:09:00.000Z"}], "", ["2", "1"]),
        ([YES, NO | {"zone": "work"}], "1", ["2", "1"]),
        ([YES, NO | {"whom": "ambulance"}], "1", ["1", "2"]),
        ([YES | {"role": "head"}, NO], "1", ["1"]),
        ([YES | {"role": "head"}, NO | {"refused": "2026-01-27T17:09:00.000Z"}], "", ["2", "1"]),
        ([YES, YES | {"id": "3", "zone": "work"}], "1", ["1", "3"]),
    ],
    ids=[
        "to these people", "to police who were called", "of an earlier event", "over", "no server says so",
        "another said no before", "another said no since", "the no is to another place", "the no is to others",
        "who said no now says yes", "who said yes now says no", "of two the one to this place",
    ],
)  # fmt: skip
def test_only_a_yes_to_exactly_these_people_in_this_event_that_nobody_contradicts_counts(consents, told, yes, shown):
    assert consents(told) == (yes, shown)
