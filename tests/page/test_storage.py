import asyncio

import pytest

from app.page.storage import MemoryStorage
from tests.page.storage_contract import CONTRACT


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_memory_keeps_the_contract(check):
    asyncio.run(check(MemoryStorage()))
