"""Print every budget beside what was measured, as Markdown: `make bench`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from layers import build
from tests.benchmarks import first_answer, round_trips, warm_overhead

MEGABYTE = 1024 * 1024

FIRST_ANSWER, FIRST_ANSWER_STRIPE = 0.42, 0.50
FIRST_ANSWERS = {"GET /gyms/{gym_id}": 0.36}
TIMES_DISPATCH = 1.5
LAYER_MB = 40.0
FEW = 40
"""Items: two pages of the usual size. What reads no more than that, however many rows there are, is flat."""
MOST_TRIPS = 4
TRIPS = {
    "GET /sessions/availability": 1,
    "POST /sessions/book": 2,
    "POST /sessions/{session_id}/cancel": 2,
    "POST /sessions/{session_id}/reschedule": 3,
    "POST /sessions/{session_id}/extend": 3,
    "POST /payments/purchases": 3,
    "GET /gyms/{gym_id}": 1,
    "GET /sessions/{session_id}": 1,
    "GET /payments/purchases/{purchase_id}": 1,
    "GET /users/me": 1,
    "GET /sessions": 1,
    "GET /payments/transactions": 1,
    "GET /payments/packages": 1,
    "GET /communications/history": 1,
    "GET /users/me/notifications": 1,
}


class Report:
    """Rows of budgets; remembers what was missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def verdict(self, what: str, measured: float, budget: float) -> str:
        """`within`, or `missed` with a note for the end."""
        if measured <= budget:
            return "within"
        self.missed.append(f"{what}: {measured:.2f}, budget {budget:g}")
        return "**missed**"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |")
    sys.stdout.flush()


def _first_answer_budget(start: first_answer.FirstAnswer) -> float:
    return FIRST_ANSWERS.get(start.endpoint, FIRST_ANSWER_STRIPE if start.stripe else FIRST_ANSWER)


def main() -> int:
    """Measure and print; 1 if a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="fresh processes of each endpoint")
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 1000, 10_000, 100_000], help="sizes of the tables")
    options = parser.parse_args()
    report = Report()

    starts, reference = first_answer.measure(options.runs)
    print(f"\n## First answer of a fresh process, processor time, median of {options.runs}")
    print("\nEndpoints that ask S3 are left out: the recorded AWS has no buckets.")
    print(f"\nThe usual-style reference handler, which reads one item, takes {reference:.0f}x a bare `python -c pass`.")
    _table(
        ("endpoint", "x bare", "x reference", "budget", "", "of its time in the first call"),
        (
            (
                start.endpoint,
                f"{start.times_bare:.1f}",
                f"{start.times_reference:.2f}",
                budget,
                report.verdict(f"first answer of {start.endpoint}", start.times_reference, budget),
                f"{start.in_call:.0%}",
            )
            for start in starts
            for budget in (_first_answer_budget(start),)
        ),
    )

    overhead = warm_overhead.measure()
    print("\n## Around the use case, warm, median")
    _table(
        ("what", "x bare Powertools dispatch", "budget", ""),
        [
            (
                "parse, authorise, validate, render, log",
                f"{overhead:.2f}",
                TIMES_DISPATCH,
                report.verdict("warm", overhead, TIMES_DISPATCH),
            )
        ],
    )

    size = build.dependencies("host").size / MEGABYTE
    print("\n## Dependency layer, unzipped, with its `.pyc`")
    _table(("MB", "budget", ""), [(f"{size:.1f}", LAYER_MB, report.verdict("layer", size, LAYER_MB))])

    print("\n## AWS round trips of a success, warm")
    _table(
        ("endpoint", "trips", "budget", "", "calls"),
        (
            (
                trips.route,
                len(trips.operations),
                TRIPS.get(trips.route, MOST_TRIPS),
                report.verdict(f"trips of {trips.route}", len(trips.operations), TRIPS.get(trips.route, MOST_TRIPS)),
                ", ".join(
                    f"{name} x{count}" if count > 1 else name for name, count in Counter(trips.operations).items()
                ),
            )
            for trips in round_trips.measure()
        ),
    )

    print("\n## Items read, as every table grows")
    growth = round_trips.growth(tuple(options.rows))
    _table(
        ("endpoint", *(f"{rows:,} rows" for rows in options.rows), ""),
        (
            (route, *items, report.verdict(f"items read by {route}", items[-1], max(FEW, items[0])))
            for route, items in growth.items()
        ),
    )

    print("\nEvery budget holds." if not report.missed else "\nMissed:\n- " + "\n- ".join(report.missed))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
