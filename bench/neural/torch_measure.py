"""Usage: python torch_measure.py dense|convolution EPOCHS FEATURES LABELS"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn

network, epochs, feature_file, label_file = sys.argv[1:5]
torch.set_num_threads(1)
torch.manual_seed(1)
labels = torch.from_numpy(np.fromfile(label_file, dtype=np.int32).astype(np.int64))
features = torch.from_numpy(np.fromfile(feature_file, dtype=np.float32))
features = features.reshape(len(labels), 64) if network == "dense" else features.reshape(len(labels), 1, 28, 28)
if network == "dense":
    model = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
else:
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10),
    )
# The default implementation and the fused one, whichever torch is asked for.
options = {"fused": True} if "--fused" in sys.argv else {}
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, **options)
loss_of = nn.CrossEntropyLoss()
times = []
for _ in range(int(epochs)):
    started = time.perf_counter()
    order = torch.randperm(len(labels))
    total = 0.0
    for start in range(0, len(labels), 128):
        rows = order[start : start + 128]
        optimizer.zero_grad()
        loss = loss_of(model(features[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    times.append((time.perf_counter() - started) * 1000)
print(json.dumps({"epochs": times, "loss": total / len(labels)}))
