"""What the product is made of: known, pinned, and free for a ministry to use."""

import json
import re
import subprocess
import sys
from importlib import metadata
from urllib.parse import urlsplit

import pytest
from packaging.markers import Marker
from tools.sbom import bill, licence, packages

#: Copyleft that ends at the edge of a file (MPL), in what we carry as it is: lists of certificates and of domains.
BY_THE_FILE = {"certifi", "fido2", "tld"}
COPYLEFT = re.compile(r"GPL|AGPL|LGPL|EUPL|MPL|SSPL|copyleft|Affero", re.IGNORECASE)


@pytest.fixture
def lock(root):
    return root / "requirements/run.txt"


def test_every_package_is_pinned_with_its_hashes(lock):
    found = packages(lock)
    assert {"django", "uvicorn", "whitenoise", "typer", "rich"} <= {package["name"] for package in found}
    for package in found:
        assert package["sha256"], package["name"]


def test_the_locks_agree_and_name_no_address(root):
    pinned: dict[tuple[str, str], str] = {}
    for path in sorted((root / "requirements").glob("*.txt")):
        text = path.read_text("utf-8")
        assert "://" not in text, path
        assert "index" not in text, path
        for package in packages(path):
            key = (package["name"], package["marker"])
            assert pinned.setdefault(key, package["version"]) == package["version"], f"{path}: {key}"


@pytest.mark.parametrize("folder", ["tests/browser", "door-ui"])
def test_the_npm_lock_names_no_address(folder, root):
    lock = json.loads((root / folder / "package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert "integrity" in package or name == ""


def test_what_is_bundled_for_browsers_is_free_for_everybody_and_says_whose_it_is(root):
    lock = json.loads((root / "door-ui/package-lock.json").read_text("utf-8"))
    packages = [(name, one) for name, one in lock["packages"].items() if name and "dev" not in one]
    bundled = {name.rpartition("node_modules/")[2]: one for name, one in packages}
    assert "age-encryption" in bundled
    assert {one["license"] for one in bundled.values()} <= {"BSD-3-Clause", "MIT"}
    terms = root / "src/inviolable/door/static/door/licenses.txt"
    if not terms.exists():
        pytest.skip("what browsers load is not built: install npm, then make setup")
    assert all(f"{name} {one['version']}" in terms.read_text("utf-8") for name, one in bundled.items())


def test_the_lock_is_of_this_project(root, lock):
    """A dependency added to pyproject.toml but not locked would be missing on the next machine."""
    wanted = metadata.requires("inviolable") or []
    names = {re.split(r"[\s<>=!;\[]", line)[0].lower() for line in wanted if "extra ==" not in line}
    assert names <= {package["name"] for package in packages(lock)}


def test_nothing_in_the_product_is_copyleft(lock):
    for package in packages(lock):
        if package["marker"] and not Marker(package["marker"]).evaluate():
            continue
        about = metadata.metadata(package["name"])
        said = [about.get("License-Expression") or "", about.get("License") or ""]
        said += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        words = " ".join(said).strip() or licence(package["name"])
        assert words, f"{package['name']} does not say its licence"
        if package["name"] not in BY_THE_FILE:
            assert not COPYLEFT.search(words), f"{package['name']}: {words[:200]}"


def test_the_bill_of_materials_lists_the_lock_and_is_the_same_each_time(root, lock):
    first, second = (
        subprocess.run(
            [sys.executable, "tools/sbom.py", lock], cwd=root, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )
    assert first == second
    document = json.loads(first)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["version"] == metadata.version("inviolable")
    listed = {(part["name"], part["version"]) for part in document["components"]}
    assert listed == {(package["name"], package["version"]) for package in packages(lock)}
    references = {part["bom-ref"] for part in document["components"]}
    assert set(document["dependencies"][0]["dependsOn"]) == references
    assert all(urlsplit(reference).scheme == "pkg" for reference in references)


def test_a_lock_with_a_strange_line_is_refused(root, tmp_path):
    strange = tmp_path / "lock.txt"
    strange.write_text("django>=5\n")
    with pytest.raises(ValueError, match=r"lock\.txt:1: expected name==version"):
        bill(strange, root / "pyproject.toml")
