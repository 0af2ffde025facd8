"""Hyperopt's fmin: TPE, annealing and random search. Conditions as nested hp.choice."""
from peer import Inverted, serve  # first: it sets standard output aside

import math

import numpy as np
from hyperopt import STATUS_FAIL, STATUS_OK, anneal, fmin, hp, rand, tpe

ALGORITHMS = {"tpe": tpe.suggest, "anneal": anneal.suggest, "random": rand.suggest}


class Space:
    """A tree of hp nodes: a parameter that others depend on is a choice whose options hold them."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.nodes = {}
        self.tree = {p["name"]: self.node(p) for p in parameters if p.get("condition") is None}

    def node(self, parameter):
        name = parameter["name"]
        if name not in self.nodes:
            self.nodes[name] = self.build(parameter)
        return self.nodes[name]

    def build(self, parameter):
        name, distribution = parameter["name"], parameter["distribution"]
        children = [p for p in self.parameters if (p.get("condition") or {}).get("parent") == name]
        if distribution["kind"] == "categorical":
            values = distribution["choices"]
        elif children:
            values = range(distribution["low"], distribution["high"] + 1)
        else:
            return number(name, distribution)
        return hp.choice(name, [
            {"value": value, "below": {p["name"]: self.node(p) for p in children if holds(p["condition"], value)}}
            for value in values
        ])

    def flat(self, tree):
        params = {}
        for name, value in tree.items():
            if isinstance(value, dict):
                params[name] = value["value"]
                params.update(self.flat(value["below"]))
            else:
                params[name] = value
        return params


def holds(condition, value):
    return value >= condition["atLeast"] if "atLeast" in condition else value in condition["values"]


def number(name, distribution):
    low, high, log, step = (distribution[key] for key in ("low", "high", "log", "step"))
    if distribution["kind"] == "int":
        # Half a step beyond either end, so that the ends have full weight.
        return hp.qloguniform(name, math.log(low - 0.4999), math.log(high + 0.4999), 1) if log else hp.uniformint(name, low, high)
    if log:
        return hp.loguniform(name, math.log(low), math.log(high))
    return hp.uniform(name, low, high) if step is None else hp.quniform(name, low, high, step)


def start(algorithm, task):
    space = Space(task["space"])
    integers = {p["name"]: p["distribution"] for p in task["space"] if p["distribution"]["kind"] == "int"}

    def minimise(objective):
        def evaluate(tree):
            params = space.flat(tree)
            for name in integers.keys() & params.keys():
                params[name] = min(max(int(params[name]), integers[name]["low"]), integers[name]["high"])
            for parameter in task["space"]:  # rounding of a logarithm's exponential
                name, d = parameter["name"], parameter["distribution"]
                if d["kind"] == "float" and name in params:
                    params[name] = min(max(params[name], d["low"]), d["high"])
            value = objective(params)
            return {"status": STATUS_FAIL} if value is None else {"status": STATUS_OK, "loss": value}

        fmin(evaluate, space.tree, algo=ALGORITHMS[algorithm], max_evals=task["evaluations"],
             rstate=np.random.default_rng(task["seed"]), show_progressbar=False, verbose=False)

    return Inverted(minimise)


serve(["hyperopt"], start)
