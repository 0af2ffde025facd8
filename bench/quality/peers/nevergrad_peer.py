"""Nevergrad's NGOpt, which picks a method by the budget and the parameters. Every parameter is always there."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import nevergrad as ng


def instrument(distribution):
    if distribution["kind"] == "categorical":
        return ng.p.Choice(distribution["choices"])
    low, high = distribution["low"], distribution["high"]
    scalar = ng.p.Log(lower=low, upper=high) if distribution["log"] else ng.p.Scalar(lower=low, upper=high)
    return scalar.set_integer_casting() if distribution["kind"] == "int" else scalar


class Search:
    def __init__(self, algorithm, task):
        self.ranges = {p["name"]: p["distribution"] for p in task["space"]}
        space = ng.p.Dict(**{name: instrument(d) for name, d in self.ranges.items()})
        space.random_state.seed(task["seed"])
        self.optimiser = ng.optimizers.NGOpt(parametrization=space, budget=task["evaluations"], num_workers=1)
        self.worst = WorstSoFar()

    def ask(self):
        self.candidate = self.optimiser.ask()
        return {name: self.plain(name, value) for name, value in self.candidate.value.items()}

    def plain(self, name, value):
        value = value.item() if hasattr(value, "item") else value
        d = self.ranges[name]
        return value if d["kind"] == "categorical" else min(max(value, d["low"]), d["high"])

    def tell(self, value):
        self.optimiser.tell(self.candidate, self.worst.of(value))


serve(["nevergrad"], Search)
