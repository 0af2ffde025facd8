"""Ax's client with its default generation strategy (BoTorch). Every parameter is always there."""
from peer import serve  # first: it sets standard output aside

import logging

logging.disable(logging.CRITICAL)
from ax.api.client import Client
from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig


def parameter(name, d):
    if d["kind"] == "categorical":
        return ChoiceParameterConfig(name=name, values=d["choices"], parameter_type=kind_of(d["choices"]), is_ordered=False)
    return RangeParameterConfig(name=name, bounds=(d["low"], d["high"]), parameter_type=d["kind"], scaling="log" if d["log"] else "linear")


def kind_of(values):
    for kind, name in ((bool, "bool"), (int, "int"), (float, "float")):
        if all(isinstance(value, kind) for value in values):
            return name
    return "str"


class Search:
    def __init__(self, algorithm, task):
        # Ax takes no dots in names.
        self.names = {f"p{i}": p["name"] for i, p in enumerate(task["space"])}
        self.client = Client(random_seed=task["seed"])
        self.client.configure_experiment([parameter(f"p{i}", p["distribution"]) for i, p in enumerate(task["space"])])
        self.client.configure_optimization("-regret")

    def ask(self):
        [(self.trial, params)] = self.client.get_next_trials(max_trials=1).items()
        return {self.names[name]: value for name, value in params.items()}

    def tell(self, value):
        if value is None:
            self.client.mark_trial_failed(self.trial)
        else:
            self.client.complete_trial(self.trial, raw_data={"regret": value})


serve(["ax-platform", "botorch"], Search)
