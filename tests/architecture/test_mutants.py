"""The mutants of `make mutants`, which takes minutes: that each would still find the guard that it takes out."""

from __future__ import annotations

import re

import pytest

from infra_cdk.catalogue import ROOT
from tests.mutants.__main__ import edited
from tests.mutants.guards import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.guard)
def test_a_mutant_finds_its_guard_and_its_tests(mutant: Mutant) -> None:
    for file in {edit.file for edit in mutant.edits}:
        source = (ROOT / file).read_text(encoding="utf-8")
        compile(edited(source, [edit for edit in mutant.edits if edit.file == file]), file, "exec")
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), test
