"""Makes ``models/details.npz``: what finds personal details in a note. ``python -m models.training.details``."""
