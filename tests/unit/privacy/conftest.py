"""A small invented table of names, in the form an operator's tables have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuidang.privacy.names import NameTable

SURNAMES = """surname,people,per_million
王,80000,80000
李,70000,70000
欧阳,500,500
柴,400,400
心,1,1
尹,849099,849099
"""
# Of a million people; 安徽 has few of the second name.
GIVEN_NAMES = """given_name,male,female,CN-AH,CN-BJ
伟,20000,5000,2000,900
秀英,100,19900,40,800
"""
CHARACTERS = """character,male,female,per_million
建,30000,10000,40000
国,30000,0,30000
"""


@pytest.fixture(scope="session")
def name_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    (folder / "surnames.csv").write_text(SURNAMES)
    (folder / "given_names_by_region.csv").write_text(GIVEN_NAMES)
    (folder / "given_name_characters.csv").write_text(CHARACTERS)
    return folder


@pytest.fixture(scope="session")
def table(name_folder: Path) -> NameTable:
    return NameTable.load(name_folder)
