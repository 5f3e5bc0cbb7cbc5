"""The queue: customers of whom a document changed, worked off by one process or by two."""

import json
import subprocess
import sys
import time

from .contender import Contender
from .passes import drain

#: Customers that one and two consumers work off.
SHARED = 10_000


class Queued(Contender):
    """Customers that wait in the queue, worked off by this process.

    :param list ids: of commercial partners
    :param bool changed: a document of each is changed before
    """

    def __init__(self, key, label, env, ids, changed=False, **options):
        super().__init__(key, label, env, **options)
        self.ids, self.changed = ids, changed

    def prepare(self):
        if self.changed:
            touch(self.env.cr, self.ids)
        queue(self.env, self.ids)

    def run(self):
        drain(self.env)
        return len(self.ids)


def touch(cr, ids):
    """Change the last confirmed order of customers."""
    cr.execute(
        """UPDATE sale_order
              SET amount_untaxed = amount_untaxed + 1, amount_total = amount_total + 1
            WHERE id IN (SELECT MAX(id) FROM sale_order
                          WHERE state = 'sale' AND partner_id = ANY(%s) GROUP BY partner_id)""",
        [ids],
    )


def queue(env, ids):
    """Queue customers as a changed document does, and commit."""
    env["crm.lifecycle.queue"]._mark(ids)
    env.cr.commit()


def buyers(cr, count):
    """Some customers who buy, as ids, spread over all."""
    cr.execute(
        """SELECT id FROM res_partner partner
            WHERE ref ~ '^B[0-9]+$' AND EXISTS (
                  SELECT FROM sale_order so WHERE so.partner_id = partner.id AND state = 'sale')
         ORDER BY MD5(id::text) LIMIT %s""",
        [count],
    )
    return [partner_id for (partner_id,) in cr.fetchall()]


def largest(cr):
    """The customer with the most orders."""
    cr.execute("SELECT id FROM res_partner WHERE ref = 'B7'")
    return cr.fetchone()[0]


class Consumers(Contender):
    """Processes that work the queue off together, from a common start.

    :param int count: how many
    """

    def __init__(self, key, label, env, ids, count, arguments):
        super().__init__(key, label, env)
        self.ids, self.count, self.arguments = ids, count, arguments

    def prepare(self):
        queue(self.env, self.ids)
        self.workers = [
            subprocess.Popen(
                [sys.executable, "-m", "devtools.bench.worker", *self.arguments, "drain"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _number in range(self.count)
        ]
        for worker in self.workers:
            assert worker.stdout.readline().strip() == "ready", "a consumer did not start"

    def run(self):
        for worker in self.workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        self.done = [json.loads(worker.stdout.readline()) for worker in self.workers]
        return len(self.ids)

    def clean(self):
        for worker in self.workers:
            worker.communicate()
        self.note = " + ".join(str(one["customers"]) for one in self.done)
        super().clean()


def work(arguments, task):
    """Run a task in a process of its own and return what it reports.

    A process that does nothing else tells what memory the work takes.
    """
    start = time.perf_counter()
    worker = subprocess.Popen(
        [sys.executable, "-m", "devtools.bench.worker", *arguments, task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    output, _errors = worker.communicate("go\n")
    assert not worker.returncode, f"{task} failed after {time.perf_counter() - start:.0f} s"
    return json.loads(output.splitlines()[-1])
