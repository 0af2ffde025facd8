"""Optuna as a peer over JSON lines: the driver sends a task, then one value for each configuration it is asked about.

-> {"space": [...], "sampler": "tpe" | "tpe-group" | "gp", "seed": 0, "evaluations": 100}
<- {"params": {...}}            one line an evaluation
-> {"value": 0.3}               null: the trial failed
<- {"done": true, "seconds": CPU seconds spent on suggestions}
"""
import json
import os
import sys
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
import optuna  # noqa: E402

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
samplers = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe-group": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
}


def is_active(parameter, params):
    condition = parameter.get("condition")
    if condition is None:
        return True
    if condition["parent"] not in params:
        return False
    held = params[condition["parent"]]
    return held >= condition["atLeast"] if "atLeast" in condition else held in condition["values"]


def suggest(trial, parameter):
    name, distribution = parameter["name"], parameter["distribution"]
    if distribution["kind"] == "categorical":
        return trial.suggest_categorical(name, distribution["choices"])
    low, high, log, step = (distribution[key] for key in ("low", "high", "log", "step"))
    if distribution["kind"] == "int":
        return trial.suggest_int(name, low, high, log=log, step=step)
    return trial.suggest_float(name, low, high, log=log, step=step)


def reply(message):
    print(json.dumps(message), flush=True)


reply({"version": optuna.__version__})
for line in sys.stdin:
    task = json.loads(line)
    study = optuna.create_study(sampler=samplers[task["sampler"]](task["seed"]))
    seconds = 0.0
    for _ in range(task["evaluations"]):
        begin = time.process_time()
        trial = study.ask()
        params = {}
        for parameter in task["space"]:
            if is_active(parameter, params):
                params[parameter["name"]] = suggest(trial, parameter)
        seconds += time.process_time() - begin
        reply({"params": params})
        value = json.loads(sys.stdin.readline())["value"]
        begin = time.process_time()
        if value is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            study.tell(trial, value)
        seconds += time.process_time() - begin
    reply({"done": True, "seconds": seconds})
