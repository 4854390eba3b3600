"""What of the telephone in the browser others wrote: made anew from pinned sources, it is what lies here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "src/tuidang/desk/static/desk/line"
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))


def test_the_bundle_is_what_its_pinned_sources_make_byte_for_byte(tmp_path: Path) -> None:
    script = ROOT / "scripts/bundle-telephone"
    made = subprocess.run([script, tmp_path], capture_output=True, text=True, timeout=300, check=False)
    assert made.returncode == 0, made.stderr
    for name in ("sip.js", "sip.licences.txt"):
        assert (tmp_path / name).read_bytes() == (KEPT / name).read_bytes(), name


def test_every_source_is_pinned_by_its_checksum_and_by_no_address() -> None:
    packages = [package for name, package in LOCK["packages"].items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not [package for package in packages if "resolved" in package]


def test_everything_in_the_bundle_may_be_given_on_and_brings_its_licence() -> None:
    licences = (KEPT / "sip.licences.txt").read_text("utf-8")
    for name, package in LOCK["packages"].items():
        if name and "esbuild" not in name:
            assert package["license"] == "MIT"
            assert f"== {name.removeprefix('node_modules/')} {package['version']}\n" in licences
