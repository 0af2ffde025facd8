"""SMAC3's facades for hyperparameters (random forest) and black boxes (Gaussian process), with conditions."""
from peer import WorstSoFar, serve  # first: it sets standard output aside

import tempfile
from pathlib import Path

from ConfigSpace import Categorical, ConfigurationSpace, Float, GreaterThanCondition, InCondition, Integer
from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario
from smac.runhistory.dataclasses import TrialValue

FACADES = {"hpo": HyperparameterOptimizationFacade, "blackbox": BlackBoxFacade}


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
        scenario = Scenario(configuration_space(task["space"], task["seed"]), deterministic=True, n_trials=task["evaluations"],
                            seed=task["seed"], output_directory=Path(self.folder.name))
        facade = FACADES[algorithm]
        self.smac = facade(scenario, lambda config, seed=0: 0.0, overwrite=True, logging_level=False)
        self.worst = WorstSoFar()

    def ask(self):
        self.info = self.smac.ask()
        return {name: value.item() if hasattr(value, "item") else value for name, value in dict(self.info.config).items()}

    def tell(self, value):
        self.smac.tell(self.info, TrialValue(cost=self.worst.of(value)), save=False)


serve(["smac", "ConfigSpace"], Search)
