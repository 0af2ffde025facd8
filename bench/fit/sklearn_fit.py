"""One fit of scikit-learn, judged on rows it never saw. Run by run.ts: sklearn_fit.py default|halving FOLDER TARGET KIND SECONDS SEED

Seconds are those of the processor.

"default": MLPClassifier or MLPRegressor as it is, behind the usual preprocessing (median, one column a category, standard scale).
"halving": HalvingRandomSearchCV over it, five folds, as large as the time allows: a first search of nine candidates tells what one
costs, a second takes as many as should fill the time that is left (more candidates cost about twice as much each). The last counts.
"""
import csv
import json
import os
import resource
import sys
import time
import warnings

# Time of the processor, from the beginning of the process.
STARTED = 0
import numpy as np
from scipy.stats import loguniform
from sklearn.compose import make_column_transformer
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.model_selection import HalvingRandomSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
arm, folder, target, kind, seconds, seed = sys.argv[1:7]
seconds, seed = float(seconds), int(seed)
with open(os.path.join(folder, "train.csv")) as file:
    train = list(csv.DictReader(file))
with open(os.path.join(folder, "test.csv")) as file:
    test = list(csv.DictReader(file))


def is_number(name):
    try:
        [float(row[name]) for row in train if row[name] != ""]
        return True
    except ValueError:
        return False


names = [name for name in train[0] if name != target]
numbers = [i for i, name in enumerate(names) if is_number(name)]
others = [i for i in range(len(names)) if i not in numbers]
codes = {i: sorted({row[names[i]] for row in train}) for i in others}


def features(rows):
    def cell(row, i):
        text = row[names[i]]
        if i in codes:
            return codes[i].index(text) if text in codes[i] else -1
        return float(text) if text != "" else np.nan

    return np.array([[cell(row, i) for i in range(len(names))] for row in rows], dtype=float)


def targets(rows):
    return np.array([row[target] if kind == "classes" else float(row[target]) for row in rows])


X, y = features(train), targets(train)
network = (MLPClassifier if kind == "classes" else MLPRegressor)(random_state=seed)
preparation = make_column_transformer(
    (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
    (OneHotEncoder(handle_unknown="ignore"), others),
)
model = make_pipeline(preparation, network)
prefix = f"{type(network).__name__.lower()}__"
SPACE = {
    "hidden_layer_sizes": [(32,), (64,), (128,), (256,), (64, 64), (128, 128), (256, 256), (128, 128, 128)],
    "activation": ["relu", "tanh"],
    "learning_rate_init": loguniform(2e-4, 3e-2),
    "alpha": loguniform(1e-6, 1),
    "batch_size": [16, 32, 64, 128],
}


def halving(candidates):
    return HalvingRandomSearchCV(
        model,
        {f"{prefix}{name}": values for name, values in SPACE.items()},
        n_candidates=candidates,
        scoring="accuracy" if kind == "classes" else "neg_root_mean_squared_error",
        random_state=seed,
    ).fit(X, y)


tried = 0
if arm == "default":
    model.fit(X, y)
else:
    begun = time.process_time()
    tried = 9
    search = halving(tried)
    took = time.process_time() - begun
    left = STARTED + seconds - time.process_time()
    candidates = int(0.45 * left / took * 9)
    if candidates > 9:
        tried = candidates
        search = halving(tried)
    model = search.best_estimator_
elapsed = time.process_time() - STARTED
predicted = model.predict(features(test))
truth = targets(test)
score = accuracy_score(truth, predicted) if kind == "classes" else mean_squared_error(truth, predicted) ** 0.5
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"score": score, "seconds": elapsed, "cpuSeconds": usage.ru_utime + usage.ru_stime, "tried": tried}))
