"""Somebody's script: trains scikit-learn's MLPClassifier on the digits. It knows nothing of Diapason."""
import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=100)
parser.add_argument("--layers", type=int, default=1)
parser.add_argument("--activation", default="relu")
parser.add_argument("--learning-rate", type=float, default=1e-3)
parser.add_argument("--alpha", type=float, default=1e-4)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()

x, y = load_digits(return_X_y=True)
x_train, x_rest, y_train, y_rest = train_test_split(x, y, test_size=0.6, random_state=0, stratify=y)
x_val, x_test, y_val, y_test = train_test_split(x_rest, y_rest, test_size=0.5, random_state=0, stratify=y_rest)

network = MLPClassifier(
    hidden_layer_sizes=(args.hidden,) * args.layers,
    activation=args.activation,
    learning_rate_init=args.learning_rate,
    alpha=args.alpha,
    max_iter=30,
    random_state=args.seed % 2**32,
)
model = make_pipeline(StandardScaler(), network)
model.fit(x_train, y_train)

print(f"validation accuracy: {model.score(x_val, y_val):.4f}")
print(f"test accuracy: {model.score(x_test, y_test):.4f}")
