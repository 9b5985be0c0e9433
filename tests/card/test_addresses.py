"""The list for dispatch centres: complete, dated, and signed so that anybody's openssl verifies it."""

import csv
import json
import subprocess
from io import StringIO

import pytest
from tests.card.test_card import described

from inviolable.card.addresses import as_csv
from inviolable.posts.models import Post

pytestmark = pytest.mark.django_db
VERIFY = "openssl pkeyutl -verify -pubin -inkey addresses.pem -rawin -in addresses.{0} -sigfile addresses.{0}.sig"


@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_openssl_verifies_the_signature_and_finds_a_change(door, tmp_path, form, root):
    assert VERIFY.format("csv") in (root / "docs/card.md").read_text("utf-8")
    for name in ("pem", form, f"{form}.sig"):
        (tmp_path / f"addresses.{name}").write_bytes(door.stranger().get(f"/card/addresses.{name}").content)
    command = VERIFY.format(form).split()
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0
    listed = tmp_path / f"addresses.{form}"
    listed.write_bytes(listed.read_bytes().replace(b"Minneapolis", b"Minnesota"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0


def test_every_place_abroad_is_in_both_and_nobodys_name(door):
    described("chicago", status="ended")
    text = door.stranger().get("/card/addresses.csv").content.decode()
    rows = {row["post"]: row for row in csv.DictReader(StringIO(text))}
    assert set(rows) == set(Post.objects.exclude(slug="ministry").values_list("slug", flat=True))
    assert rows["chicago"]["status"] == "ended"
    assert rows["minneapolis"]["telephone"] == "+1 612 555 0100"
    assert rows["minneapolis"]["card"].endswith("/card/minneapolis/")
    assert {row["as_of"] for row in rows.values()} == {"2026-01-27"}
    found = json.loads(door.stranger().get("/card/addresses.geojson").content)
    assert found["type"] == "FeatureCollection"
    assert {one["id"]: one["properties"] for one in found["features"]} == rows
    assert {one["type"] for one in found["features"]} == {"Feature"}
    points = {one["id"]: one["geometry"] for one in found["features"]}
    assert points["minneapolis"] == {"type": "Point", "coordinates": [-93.27, 44.98]}, "longitude first (RFC 7946)"
    assert (rows["minneapolis"]["latitude"], rows["minneapolis"]["longitude"]) == ("44.98", "-93.27")
    assert points["chicago"] is None, "nobody has said where it lies"
    assert "minneapolis-head" not in text


@pytest.mark.parametrize("form", ["xml", "csv.pem", "sig", "csv.sig.sig", "pem.sig", "geojson."])
def test_there_is_nothing_else(door, form):
    assert door.stranger().get(f"/card/addresses.{form}").status_code == 404


def test_a_cell_is_no_formula():
    row = dict.fromkeys(("name", "class", "status", "address", "city", "receiving", "telephone", "card"), "x")
    row |= {
        "latitude": "-0.18",
        "longitude": "-78.47",
        "post": "x",
        "as_of": "2026-01-27",
        "example": "no",
        "name": "=HYPERLINK(1)",
    }
    listed = as_csv([row])
    assert b"'=HYPERLINK" in listed
    assert b",-0.18,-78.47," in listed, "a number stays one"
