"""Somebody's script: trains a small network on the digits with PyTorch, and prints its loss. It knows nothing of Diapason."""
import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

parser = argparse.ArgumentParser(description="Digits with PyTorch")
parser.add_argument("--lr", type=float, default=1e-2)
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--dropout", type=float, default=0.0)
parser.add_argument("--optimizer", choices=["sgd", "adam"], default="sgd")
parser.add_argument("--momentum", type=float, default=0.0)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()

torch.manual_seed(args.seed)
torch.set_num_threads(1)

x, y = load_digits(return_X_y=True)
x_train, x_val, y_train, y_val = train_test_split(x / 16, y, test_size=0.3, random_state=0, stratify=y)
x_train, x_val = (torch.tensor(part, dtype=torch.float32) for part in (x_train, x_val))
y_train, y_val = (torch.tensor(part) for part in (y_train, y_val))

model = nn.Sequential(
    nn.Linear(64, args.hidden), nn.ReLU(), nn.Dropout(args.dropout),
    nn.Linear(args.hidden, args.hidden), nn.ReLU(), nn.Dropout(args.dropout),
    nn.Linear(args.hidden, 10),
)
if args.optimizer == "adam":
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
else:
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
loss_of = nn.CrossEntropyLoss()

for epoch in range(1, args.epochs + 1):
    model.train()
    for batch in torch.randperm(len(x_train)).split(args.batch_size):
        optimizer.zero_grad()
        loss_of(model(x_train[batch]), y_train[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores = model(x_val)
        loss = loss_of(scores, y_val).item()
        accuracy = (scores.argmax(1) == y_val).float().mean().item()
    print(f"Epoch {epoch}/{args.epochs}: val loss {loss:.4f}, val accuracy {accuracy:.4f}")
