"""What is shipped works on its own, away from this repository."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    root = Path(__file__).parent.parent.parent
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory) -> Path:
    """`inviolable` in a fresh environment that sees the libraries, but not this repository."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    python = place / "venv/bin/python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, env=clean())
    site = next((place / "venv/lib").glob("python*/site-packages"))
    # Libraries only: a .pth inside a directory that a .pth adds is not read, so the editable install stays unseen.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "venv/bin/inviolable"


def clean() -> dict[str, str]:
    hidden = ("PYTHONPATH", "DJANGO_SETTINGS_MODULE", "PIP_FIND_LINKS")
    return {k: v for k, v in os.environ.items() if k not in hidden and not k.startswith("INVIOLABLE_")}


def test_it_carries_everything_that_is_in_the_source(wheel, root):
    source = root / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "inviolable").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wanted <= names, wanted - names
    assert "inviolable/web/templates/web/base.html" in names
    assert "inviolable/web/static/web/inviolable.css" in names
    for po in (name for name in names if name.endswith(".po")):
        assert po.removesuffix(".po") + ".mo" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_carries_nothing_else(wheel):
    for name in zipfile.ZipFile(wheel).namelist():
        assert name.startswith(("inviolable/", "inviolable-")), name


def test_the_installed_command_works_away_from_the_repository(command, tmp_path):
    home = clean() | {"INVIOLABLE_HOME": str(tmp_path / "var")}
    helped = subprocess.run([command, "--help"], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert helped.returncode == 0, helped.stderr
    loaded = subprocess.run([command, "example", "load"], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert loaded.returncode == 0, loaded.stderr


def test_the_installed_pages_speak_spanish(command, tmp_path):
    home = clean() | {"INVIOLABLE_HOME": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "inviolable.web.settings"}
    program = """
import inviolable, django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
from django.test import Client
page = Client(headers={"host": "localhost", "accept-language": "es"}).get("/sign-in/").content.decode()
print("Contrase\\u00f1a" in page, "site-packages" in inviolable.__file__)
"""
    python = command.with_name("python")
    done = subprocess.run([python, "-c", program], cwd=tmp_path, env=home, capture_output=True, text=True)
    assert done.stdout.strip() == "True True", done.stderr
