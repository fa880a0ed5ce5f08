"""Prints the counts of a JUnit report as one line, 'N passed, N failed, N skipped'.

Usage: count.py REPORT. Exit status 0 when something passed and nothing failed, else 1.
"""

import sys
from xml.etree import ElementTree


def counts(report: str) -> tuple[int, int, int]:
    """Return how many tests of the report at path ``report`` passed, failed (errors included) and were skipped."""
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314 -- written by our own pytest run
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


if __name__ == "__main__":
    try:
        passed, failed, skipped = counts(sys.argv[1])
    except ElementTree.ParseError:
        sys.exit("No test report: the suite did not run.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(0 if passed and not failed else 1)
