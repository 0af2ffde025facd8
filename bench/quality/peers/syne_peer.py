"""Syne Tune's methods: whole evaluations through its ask-and-tell scheduler, curves as its tuner does. Every parameter is always there."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import logging

logging.disable(logging.CRITICAL)
import datetime

import numpy as np
from syne_tune.backend.trial_status import Trial
from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler

METHODS = {"cqr": "CQR", "bore": "BORE", "tpe": "TPE"}
STOPPING = {"asha": "ASHA", "bohb": "BOHB", "ashacqr": "ASHACQR"}


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


class StoppingSearch:
    def __init__(self, algorithm, task):
        np.random.seed(task["seed"])
        space = {p["name"]: domain(p["distribution"]) for p in task["space"]}
        method = getattr(baselines, STOPPING[algorithm])
        self.scheduler = method(space, metric="regret", time_attr="epoch", max_t=task["epochs"], random_seed=task["seed"])
        self.number = 0

    def ask(self):
        config = self.scheduler.suggest().config
        self.trial = Trial(trial_id=self.number, config=config, creation_time=datetime.datetime.now())
        self.number += 1
        self.ended = False
        self.scheduler.on_trial_add(self.trial)
        return {name: value.item() if hasattr(value, "item") else value for name, value in config.items()}

    def report(self, epoch, value):
        self.ended = self.scheduler.on_trial_result(self.trial, {"regret": value, "epoch": epoch}) == SchedulerDecision.STOP
        return self.ended

    def tell(self, value):
        if value is None and not self.ended:
            self.scheduler.on_trial_error(self.trial)


def start(algorithm, task):
    return (StoppingSearch if algorithm in STOPPING else Search)(algorithm, task)


serve(["syne-tune"], start)
