"""The same measurement for Python's Optuna: python optuna_measure.py '{"sampler": "gp", ...}'. One thread."""
import json
import os
import resource
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import optuna  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)
workload = json.loads(sys.argv[1])
if workload["sampler"] == "gp":
    import torch

    torch.set_num_threads(1)
SAMPLERS = {"gp": optuna.samplers.GPSampler, "tpe": optuna.samplers.TPESampler}


def cpu_milliseconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
measured = SAMPLERS[workload["sampler"]](seed=1)
milliseconds = []
for i in range(workload["history"] + workload["suggestions"]):
    if i == workload["history"]:
        study.sampler = measured
    # Which of these calls the work is done in depends on the sampler.
    begin = cpu_milliseconds()
    trial = study.ask()
    x = [trial.suggest_float(f"x{k}", -5, 5) for k in range(10)]
    if i >= workload["history"]:
        milliseconds.append(cpu_milliseconds() - begin)
    study.tell(trial, sum((v - 1 - (k % 3)) ** 2 for k, v in enumerate(x)))

print(json.dumps({"milliseconds": milliseconds, "version": optuna.__version__}))
