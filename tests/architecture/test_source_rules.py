"""Rules over the source tree. Each stands for a fault that tests of behaviour do not see."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

from infra_cdk.catalogue import FUNCTIONS, ROOT, SHARED
from solo60.models import Model
from tests.architecture.sources import EVERYTHING, RUNTIME, dotted, names_used, python_files, shown, tree

MAX_LINES = 400
EXPRESSIONS_STAND_IN = {"records", "repository", "slot_claims"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now"}
ENVIRONMENTS = {"os.environ", "os.getenv", "environ", "getenv"}
OTHER_IDS = {"uuid.uuid4", "uuid4", "uuid.uuid1", "uuid1"}


def _offenders(files: Iterable[Path], breaks: Callable[[Path], object]) -> list[str]:
    return [shown(path) for path in files if breaks(path)]


def _uses(names: set[str]) -> Callable[[Path], object]:
    return lambda path: names & set(names_used(path))


def test_files_stay_readable() -> None:
    long = _offenders(
        python_files(*EVERYTHING), lambda path: len(path.read_text(encoding="utf-8").splitlines()) > MAX_LINES
    )
    assert long == [], "split it by what it does"


def test_every_module_says_what_it_is_for() -> None:
    assert _offenders(python_files(*EVERYTHING), lambda path: not ast.get_docstring(tree(path))) == []


def test_the_environment_is_read_in_one_place() -> None:
    assert _offenders(python_files(*RUNTIME), _uses(ENVIRONMENTS)) == ["layers/shared/python/solo60/settings.py"]


def test_the_time_comes_only_from_the_clock() -> None:
    assert _offenders(python_files(*RUNTIME), _uses(CLOCKS)) == ["layers/shared/python/solo60/clock.py"]


def test_ids_are_made_in_one_way() -> None:
    assert _offenders(python_files(*RUNTIME), _uses(OTHER_IDS)) == [], "use solo60.ids.new_id()"


def test_nothing_scans_a_table() -> None:
    """A scan grows with the table."""
    assert _offenders(python_files(*RUNTIME), lambda path: "scan" in _methods_called(path)) == []


def test_keys_and_expressions_stand_in_repositories() -> None:
    files = [
        path
        for path in python_files(FUNCTIONS)
        if path.stem not in EXPRESSIONS_STAND_IN and not path.stem.endswith("_repository")
    ]
    assert _offenders(files, lambda path: "pynamodb" in _packages_imported(path)) == []


def test_nothing_prints_and_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME")
    assert _offenders(python_files(*RUNTIME), lambda path: {"print", "breakpoint"} & _functions_called(path)) == []
    assert (
        _offenders(python_files(*EVERYTHING), lambda path: any(mark in path.read_text("utf-8") for mark in marks)) == []
    )


def test_nothing_relies_on_an_assert() -> None:
    """Python leaves asserts out when it optimises, and an AssertionError tells nobody what to do."""
    files = python_files(*RUNTIME, ROOT / "infra_cdk", ROOT / "layers")
    assert _offenders(files, lambda path: any(isinstance(node, ast.Assert) for node in ast.walk(tree(path)))) == []


def test_what_strangers_send_is_parsed_by_a_parser_with_a_bound() -> None:
    """A signed body of 20,000 brackets was a RecursionError of Python's own parser, and an answer of 500."""
    of_our_own = ["functions/communication/template_store.py", "functions/gateway/documents.py"]
    of_our_own += ["layers/shared/python/solo60/http/idempotency.py"]
    assert _offenders(python_files(*RUNTIME), _uses({"json.loads", "json.load"})) == of_our_own, (
        "use pydantic_core.from_json() or a model"
    )


def test_exceptions_are_logged_without_the_input_that_they_quote() -> None:
    """A log of exceptions as they are once held the one-time codes of messages that could not be read."""
    assert _offenders(python_files(*RUNTIME), lambda path: "exception" in _methods_called(path)) == [], (
        "use observability.log_failure()"
    )
    assert _offenders(python_files(*RUNTIME), lambda path: "exc_info" in _keywords(path)) == []


def test_models_have_the_base_that_hides_input() -> None:
    derived = _offenders(python_files(*RUNTIME), lambda path: {"BaseModel", "pydantic.BaseModel"} & _bases(path))
    assert derived == ["layers/shared/python/solo60/models.py"], "use solo60.models.Model"
    assert Model.model_config["hide_input_in_errors"]


def test_the_shared_package_is_typed() -> None:
    assert (SHARED / "solo60" / "py.typed").exists()


def _methods_called(path: Path) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def _keywords(path: Path) -> set[str]:
    return {node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.keyword) and node.arg}


def _bases(path: Path) -> set[str]:
    classes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    return {dotted(base) for node in classes for base in node.bases}


def _functions_called(path: Path) -> set[str]:
    return {
        node.func.id for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def _packages_imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found
