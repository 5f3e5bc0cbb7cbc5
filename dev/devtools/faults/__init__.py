"""``dev/faults``: do profiles stay right while users collide and workers are killed?

Several users work on the same few customers at once, each in a process and each
operation in a transaction of its own that the host retries as it does requests. Two
workers refresh the customers meanwhile; they are killed, and their connections cut, in the
middle of it. Afterwards every profile and every move has to be what a recomputation from
the documents gives, no row may be left in the queue, and no transaction of a user may have
failed because of our addons.

The seed says what each user tries and when workers are killed; how the processes
interleave is the machine's business, so that a second run with a seed is similar, not
identical.

* ``options``: the command line;
* ``scene``: companies, people and goods that the users have to do with;
* ``operations``: what users do;
* ``users``, ``workers``: the processes;
* ``blame``: whether a failure is the host's own or ours;
* ``check``: what is recorded against what the documents say;
* ``drill``: the whole run; ``report``: what came out.
"""
