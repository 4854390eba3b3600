"""What others wrote of the scripts in the browser: made anew from pinned sources, it is what lies here."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
BUNDLES = {
    "telephone": ROOT / "src/tuidang/desk/static/desk/line/sip",
    "seal": ROOT / "src/tuidang/field/static/field/noble-seal",
    "verify": ROOT / "src/tuidang/reach/static/reach/noble-verify",
}


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_what_its_pinned_sources_make_byte_for_byte(name: str, tmp_path: Path) -> None:
    made = subprocess.run(
        [ROOT / "scripts/bundle", name, tmp_path], capture_output=True, text=True, timeout=300, check=False
    )
    assert made.returncode == 0, made.stderr
    kept = BUNDLES[name]
    for end in (".js", ".licences.txt"):
        assert (tmp_path / f"{kept.name}{end}").read_bytes() == Path(f"{kept}{end}").read_bytes(), end


def test_every_source_is_pinned_by_its_checksum_and_by_no_address() -> None:
    packages = [package for name, package in LOCK["packages"].items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not [package for package in packages if "resolved" in package]


def test_everything_in_the_bundles_may_be_given_on_and_brings_its_licence() -> None:
    licences = "".join(Path(f"{kept}.licences.txt").read_text("utf-8") for kept in BUNDLES.values())
    brought = set(re.findall(r"^== (\S+ \S+)$", licences, re.MULTILINE))
    for name, package in LOCK["packages"].items():
        if name and "esbuild" not in name:
            assert package["license"] == "MIT"
            assert f"{name.removeprefix('node_modules/')} {package['version']}" in brought
