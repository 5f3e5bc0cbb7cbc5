"""The queue: customers of whom a document changed, worked off by one process or by two."""

import json
import subprocess
import sys

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


class Crew:
    """Processes with Odoo loaded that work the queue off whenever they are told to.

    :param list arguments: configuration file and database
    :param int count: how many there are
    """

    def __init__(self, arguments, count):
        self.workers = [start(arguments, "drain") for _number in range(count)]
        for worker in self.workers:
            assert worker.stdout.readline().strip() == "ready", "a consumer did not start"

    def drain(self, count):
        """Let some of them work the queue off together; returns their reports."""
        workers = self.workers[:count]
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [json.loads(worker.stdout.readline()) for worker in workers]

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for worker in self.workers:
            worker.communicate()


class Consumers(Contender):
    """Customers that wait in the queue, worked off by several processes from a common start.

    :param Crew crew: who does it
    :param int count: how many of them
    """

    def __init__(self, key, label, env, ids, crew, count):
        super().__init__(key, label, env)
        self.ids, self.crew, self.count = ids, crew, count

    def prepare(self):
        queue(self.env, self.ids)

    def run(self):
        reports = self.crew.drain(self.count)
        self.note = " + ".join(str(one["customers"]) for one in reports)
        return len(self.ids)


def start(arguments, task):
    """Start a process for a task, see ``worker``."""
    return subprocess.Popen(
        [sys.executable, "-m", "devtools.bench.worker", *arguments, task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def work(arguments, task):
    """Run a task in a process of its own and return what it reports.

    A process that does nothing else tells what memory the work takes.
    """
    worker = start(arguments, task)
    output, _errors = worker.communicate("go\n")
    assert not worker.returncode, f"{task} failed, see above"
    return json.loads(output.splitlines()[-1])
