"""The layers and networks of this homework, written by you: `conv_layers` and `cnn`, on top of those from homework 4."""
