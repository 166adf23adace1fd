"""Pictures to learn from, and files to save what was learned.

from labkit.data import load_data
data = load_data()              # CIFAR-10 when it is there, otherwise the embedded data set shapes10
data.X_train.shape              # (49000, 32, 32, 3) or (10000, 32, 32, 3), uint8, pixels 0 .. 255
data.class_names[data.y_train[0]]
"""

from labkit.data.errors import DataError
from labkit.data.load import Data, hidden_split, load_data
from labkit.data.models import load_model, save_model

__all__ = ["Data", "DataError", "hidden_split", "load_data", "load_model", "save_model"]
