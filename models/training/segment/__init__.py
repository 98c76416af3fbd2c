"""Packs BudouX's models for the device: ``python -m models.training.segment`` (``make models``).

Nothing is trained: the weights are those of the package ``budoux`` (requirements-models.txt, Apache-2.0).
"""
