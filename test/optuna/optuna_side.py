"""What Python's Optuna does with a database that it shares with Diapason. Answers with one line of JSON.

python optuna_side.py dump     URL               everything that Optuna reads
python optuna_side.py best     URL STUDY         the number of its best trial, with the constraints of each
python optuna_side.py create   URL STUDY COUNT   a study of its own: COUNT trials by TPE and one queued
python optuna_side.py continue URL STUDY COUNT   COUNT more trials by TPE over the distributions that are stored
python optuna_side.py work     URL STUDY COUNT LOG   trainings with reports, until the study holds COUNT; LOG: what happened
"""
import json
import math
import os
import sys
import time

import optuna
from optuna.distributions import distribution_to_json
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

optuna.logging.set_verbosity(optuna.logging.ERROR)


def storage_of(url):
    if url.startswith("journal:"):
        return JournalStorage(JournalFileBackend(url.removeprefix("journal:")))
    return optuna.storages.RDBStorage(url)


def plain(value):
    """JSON without bare NaN and Infinity; numbers as text of all their digits, so that nothing is rounded on the way."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return {"number": "NaN" if math.isnan(value) else "Infinity" if value == math.inf
                else "-Infinity" if value == -math.inf else repr(float(value))}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def moment(time):
    return None if time is None else time.isoformat(sep=" ", timespec="microseconds")


def dump(url):
    storage = storage_of(url)
    studies = []
    for summary in sorted(optuna.get_all_study_summaries(storage), key=lambda s: s.study_name):
        study = optuna.load_study(study_name=summary.study_name, storage=storage)
        studies.append({
            "name": study.study_name,
            "directions": [d.name.lower() for d in study.directions],
            "userAttrs": plain(study.user_attrs),
            "metricNames": study.metric_names,
            "trials": [{
                "number": t.number,
                "state": t.state.name.lower(),
                "values": plain(t.values or []),
                "params": [[name, plain(value)] for name, value in t.params.items()],
                "distributions": {name: distribution_to_json(d) for name, d in t.distributions.items()},
                "reports": [[step, plain(value)] for step, value in sorted(t.intermediate_values.items())],
                "userAttrs": plain(t.user_attrs),
                "systemAttrs": plain({key: value for key, value in t.system_attrs.items() if key != "diapason:heartbeat"}),
                "startedAt": moment(t.datetime_start),
                "finishedAt": moment(t.datetime_complete),
            } for t in study.trials],
        })
    return studies


def best(url, name):
    study = optuna.load_study(study_name=name, storage=storage_of(url))
    return {"best": study.best_trial.number, "constraints": [dict(t.constraints) for t in study.trials]}


def create(url, name, count):
    study = optuna.create_study(study_name=name, storage=storage_of(url), direction="maximize",
                                sampler=optuna.samplers.TPESampler(seed=1, n_startup_trials=3))

    def objective(trial):
        rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
        layers = trial.suggest_int("layers", 1, 4)
        activation = trial.suggest_categorical("activation", ["relu", "tanh", None, True])
        for epoch in range(3):
            trial.report(math.nan if epoch == 1 else rate * epoch, epoch)
        return -((math.log10(rate) + 3) ** 2) - layers - (activation == "relu")

    study.set_user_attr("owner", "zoë ✓")
    study.optimize(objective, n_trials=count)
    study.enqueue_trial({"rate": 1e-3, "layers": 2, "activation": None}, user_attrs={"why": "a hunch"})


def resume(url, name, count):
    study = optuna.load_study(study_name=name, storage=storage_of(url), sampler=optuna.samplers.TPESampler(seed=1, n_startup_trials=3))
    space = next(t.distributions for t in study.trials if t.state == TrialState.COMPLETE)
    told = []
    for i in range(count):
        trial = study.ask(space)
        trial.report(0.5, 1)
        trial.set_user_attr("by", "optuna")
        study.tell(trial, float(i))
        told.append([trial.number, [[name, plain(value)] for name, value in trial.params.items()]])
    return told


def work(url, name, count, log_file):
    storage = storage_of(url)
    if isinstance(storage, optuna.storages.RDBStorage):
        retry = optuna.storages.RetryHeartbeatStaleTrialCallback(max_retry=3)
        storage = optuna.storages.RDBStorage(url, heartbeat_interval=1, grace_period=5, heartbeat_stale_trial_callback=retry)
    study = optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.RandomSampler(),
                              pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_warmup_steps=3))
    log = open(log_file, "a", buffering=1)

    def say(**entry):
        log.write(json.dumps({**entry, "worker": os.getpid(), "side": "optuna"}) + "\n")

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        say(what="begin", number=trial.number, x=x)
        # The trainings start together, so that every worker gets some of the queue.
        while not os.path.exists(f"{log_file}.start"):
            time.sleep(0.02)
        for epoch in range(1, 6):
            time.sleep(0.02)
            trial.report(x / epoch, epoch)
            say(what="report", number=trial.number, epoch=epoch, value=x / epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()
        return x

    def told(study, trial):
        say(what="end", number=trial.number, state=trial.state.name.lower(), value=trial.value)

    ended = (TrialState.COMPLETE, TrialState.PRUNED)
    while True:
        states = [t.state for t in study.get_trials(deepcopy=False)]
        if sum(state in ended for state in states) < count or TrialState.WAITING in states:
            study.optimize(objective, n_trials=1, callbacks=[told])
        elif TrialState.RUNNING in states and isinstance(storage, optuna.storages.RDBStorage):
            # A trial whose worker was lost is queued again, once its heartbeat is old.
            optuna.storages.fail_stale_trials(study)
            time.sleep(0.2)
        else:
            return


command, url, *rest = sys.argv[1:]
if command == "dump":
    answer = dump(url)
elif command == "best":
    answer = best(url, rest[0])
elif command == "create":
    answer = create(url, rest[0], int(rest[1]))
elif command == "work":
    answer = work(url, rest[0], int(rest[1]), rest[2])
else:
    answer = resume(url, rest[0], int(rest[1]))
print(json.dumps(answer))
