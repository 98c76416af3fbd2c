"""The shipped models for features that are loaded without a browser.

Offers ``Shipped(changed)``, a ``ModelFiles``: ``changed`` gives other bytes to some names; ``asked`` lists the names in order.
"""

from pathlib import Path

from app.engine.model_files import ModelFiles

ROOT = Path(__file__).resolve().parents[2]


class Shipped(ModelFiles):
    def __init__(self, changed=()):
        super().__init__(self._file)
        self._changed, self.asked = dict(changed), []

    async def _file(self, path):
        return (ROOT / path).read_bytes()

    async def data(self, name):
        self.asked.append(name)
        return self._changed[name] if name in self._changed else await super().data(name)
