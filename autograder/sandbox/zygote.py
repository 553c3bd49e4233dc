"""The program of the warm processes: import what an assignment needs once, then fork for every submission.

Requests come over a socket. One to fork comes with the descriptors of the submission's own sockets and is not answered:
who takes part in a submission talks over those. The process ends when its socket is closed.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import random
import socket
import sys
import traceback
import warnings
from collections.abc import Callable

import numpy as np

from autograder.bridge.learner import LearnerEndpoint
from autograder.bridge.wire import Channel, Disconnected
from autograder.judge import Assignment, Judge
from autograder.kernel import make_kernel
from autograder.limits import Protection
from autograder.namespace import Namespace
from autograder.sandbox import confinement
from autograder.sandbox.launch import IMPORT, READY
from autograder.sandbox.warden import Warden


def main(descriptor: int) -> None:
    """Serve requests on the socket with this descriptor."""
    requests = socket.socket(fileno=descriptor)
    start, blobs = Channel(requests).receive()
    _import(start["modules"])
    prepare = {"learner": _prepare_learner, "judge": _prepare_judge}[start["role"]]
    take_part = prepare(start, blobs)
    _settle(requests)
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1, 3)
        _reap(os.WNOHANG if message else 0)
        if not message:
            return
        if message == IMPORT:
            _import(Channel(requests).receive()[0])
            _settle(requests)
            continue
        if os.fork() == 0:
            _serve(take_part, descriptors)
        for number in descriptors:
            os.close(number)


def _settle(requests: socket.socket) -> None:
    """Say that all is imported."""
    gc.collect()
    gc.freeze()  # what is shared with the children stays untouched by their garbage collections
    requests.sendall(READY)


def _reap(options: int) -> None:
    """Take note of the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            continue


def _serve(take_part: Callable, descriptors: list[int]) -> None:
    """Take part in a submission, in the forked process, and end it."""
    code = 1
    try:
        sockets = [socket.socket(fileno=number) for number in descriptors]
        confinement.close_all_but(*sockets)
        random.seed()
        np.random.seed()
        take_part(*map(Channel, sockets))
        code = 0
    except Disconnected:
        code = 0  # the others know why
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _prepare_learner(start: dict, blobs: list[bytes]) -> Callable:
    """Make the kernel that the children will have; return what a child does."""
    kernel = make_kernel()

    def take_part(bridge: Channel, control: Channel) -> None:
        def run_kernel() -> None:
            control.close()
            sys.path.insert(0, "")
            endpoint = LearnerEndpoint(bridge, kernel)
            try:
                endpoint.serve_forever()
            except Disconnected:
                return

        Warden(control, Protection(start["protection"])).run(run_kernel, bridge)

    return take_part


def _prepare_judge(start: dict, blobs: list[bytes]) -> Callable:
    """Read the assignment; return what a child does."""
    assignment = Assignment.from_plain(start, blobs)
    assert assignment.plans  # made now, once for all
    kernel = make_kernel(Namespace())

    def take_part(bridge: Channel, control: Channel, result: Channel) -> None:
        order, files = result.receive()
        judge = Judge(assignment, kernel, bridge, control)
        answer, made = judge.examine(order, files)
        result.send(answer, made)

    return take_part


def _import(modules: list[str]) -> None:
    """Import the modules that are there; a notebook that needs another says so itself."""
    for module in modules:
        with warnings.catch_warnings(), contextlib.suppress(Exception):
            warnings.simplefilter("ignore")
            importlib.import_module(module)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
