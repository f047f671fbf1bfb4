"""One concept has one word. The words of `.github/CONTRIBUTING.md` are used, and those that they replaced stay away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra_cdk.catalogue import FUNCTIONS, ROOT, SHARED

PRODUCT = (FUNCTIONS, SHARED, ROOT / "layers" / "build.py", ROOT / "infra_cdk", ROOT / "README.md")
SUFFIXES = {".py", ".md"}

REPLACED = {
    r"standing|checks_standing|require_good_standing": "ban, BanGuard, ban_check",
    r"[Gg]rains?|GRAIN\w*": "slot, slot claim",
    r"Wish|Wanted": "BookingRequest, PurchaseContext",
    r"[Ff]orfeit\w*": "late cancellation, refund_if_rebooked",
    r"PotShare|PotAttribute|stored_pots": "CreditAllocation",
    r"takes_key|take_in|complete_in|acquires_key|acquire_in|store_rendered": "UnitOfWork.begin, store_response",
    r"KeyGuard|key_guard": "IdempotencyKey",
    r"refuse_banned|require_not_banned": "BanGuard",
    r"[Oo]therwise=|otherwise:|Otherwise": "on_failure, OnFailure",
    r"_InTheWay|_Meanwhile|_Overtaken": "ConditionFailed",
    r"read_together": "batch_get",
    r"is_passing": "is_transient",
    r"look_again|stop_asking": "schedule_check, stop_checks",
    r"apply_once|Once|Tick": "InboxMark, ScheduledEvent",
    r"seam": "port",
    r"announcing|retrying|wording": "event_data, retry, formatting",
    r"hold_to_packs": "apply_rule_packs",
    r"put_inbox_mark|inbox_mark_key": "InboxMark",
    r"lease_until|leaseId": "leased_until, lease_id",
    r"user_pk": "member_partition",
    r"secret_field": "secret: one for each value",
    r"raise AssertionError": "an error of its own type: an assertion is no control flow",
}
"""What must not come back, as regular expressions over whole words, with what to write instead."""

# "Once" begins sentences; as a class it stands before a bracket, a comma or a dot.
_AS_A_NAME = {r"apply_once|Once|Tick": r"\b(?:apply_once|Once(?=[(\].:])|Tick)\b"}


def _files() -> list[Path]:
    files = [path for root in PRODUCT for path in ([root] if root.is_file() else root.rglob("*"))]
    return sorted(path for path in files if path.suffix in SUFFIXES and "__pycache__" not in path.parts)


def _uses(pattern: str) -> list[str]:
    found = []
    for path in _files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return found


@pytest.mark.parametrize(("words", "instead"), REPLACED.items(), ids=list(REPLACED))
def test_a_replaced_word_does_not_come_back(words: str, instead: str) -> None:
    assert _uses(_AS_A_NAME.get(words, rf"(?<!\w)(?:{words})(?!\w)")) == [], f"write: {instead}"


def test_every_term_of_the_glossary_is_where_the_glossary_says() -> None:
    """The glossary is read by newcomers: a name in it that the code has lost would mislead them."""
    glossary = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Glossary")[2]
    rows = [line.split("|") for line in glossary.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    text = "\n".join(path.read_text(encoding="utf-8") for path in _files() if path.suffix == ".py")
    for _, term, _, where, _ in rows:
        for name in re.findall(r"`([^`]+)`", where):
            exists = (ROOT / name).exists() if "/" in name else re.search(rf"\b{re.escape(name)}\b", text)
            assert exists, f"{term.strip()}: there is no {name}"


RECORDS = sorted((ROOT / "infra_cdk" / "decisions").glob("0*.md"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_is_complete_and_names_files_that_exist(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert re.search(r"^- Date: \d{4}-\d{2}-\d{2}\n- Status: (accepted|replaced by \d{4})$", text, re.MULTILINE)
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sections == ["Context", "Decision", "Consequences", "Rejected", "Files"]
    files = re.findall(r"`([^`]+)`", text.partition("## Files")[2])
    assert files
    if "Status: accepted" in text:
        assert [file for file in files if not (ROOT / file).exists()] == []
