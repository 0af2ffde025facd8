"""Drives one search after another over JSON lines: a line in, a line out. Every peer script calls `serve`.

<- {"versions": {"optuna": "5.0.0"}}                       once, when ready
-> {"op": "start", "space": [...], "algorithm": "tpe", "seed": 0, "evaluations": 200, "epochs": null}
<- {}
-> {"op": "ask"}
<- {"params": {...}, "milliseconds": 1.2}                  and "until": train up to this epoch only
-> {"op": "report", "epoch": 1, "value": 0.4}              where evaluations report curves
<- {"stop": false}
-> {"op": "tell", "value": 0.3}                            null: the evaluation failed
<- {"milliseconds": 0.1}
Any reply may be {"error": "..."} instead. Times are processor time. What a package prints goes to standard error.

A space is a list of {"name", "distribution", "condition"}, parents before what depends on them:
distribution {"kind": "float" | "int", "low", "high", "log", "step"} or {"kind": "categorical", "choices"};
condition absent (always active), {"parent", "values"} or {"parent", "atLeast"}.
"""
import importlib.metadata
import json
import math
import os
import queue
import sys
import threading
import time
import warnings

warnings.simplefilter("ignore")
_out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def reply(message):
    _out.write(json.dumps(message) + "\n")
    _out.flush()


def serve(packages, start):
    """`start(algorithm, task)` returns an object with ask() -> params or (params, until), tell(value) and maybe report(epoch, value)."""
    reply({"versions": {name: importlib.metadata.version(name) for name in packages}})
    search = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            begin = time.process_time()
            if message["op"] == "start":
                search = start(message["algorithm"], message)
                answer = {}
            elif message["op"] == "ask":
                asked = search.ask()
                params, until = asked if isinstance(asked, tuple) else (asked, None)
                answer = {"params": params} if until is None else {"params": params, "until": until}
            elif message["op"] == "report":
                answer = {"stop": bool(search.report(message["epoch"], as_number(message["value"])))}
            else:
                search.tell(message["value"])
                answer = {}
            reply({**answer, "milliseconds": 1000 * (time.process_time() - begin)})
        except Exception as error:  # a peer's crash is a result, too
            reply({"error": f"{type(error).__name__}: {error}"[:500]})


def as_number(value):
    return math.nan if value is None else value


class WorstSoFar:
    """For packages that take no failures: a failed evaluation counts as the worst value seen (1 before any)."""

    def __init__(self):
        self.worst = None

    def of(self, value):
        if value is None:
            return 1.0 if self.worst is None else self.worst
        self.worst = value if self.worst is None else max(self.worst, value)
        return value


def is_active(parameter, params):
    condition = parameter.get("condition")
    if condition is None:
        return True
    if condition["parent"] not in params:
        return False
    held = params[condition["parent"]]
    return held >= condition["atLeast"] if "atLeast" in condition else held in condition["values"]


class Inverted:
    """For packages that call the objective themselves: `minimise(objective)` runs in a thread and waits there for each value.

    Nothing is computed between tell and ask, so that all of the thinking is timed."""

    def __init__(self, minimise):
        self._proposed, self._values = queue.Queue(), queue.Queue()
        self._value = None

        def objective(params):
            self._proposed.put(params)
            return self._values.get()

        def run():
            try:
                minimise(objective)
                self._proposed.put(RuntimeError("ended before its budget was used up"))
            except Exception as error:
                self._proposed.put(error)

        self._thread = threading.Thread(target=run, daemon=True)

    def ask(self):
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._values.put(self._value)
        proposed = self._proposed.get()
        if isinstance(proposed, Exception):
            raise proposed
        return proposed

    def tell(self, value):
        self._value = value
