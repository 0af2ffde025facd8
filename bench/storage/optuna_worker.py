"""The same for Python's Optuna: python optuna_worker.py URL SECONDS."""
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
import optuna  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, seconds = sys.argv[1:]
study = optuna.create_study(study_name="throughput", storage=url, load_if_exists=True,
                            sampler=optuna.samplers.RandomSampler(), pruner=optuna.pruners.NopPruner())


def objective(trial):
    x = [trial.suggest_float(f"x{i}", -5, 5) for i in range(5)]
    return x[0] ** 2 + x[1] ** 2


finished = 0


def count(study, trial):
    global finished
    finished += 1


print("ready", flush=True)
sys.stdin.readline()
study.optimize(objective, timeout=float(seconds), callbacks=[count])
print(finished, flush=True)
