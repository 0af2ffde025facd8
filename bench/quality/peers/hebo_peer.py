"""HEBO. Every parameter is always there."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import numpy as np
import torch
from hebo.design_space.design_space import DesignSpace
from hebo.optimizers.hebo import HEBO

torch.set_num_threads(1)


def parameter(name, d):
    if d["kind"] == "categorical":
        return {"name": name, "type": "cat", "categories": d["choices"]}
    kind = {("float", False): "num", ("float", True): "pow", ("int", False): "int", ("int", True): "pow_int"}[d["kind"], d["log"]]
    return {"name": name, "type": kind, "lb": d["low"], "ub": d["high"]}


class Search:
    def __init__(self, algorithm, task):
        np.random.seed(task["seed"])
        torch.manual_seed(task["seed"])
        self.ranges = {p["name"]: p["distribution"] for p in task["space"]}
        space = DesignSpace().parse([parameter(p["name"], p["distribution"]) for p in task["space"]])
        self.optimiser = HEBO(space, scramble_seed=task["seed"])
        self.worst = WorstSoFar()

    def ask(self):
        self.asked = self.optimiser.suggest(n_suggestions=1)
        return {name: self.plain(name, self.asked[name].iloc[0]) for name in self.ranges}

    def plain(self, name, value):
        value = value.item() if hasattr(value, "item") else value
        d = self.ranges[name]
        if d["kind"] == "categorical":
            return value
        value = int(round(value)) if d["kind"] == "int" else value
        return min(max(value, d["low"]), d["high"])

    def tell(self, value):
        self.optimiser.observe(self.asked, np.array([[self.worst.of(value)]]))


serve(["HEBO"], Search)
