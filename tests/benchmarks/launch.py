"""Run a command and print what it took, as JSON: seconds by the clock and of the processor, largest memory in bytes, and its exit code.

A process of its own, and a small one: Linux counts what the process that starts another holds at that moment to the other's largest memory,
and a benchmark holds a gigabyte.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

RSS_UNIT = 1024  # bytes; Linux counts in kibibytes


def main() -> None:
    """The command is this program's arguments; its output is not seen."""
    start = time.perf_counter()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    taken = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * RSS_UNIT, "code": child.returncode}
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
