"""Syne Tune's single-fidelity methods, through its ask-and-tell scheduler. Every parameter is always there."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import logging

logging.disable(logging.CRITICAL)
import numpy as np
from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform
from syne_tune.optimizer import baselines
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

METHODS = {"cqr": "CQR", "bore": "BORE", "tpe": "TPE"}


def domain(d):
    if d["kind"] == "categorical":
        return choice(d["choices"])
    pick = {("float", False): uniform, ("float", True): loguniform, ("int", False): randint, ("int", True): lograndint}
    return pick[d["kind"], d["log"]](d["low"], d["high"])


class Search:
    def __init__(self, algorithm, task):
        np.random.seed(task["seed"])
        space = {p["name"]: domain(p["distribution"]) for p in task["space"]}
        method = getattr(baselines, METHODS[algorithm])
        self.scheduler = AskTellScheduler(method(space, metric="regret", random_seed=task["seed"]))
        self.worst = WorstSoFar()

    def ask(self):
        self.trial = self.scheduler.ask()
        return {name: value.item() if hasattr(value, "item") else value for name, value in self.trial.config.items()}

    def tell(self, value):
        self.scheduler.tell(self.trial, {"regret": self.worst.of(value)})


serve(["syne-tune"], Search)
