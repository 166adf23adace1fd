"""What you write in this homework: `word_window` and `rnn`."""
