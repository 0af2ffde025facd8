"""The same search by Python's Optuna: python optuna_measure.py PROBLEM SAMPLER SEED TRIALS. One thread."""
import json
import math
import os
import sys
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
warnings.simplefilter("ignore")
import optuna  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)


def box(trial, n):
    return [trial.suggest_float(f"x{i}", 0, 1) for i in range(n)]


def zdt(second):
    def evaluate(trial):
        x = box(trial, 8)
        g = 1 + 9 * sum(x[1:]) / (len(x) - 1)
        return x[0], second(x[0], g)

    return evaluate, 2


def dtlz2(goals):
    def evaluate(trial):
        x = box(trial, goals + 4)
        radius = 1 + sum((u - 0.5) ** 2 for u in x[goals - 1:])
        values = []
        for g in range(goals):
            value = radius
            for i in range(goals - 1 - g):
                value *= math.cos(x[i] * math.pi / 2)
            if g > 0:
                value *= math.sin(x[goals - 1 - g] * math.pi / 2)
            values.append(value)
        return values

    return evaluate, goals


def network(trial):
    depth = trial.suggest_int("layers", 1, 4)
    layers = [
        (trial.suggest_int(f"layers.{i}.units", 8, 512, log=True), trial.suggest_float(f"layers.{i}.dropout", 0, 0.5))
        for i in range(depth)
    ]
    activation = trial.suggest_categorical("activation", ["relu", "tanh", "elu"])
    kind = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    momentum = 0.0
    if kind == "adam":
        rate = trial.suggest_float("optimizer.adam.learningRate", 1e-5, 1e-1, log=True)
    else:
        rate = trial.suggest_float("optimizer.sgd.learningRate", 1e-4, 1, log=True)
        momentum = trial.suggest_float("optimizer.sgd.momentum", 0, 0.99)
    inputs, weights, capacity, dropout = 64, 0, 0.0, 0.0
    for i, (units, drop) in enumerate(layers):
        weights += (inputs + 1) * units
        inputs = units
        capacity += math.log2(units) / (1 + 0.6 * i)
        dropout += abs(drop - 0.05 * max(0, math.log2(units) - 4)) / depth
    weights += (inputs + 1) * 10
    best = -2.5 - 0.3 * (depth - 1) if kind == "adam" else -0.7 - momentum
    miss = min(1.5, abs(math.log10(rate) - best))
    error = (
        0.03
        + 0.45 * math.exp(-0.22 * capacity)
        + 0.12 * miss**2
        + 0.15 * dropout
        + {"relu": 0, "tanh": 0.02, "elu": 0.008}[activation]
        + (0.004 if kind == "adam" else 0.02 * (0.99 - momentum))
    )
    return error, math.log10(weights)


PROBLEMS = {
    "zdt1": zdt(lambda x, g: g * (1 - math.sqrt(x / g))),
    "zdt2": zdt(lambda x, g: g * (1 - (x / g) ** 2)),
    "zdt3": zdt(lambda x, g: g * (1 - math.sqrt(x / g) - x / g * math.sin(10 * math.pi * x))),
    "dtlz2, 2 goals": dtlz2(2),
    "dtlz2, 3 goals": dtlz2(3),
    "network": (network, 2),
}
SAMPLERS = {
    "nsga2": optuna.samplers.NSGAIISampler,
    "nsga3": optuna.samplers.NSGAIIISampler,
    "tpe": optuna.samplers.TPESampler,
    "tpe-group": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "random": optuna.samplers.RandomSampler,
}

problem, sampler, seed, trials = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
evaluate, goals = PROBLEMS[problem]
study = optuna.create_study(directions=["minimize"] * goals, sampler=SAMPLERS[sampler](seed=seed))
begin = time.perf_counter()
study.optimize(evaluate, n_trials=trials)
elapsed = time.perf_counter() - begin
print(json.dumps({"values": [t.values for t in study.trials], "ms": elapsed * 1000 / trials, "version": optuna.__version__}))
