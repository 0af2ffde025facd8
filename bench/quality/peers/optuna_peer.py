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
PRUNERS = {
    "median": lambda epochs: optuna.pruners.MedianPruner(),
    "hyperband": lambda epochs: optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs),
    "sha": lambda epochs: optuna.pruners.SuccessiveHalvingPruner(),
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
        sampler, _, pruner = algorithm.partition("-") if algorithm.split("-")[-1] in PRUNERS else (algorithm, "", "")
        self.study = optuna.create_study(
            sampler=SAMPLERS[sampler](task["seed"]),
            pruner=PRUNERS[pruner](task["epochs"]) if pruner else optuna.pruners.NopPruner(),
        )

    def ask(self):
        self.trial = self.study.ask()
        self.pruned = False
        params = {}
        for parameter in self.space:
            if is_active(parameter, params):
                params[parameter["name"]] = suggest(self.trial, parameter)
        return params

    def report(self, epoch, value):
        self.trial.report(value, epoch)
        self.pruned = self.trial.should_prune()
        return self.pruned

    def tell(self, value):
        if self.pruned:
            self.study.tell(self.trial, state=optuna.trial.TrialState.PRUNED)
        elif value is None:
            self.study.tell(self.trial, state=optuna.trial.TrialState.FAIL)
        else:
            self.study.tell(self.trial, value)


serve(["optuna"], Search)
