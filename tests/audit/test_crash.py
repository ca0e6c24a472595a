"""kill -9 under load, again and again: every acknowledged record is there, in order, and the chain holds."""

import os
import random
import subprocess
import sys
from pathlib import Path

from strongroom.audit.verify import read_records, verify

LIVES = 20

# Appends batches as fast as it can and names the last record of each on its standard output, as a server would answer.
WRITER = """
import os, sys, time
from pathlib import Path
from strongroom.audit.journal import Journal

journal = Journal.open(Path(sys.argv[1]), 1, segment_bytes=65536, clock=time.time)
n = int(sys.argv[2])
while True:
    batch = [b'{"eventID":"%d","pad":"%s"}' % (n + i, b"x" * (37 * n % 700)) for i in range(1 + n % 9)]
    journal.append(batch)
    n += len(batch)
    os.write(1, b"%d\\n" % (n - 1))
"""


def live_and_die(directory: Path, first: int, answers: int) -> int:
    """Run a writer from record ``first`` on and kill it after ``answers`` answers; return the last record answered."""
    command = [sys.executable, "-c", WRITER, str(directory), str(first)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
        assert writer.stdout is not None
        answered = [writer.stdout.readline() for _ in range(answers)]
        writer.kill()
        answered += [line for line in writer.stdout if line.endswith(b"\n")]
    return int(answered[-1])


def test_every_acknowledged_record_survives_kill_9(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - only the moments of death
    acknowledged: list[range] = []
    for life in range(LIVES):
        first = life * 1_000_000
        acknowledged.append(range(first, live_and_die(tmp_path, first, chance.randrange(1, 400)) + 1))
        report = verify(tmp_path)
        assert report.ok, report.bad
    found = [int(record["eventID"]) for record in read_records(tmp_path)]
    assert found == sorted(set(found)), "in order, and none twice"
    assert set(found) >= {number for life in acknowledged for number in life}
    assert verify(tmp_path).records == len(found)
    assert verify(tmp_path).streams[0].segments > LIVES
