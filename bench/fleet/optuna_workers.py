"""The same load by Python's Optuna, a thread for each worker: python optuna_workers.py URL COUNT SECONDS."""
import json
import os
import random
import sys
import threading
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import optuna  # noqa: E402

optuna.logging.set_verbosity(optuna.logging.ERROR)
url, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
claims, asks, reports, finished = [], [], [], [0]


def open_storage():
    try:
        return optuna.storages.RDBStorage(url, heartbeat_interval=15, grace_period=60,
                                          engine_kwargs={"pool_size": 20, "max_overflow": 20})
    except Exception:  # processes that create the tables at once get in each other's way
        time.sleep(random.random())
        return open_storage()


storage = open_storage()
optuna.create_study(study_name="load", storage=storage, load_if_exists=True)
over = time.monotonic() + 15 + seconds


def work():
    time.sleep(15 * random.random())
    study = optuna.load_study(study_name="load", storage=storage, sampler=optuna.samplers.RandomSampler(),
                              pruner=optuna.pruners.NopPruner())

    while time.monotonic() < over:
        began = time.perf_counter()
        trial = study.ask()
        claims.append(1000 * (time.perf_counter() - began))
        x = [trial.suggest_float(f"x{i}", -5, 5) for i in range(5)]
        asks.append(1000 * (time.perf_counter() - began))
        for step in range(1, 8):
            time.sleep(2 * (0.95 + 0.1 * random.random()))
            began = time.perf_counter()
            trial.report(x[0] ** 2, step)
            trial.should_prune()
            reports.append(1000 * (time.perf_counter() - began))
            if time.monotonic() > over:
                break
        time.sleep(1)
        study.tell(trial, x[0] ** 2)
        finished[0] += 1


threads = [threading.Thread(target=work) for _ in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"claims": claims, "asks": asks, "reports": reports, "finished": finished[0], "cpuS": time.process_time()}))
