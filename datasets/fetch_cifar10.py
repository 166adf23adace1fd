#!/usr/bin/env python3
"""Fetch CIFAR-10 (170 MB) into this folder, where load_data() finds it. Run again to go on after an interruption."""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--to", type=Path, default=HERE, metavar="FOLDER", help="another folder than this one"
    )
    parser.add_argument(
        "--mirror", action="append", default=[], metavar="URL", help="an address to try first"
    )
    parser.add_argument(
        "--archive", type=Path, help="unpack this cifar-10-python.tar.gz instead of downloading"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args()

    from labkit.data.download import fetch_cifar10, unpack
    from labkit.data.errors import DataError

    try:
        if options.archive:
            folder = unpack(options.archive, options.to)
        else:
            folder = fetch_cifar10(options.to, mirrors=options.mirror, quiet=options.quiet)
    except DataError as error:
        print(f"fetch_cifar10: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("fetch_cifar10: interrupted; run it again to go on", file=sys.stderr)
        return 130
    print(f"CIFAR-10 is in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
