"""CatCMA with margin of the package cmaes: continuous, integer and categorical parameters at once, every one always there."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import math

from cmaes import CatCMAwM


def axis(distribution):
    """Continuous parameters and logarithms of them on [0, 1]; integers by their places there."""
    low, high, log = distribution["low"], distribution["high"], distribution["log"]
    at = (lambda v: (math.log(v) - math.log(low)) / (math.log(high) - math.log(low))) if log else (lambda v: (v - low) / (high - low))
    back = (lambda u: low * (high / low) ** u) if log else (lambda u: low + u * (high - low))
    return at, lambda u: min(max(back(u), low), high)


class Search:
    def __init__(self, algorithm, task):
        by_kind = {kind: [p for p in task["space"] if p["distribution"]["kind"] == kind] for kind in ("float", "int", "categorical")}
        self.floats, self.ints, self.choices = by_kind.values()
        places = []
        for p in self.ints:
            at, _ = axis(p["distribution"])
            places.append([at(v) for v in range(p["distribution"]["low"], p["distribution"]["high"] + 1)])
        self.places = places
        self.optimiser = CatCMAwM(
            x_space=[[0, 1]] * len(self.floats) or None,
            z_space=places or None,
            c_space=[len(p["distribution"]["choices"]) for p in self.choices] or None,
            seed=task["seed"] + 1,
        )
        self.worst = WorstSoFar()
        self.told = []

    def ask(self):
        self.solution = self.optimiser.ask()
        params = {}
        for p, u in zip(self.floats, self.solution.x if self.floats else []):
            params[p["name"]] = axis(p["distribution"])[1](float(u))
        for p, places, z in zip(self.ints, self.places, self.solution.z if self.ints else []):
            params[p["name"]] = p["distribution"]["low"] + min(range(len(places)), key=lambda i: abs(places[i] - z))
        for p, one_hot in zip(self.choices, self.solution.c if self.choices else []):
            params[p["name"]] = p["distribution"]["choices"][int(one_hot.argmax())]
        return params

    def tell(self, value):
        self.told.append((self.solution, self.worst.of(value)))
        if len(self.told) == self.optimiser.population_size:
            self.optimiser.tell(self.told)
            self.told = []


serve(["cmaes"], Search)
