"""Pictures, sentences and a tale to learn from, and files to save what was learned.

from labkit.data import load_data
data = load_data()              # CIFAR-10 when it is there, otherwise the embedded data set shapes10
data.X_train.shape              # (49000, 32, 32, 3) or (10000, 32, 32, 3), uint8, pixels 0 .. 255
data.class_names[data.y_train[0]]

load_sentences()                # sentences with names of places, persons and organizations
TALE                            # a short text, to be learned letter by letter
"""

from labkit.data.errors import DataError
from labkit.data.load import Data, hidden_split, load_data
from labkit.data.models import load_model, save_model
from labkit.data.sentences import Sentence, Sentences, hidden_sentences, load_sentences
from labkit.data.tale import TALE

__all__ = [
    "TALE",
    "Data",
    "DataError",
    "Sentence",
    "Sentences",
    "hidden_sentences",
    "hidden_split",
    "load_data",
    "load_model",
    "load_sentences",
    "save_model",
]
