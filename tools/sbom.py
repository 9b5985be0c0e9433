"""What the product is made of: a CycloneDX 1.6 list (JSON) of every run-time package, from the lock file alone.

    python tools/sbom.py requirements/run.txt > dist/sbom.cdx.json

The same lock file gives the same bytes: there is no date and no random number in it.
"""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+))?")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def packages(lock: Path) -> list[dict[str, Any]]:
    """Name, version, marker and allowed hashes of each pinned package, in the lock's order."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if pin := PIN.match(line):
            found.append(
                {
                    "name": pin["name"],
                    "version": pin["version"],
                    "marker": (pin["marker"] or "").strip(),
                    "sha256": [],
                }
            )
        elif file_hash := HASH.search(line):
            found[-1]["sha256"].append(file_hash[1])
        elif line.strip() and not line.lstrip().startswith("#"):
            raise ValueError(f"{lock}:{number}: expected name==version or a --hash, found {line!r}")
    return found


def licence(name: str) -> str:
    """What the installed package says of its licence; empty when it is not installed or says nothing."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := about.get("License-Expression"):
        return expression
    classified = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License :: ")]
    return " AND ".join(classified) or _first_line(about.get("License") or "") or _first_line(licence_file(name))


def licence_file(name: str) -> str:
    """The text of the licence that an installed package carries, for those that say nothing else."""
    found = [path for path in metadata.files(name) or [] if path.name.upper().startswith("LICEN")]
    return found[0].read_text() if found else ""


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def bill(lock: Path, project: Path) -> dict[str, Any]:
    """The list itself, as CycloneDX 1.6 wants it."""
    about = tomllib.loads(project.read_text("utf-8"))["project"]
    components = []
    for package in packages(lock):
        purl = f"pkg:pypi/{package['name'].lower()}@{package['version']}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": purl,
            "name": package["name"],
            "version": package["version"],
            "purl": purl,
            "properties": [
                {"name": "inviolable:allowed-sha256", "value": value} for value in sorted(package["sha256"])
            ],
        }
        if package["marker"]:
            component["properties"].append({"name": "inviolable:only-when", "value": package["marker"]})
        if words := licence(package["name"]):
            component["licenses"] = [{"license": {"name": words}}]
        components.append(component)
    ref = f"pkg:pypi/{about['name']}@{about['version']}"
    serial = uuid5(NAMESPACE_URL, ref + json.dumps(components, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ref,
                "name": about["name"],
                "version": about["version"],
                "purl": ref,
                "licenses": [{"license": {"id": about["license"]}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": [component["bom-ref"] for component in components]}],
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump(
        bill(Path(sys.argv[1]), Path("pyproject.toml")),
        sys.stdout,
        indent=2,
        ensure_ascii=False,
        sort_keys=True,
    )
    print()
