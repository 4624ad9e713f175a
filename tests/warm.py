"""Processes of the two programs for tests, forked from one Python that has their modules imported already.

Importing is most of what a short command costs. What runs here is a process like any other: its own id, arguments,
environment, folder, streams and exit code, ended by its own death or by a signal. The first time a session asks for a
command of a program, a Python of its own is started for it, as a person would; so is each one whose environment
changes how Python starts, and every one when `TESTS_START_COLD` is set (then nothing here is warm):

    TESTS_START_COLD=1 uv run pytest
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
PACKAGES = ("sync", "supervisor_tui")
BESIDE = (
    "httpx",
    "sqlite_utils",
    "uvicorn",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
)
_AT_THE_START = re.compile(r"LANG(UAGE)?|LC_.*|PYTHON.*")  # what Python reads before it runs anything


# --- the tests' side --------------------------------------------------------------------------------------------------


class Warm:
    """A process forked from the warm Python."""

    def __init__(self, pid: int, reply: socket.socket) -> None:
        self.pid, self.reply = pid, reply
        self.code: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while the process runs."""
        return self._took(0)

    def wait(self, timeout: float) -> int:
        """Wait for the end; the exit code."""
        code = self._took(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _took(self, seconds: float) -> int | None:
        if self.code is None and select.select([self.reply], [], [], seconds)[0]:
            said = self.reply.recv(64)
            assert said, "the warm Python has gone"
            self.code = int(said)
            self.reply.close()
        return self.code


class _Forge:
    """The warm Python of this session, started when it is first needed."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        self.known = _read_at_the_start(os.environ)
        own = theirs.detach()
        os.set_inheritable(own, True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(own)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[own],
        )
        os.close(own)
        self.lock = threading.Lock()
        atexit.register(self.end)

    def start(self, module: str, arguments: Sequence[str], streams: Sequence[int], env: Mapping[str, str]) -> Warm:
        """Fork a process that runs a module with these streams as its first three."""
        ours, theirs = socket.socketpair()
        with theirs, self.lock:
            socket.send_fds(self.control, [b"+"], [*streams, theirs.fileno()])
        asked: dict[str, Any] = {
            "module": module,
            "arguments": list(arguments),
            "folder": str(Path.cwd()),
            "environment": dict(env),
            "umask": umask(),
        }
        ours.sendall(json.dumps(asked).encode() + b"\n")
        with ours.makefile("rb", buffering=0) as lines:
            return Warm(int(lines.readline()), ours)

    def end(self) -> None:
        """Let it end; what it forked goes on."""
        self.control.close()
        self.process.wait(20)


_forges: list[_Forge] = []
_asked_for: set[tuple[str, ...]] = set()


def start(
    module: str, arguments: Sequence[str], *, stdin: int, stdout: int, stderr: int, env: Mapping[str, str] | None = None
) -> Warm | subprocess.Popen[bytes]:
    """Start `python -m module` with arguments; warm unless it must be cold."""
    environment = dict(os.environ if env is None else env)
    if _must_be_cold(module, arguments, environment):
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, env=environment)
    return _forges[0].start(module, arguments, (stdin, stdout, stderr), environment)


def run(
    module: str,
    arguments: Sequence[str],
    *,
    given: str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run `python -m module` with arguments to its end; what it printed, and its exit code."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as wrong:
        asked.write((given or "").encode())
        asked.seek(0)
        begun = start(module, arguments, stdin=asked.fileno(), stdout=out.fileno(), stderr=wrong.fileno(), env=env)
        try:
            code = begun.wait(timeout)
        except BaseException:
            begun.send_signal(signal.SIGKILL)
            begun.wait(20)
            raise
        return subprocess.CompletedProcess([module, *arguments], code, _text(out), _text(wrong))


def umask() -> int:
    """Return this process's umask, which can only be read by setting it."""
    os.umask(now := os.umask(0o077))
    return now


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _must_be_cold(module: str, arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    if "PYTEST_VERSION" not in os.environ or "TESTS_START_COLD" in os.environ:
        return True
    if not _forges:
        _forges.append(_Forge())
    command = (module, *(each for each in arguments if re.fullmatch("[a-z]+", each)))[:2]
    is_first = command not in _asked_for
    _asked_for.add(command)
    return is_first or _read_at_the_start(environment) != _forges[0].known


def _read_at_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if _AT_THE_START.fullmatch(name)}


# --- the warm Python --------------------------------------------------------------------------------------------------


def _import_everything() -> None:
    for name in (*BESIDE, *PACKAGES):
        module = importlib.import_module(name)
        if name in PACKAGES:
            for each in pkgutil.walk_packages(module.__path__, f"{name}."):
                if not each.name.endswith("__main__"):
                    importlib.import_module(each.name)


def _fork_on_demand(control: socket.socket) -> dict[str, Any] | None:
    """Fork a process for every demand; returns what to run in a forked one, nothing once the tests have gone."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, socket.socket] = {}
    while True:
        ready = select.select([control.fileno(), woken], [], [])[0]
        if woken in ready:
            os.read(woken, 512)
            _tell_ends(running)
        if control.fileno() in ready:
            said, descriptors, _, _ = socket.recv_fds(control, 1, 4)
            if not said:
                return None
            reply = socket.socket(fileno=descriptors.pop())
            with reply.makefile("rb", buffering=0) as lines:
                asked: dict[str, Any] = json.loads(lines.readline())
            if not (pid := os.fork()):
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for each in (control, reply, *running.values()):
                    each.close()
                os.close(woken)
                os.close(wake)
                return asked | {"streams": descriptors}
            running[pid] = reply
            reply.sendall(b"%d\n" % pid)
            for each_descriptor in descriptors:
                os.close(each_descriptor)


def _tell_ends(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with running.pop(pid) as reply:
            try:
                reply.sendall(b"%d" % os.waitstatus_to_exitcode(status))
            except OSError:  # nobody waits for this one
                continue


def _become(asked: dict[str, Any]) -> None:
    """Take on what the tests asked for: streams, folder, environment, arguments."""
    for number, descriptor in enumerate(asked["streams"]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    how = [(each.encoding, each.errors) for each in (sys.stdin, sys.stdout, sys.stderr)]
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding=encoding, errors=errors, buffering=1 if number == 2 else -1, closefd=False)  # noqa: SIM115
        for number, (mode, (encoding, errors)) in enumerate(zip("rww", how, strict=True))
    )
    os.chdir(asked["folder"])
    os.umask(asked["umask"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    sys.argv = [asked["module"], *asked["arguments"]]


def _serve(control: int) -> None:
    _import_everything()
    gc.collect()
    gc.freeze()
    asked = _fork_on_demand(socket.socket(fileno=control))
    if asked is not None:
        _become(asked)
        _run(asked["module"])


def _run(module: str) -> None:
    """Run a module to the end of its process, as Python does, except that nothing is taken down piece by piece."""
    end = 1

    def leave() -> None:  # the first that is registered is the last that is called
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(end)

    atexit.register(leave)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        end = 0
    except SystemExit as ended:
        end = ended.code if isinstance(ended.code, int) else int(ended.code is not None)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
