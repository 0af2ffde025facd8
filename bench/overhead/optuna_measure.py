"""The same measurement for Python's Optuna: python optuna_measure.py '{"sampler": "tpe", ...}'. One thread."""
import json
import os
import resource
import sys
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")
import optuna  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)
workload = json.loads(sys.argv[1])


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


with tempfile.TemporaryDirectory() as folder:
    sampler = {"random": optuna.samplers.RandomSampler, "tpe": optuna.samplers.TPESampler}[workload["sampler"]](seed=1)
    storage = f"sqlite:///{folder}/study.db" if workload["storage"] == "sqlite" else None
    study = optuna.create_study(storage=storage, sampler=sampler)
    trials = workload["trials"]
    last_tenth = int(trials * 0.9)
    begin = tail = cpu_seconds()
    for i in range(trials):
        if i == last_tenth:
            tail = cpu_seconds()
        trial = study.ask()
        x = [trial.suggest_float(f"x{k}", -5, 5) for k in range(workload["parameters"])]
        study.tell(trial, sum((v - 1 - (k % 3)) ** 2 for k, v in enumerate(x)))
    end = cpu_seconds()

print(json.dumps({
    "cpuMs": (end - begin) * 1000 / trials,
    "lastCpuMs": (end - tail) * 1000 / (trials - last_tenth),
    "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "version": optuna.__version__,
}))
