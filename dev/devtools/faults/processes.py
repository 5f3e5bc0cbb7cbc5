"""Processes that share a loaded registry: forked, as the host forks its own workers.

The parent holds no connection, so that a child that is killed takes nothing along.
"""

import json
import os
import random
import signal
import sys
import traceback

#: Signal by which a child ends when its parent does.
_PR_SET_PDEATHSIG = 1


def fork(seed, function, *args):
    """Run a function in a child process and return its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    # Nothing of the parent's may run in the child: neither its exit handlers nor what is
    # above on its stack.
    code = 1
    try:
        _die_with_parent()
        # Otherwise children would wait for the same times before they try again.
        random.seed(seed)
        function(*args)
        code = 0
    except BaseException:  # noqa: BLE001 told, and then it is over
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def call(function, *args):
    """Run a function in a child process to its end and return what it returns.

    What goes over has to be JSON.
    """
    reader, writer = os.pipe()

    def answer():
        os.close(reader)
        with os.fdopen(writer, "w") as stream:
            json.dump(function(*args), stream)

    pid = fork(0, answer)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    _pid, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError(f"{function.__name__} failed with {describe(status)}")
    return json.loads(text)


def describe(status):
    """What became of a process, in words."""
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit code {os.WEXITSTATUS(status)}"


def _die_with_parent():
    import ctypes

    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
