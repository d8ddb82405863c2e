"""Graph files of any size are read and written in bounded memory."""

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import resource, sys
from collections import deque
from pathlib import Path
from kgfm.kg import IRI, Triple
from kgfm.kg.formats import read_triples, write_quads

def edges(count):
    for number in range(count):
        head, tail = IRI(f"urn:e:{number % 1000}"), IRI(f"urn:e:{number * 7 % 1000}")
        yield Triple(head, IRI(f"urn:r:{number}:" + "x" * 800), tail), None

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000  # MB; Linux counts in KB

small, large = (Path(sys.argv[1]) / f"{name}.{sys.argv[2]}" for name in ("small", "large"))
for path, count in ((small, 1_000), (large, 20_000)):
    write_quads(path, edges(count))
    deque(read_triples(path), maxlen=0)
    print(peak())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss differs elsewhere")
@pytest.mark.parametrize("format", ["graphml", "neo4j-csv"])
def test_a_file_twenty_times_as_large_takes_no_more_memory(tmp_path: Path, format: str) -> None:
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path), format]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    small, large = map(float, said.split())
    assert large - small < 12  # MB; the large file has 18 MB, and as a document ten times as much
