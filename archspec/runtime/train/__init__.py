"""`archspec train`: what Lightning's Trainer lacks to train a classifier of images exactly, safely and fast."""
