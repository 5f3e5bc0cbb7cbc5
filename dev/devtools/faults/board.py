"""Memory that all processes of a run share."""

import ctypes
import multiprocessing


class Board:
    """Counters and signs; each process writes only what is its own."""

    def __init__(self, users, workers):
        self._operations = multiprocessing.RawArray(ctypes.c_int, users)
        self._complaints = multiprocessing.RawArray(ctypes.c_int, workers)
        self._collisions = multiprocessing.RawArray(ctypes.c_int, workers)
        self._sweeps = multiprocessing.RawValue(ctypes.c_int, 0)
        self._may_sweep = multiprocessing.RawValue(ctypes.c_bool, False)
        self._stopped = multiprocessing.RawValue(ctypes.c_bool, False)
        #: Whether a worker is in the middle of a batch.
        self.busy = multiprocessing.RawArray(ctypes.c_bool, workers)

    def count_operation(self, user):
        self._operations[user] += 1

    def count_complaint(self, worker):
        self._complaints[worker] += 1

    def count_collision(self, worker):
        self._collisions[worker] += 1

    def count_sweep(self):
        self._sweeps.value += 1

    @property
    def operations(self):
        return sum(self._operations)

    @property
    def complaints(self):
        return sum(self._complaints)

    @property
    def collisions(self):
        return sum(self._collisions)

    @property
    def sweeps(self):
        return self._sweeps.value

    @property
    def may_sweep(self):
        return self._may_sweep.value

    @may_sweep.setter
    def may_sweep(self, value):
        self._may_sweep.value = value

    @property
    def stopped(self):
        return self._stopped.value

    @stopped.setter
    def stopped(self, value):
        self._stopped.value = value
