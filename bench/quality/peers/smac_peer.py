"""SMAC3's facades for hyperparameters (random forest), black boxes (Gaussian process) and budgets (Hyperband), with conditions."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import tempfile
from pathlib import Path

from ConfigSpace import Categorical, ConfigurationSpace, Float, GreaterThanCondition, InCondition, Integer
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, MultiFidelityFacade, Scenario
from smac.runhistory.dataclasses import TrialValue

FACADES = {"hpo": HyperparameterOptimizationFacade, "blackbox": BlackBoxFacade, "multifidelity": MultiFidelityFacade}


def hyperparameter(name, d):
    if d["kind"] == "categorical":
        return Categorical(name, d["choices"])
    return (Integer if d["kind"] == "int" else Float)(name, (d["low"], d["high"]), log=d["log"])


def configuration_space(parameters, seed):
    space = ConfigurationSpace(seed=seed)
    for p in parameters:
        space.add(hyperparameter(p["name"], p["distribution"]))
    for p in parameters:
        condition = p.get("condition")
        if condition is None:
            continue
        child, parent = space[p["name"]], space[condition["parent"]]
        if "values" in condition:
            space.add(InCondition(child, parent, condition["values"]))
        elif condition["atLeast"] > p_low(parameters, condition["parent"]):
            space.add(GreaterThanCondition(child, parent, condition["atLeast"] - 1))
    return space


def p_low(parameters, name):
    return next(p["distribution"]["low"] for p in parameters if p["name"] == name)


class Search:
    def __init__(self, algorithm, task):
        self.folder = tempfile.TemporaryDirectory()
        self.by_budget = algorithm == "multifidelity"
        # Trials on a small budget are many; how many there will be is not known.
        length = {"n_trials": 10 * task["evaluations"], "min_budget": 1, "max_budget": task["epochs"]} if self.by_budget else {"n_trials": task["evaluations"]}
        scenario = Scenario(configuration_space(task["space"], task["seed"]), deterministic=True, seed=task["seed"],
                            output_directory=Path(self.folder.name), **length)
        facade = FACADES[algorithm]
        target = (lambda config, seed=0, budget=0: 0.0) if self.by_budget else (lambda config, seed=0: 0.0)
        self.smac = facade(scenario, target, overwrite=True, logging_level=False)
        self.worst = WorstSoFar()

    def ask(self):
        self.info = self.smac.ask()
        params = {name: value.item() if hasattr(value, "item") else value for name, value in dict(self.info.config).items()}
        return (params, round(self.info.budget)) if self.by_budget else params

    def report(self, epoch, value):
        return False

    def tell(self, value):
        self.smac.tell(self.info, TrialValue(cost=self.worst.of(value)), save=False)


serve(["smac", "ConfigSpace"], Search)
