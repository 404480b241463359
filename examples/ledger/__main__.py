"""Command line: python -m ledger INPUT_FOLDER REPORT_FOLDER."""

import argparse
import pathlib
import sys

from . import job


def main(argv=None):
    parser = argparse.ArgumentParser(prog="ledger", description="Close the month.")
    parser.add_argument("input", type=pathlib.Path, help="the folder with the files to book")
    parser.add_argument("report", type=pathlib.Path, help="the folder to write the report to")
    options = parser.parse_args(argv)
    if not options.input.is_dir():
        parser.error(f"{options.input} is no folder; make_input.py makes one")
    result = job.run(options.input, options.report)
    print(f"booked {result.booked}, duplicates {result.duplicates}, rejected {len(result.rejected)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
