"""The store's process: an orderly end whenever it is asked for."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.store import District


def test_a_plea_to_end_is_heard_from_the_first_line_on(district: District) -> None:
    command = [sys.executable, "-m", "sync.central", "--db", str(district.database), "serve", "--port", "0"]
    for _ in range(5):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                assert "http://" in process.stdout.readline()
                process.send_signal(signal.SIGTERM)  # uvicorn does not listen to signals yet
                assert process.wait(timeout=20) == 0
            finally:
                process.kill()


def test_a_store_that_is_to_end_with_its_parent_does(district: District) -> None:
    command = [sys.executable, "-m", "sync.central", "--db", str(district.database), "serve", "--port", "0"]
    command.append("--until-stdin-ends")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            assert "http://" in process.stdout.readline()
            process.stdin.close()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
