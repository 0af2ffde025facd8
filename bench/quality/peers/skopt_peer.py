"""scikit-optimize's gp_minimize. It knows no conditions: every parameter is always there."""
from peer import Inverted, WorstSoFar, serve  # first: it sets standard output aside

import skopt
from skopt.space import Categorical, Integer, Real


def dimension(parameter):
    d = parameter["distribution"]
    if d["kind"] == "categorical":
        return Categorical(d["choices"], name=parameter["name"])
    prior = "log-uniform" if d["log"] else "uniform"
    return (Integer if d["kind"] == "int" else Real)(d["low"], d["high"], prior=prior, name=parameter["name"])


def plain(value):
    return value.item() if hasattr(value, "item") else value


def start(algorithm, task):
    names = [p["name"] for p in task["space"]]
    worst = WorstSoFar()

    def minimise(objective):
        skopt.gp_minimize(lambda x: worst.of(objective(dict(zip(names, map(plain, x))))),
                          [dimension(p) for p in task["space"]], n_calls=task["evaluations"], random_state=task["seed"])

    return Inverted(minimise)


serve(["scikit-optimize"], start)
