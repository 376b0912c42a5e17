"""What other programs write, recognized: their files, their nodes, PyTorch's calls. Loaded where a mistake was found.

Nothing here is part of the language: it is asked what was meant after the grammar has failed. No code is run.
"""
