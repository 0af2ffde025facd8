"""Optuna's samplers, and its pruners where evaluations report curves."""
from peer import is_active, serve  # first: it sets standard output aside

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe-group": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}


def suggest(trial, parameter):
    name, distribution = parameter["name"], parameter["distribution"]
    if distribution["kind"] == "categorical":
        return trial.suggest_categorical(name, distribution["choices"])
    low, high, log, step = (distribution[key] for key in ("low", "high", "log", "step"))
    if distribution["kind"] == "int":
        return trial.suggest_int(name, low, high, log=log, step=step)
    return trial.suggest_float(name, low, high, log=log, step=step)


class Search:
    def __init__(self, algorithm, task):
        self.space = task["space"]
        self.study = optuna.create_study(sampler=SAMPLERS[algorithm](task["seed"]))

    def ask(self):
        self.trial = self.study.ask()
        params = {}
        for parameter in self.space:
            if is_active(parameter, params):
                params[parameter["name"]] = suggest(self.trial, parameter)
        return params

    def tell(self, value):
        if value is None:
            self.study.tell(self.trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(self.trial, value)


serve(["optuna"], Search)
