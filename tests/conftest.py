"""Browser tests go last: Playwright keeps an event loop in this thread until the run ends,
and `asyncio.run` of the other tests would find it running."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: "/tests/browser/" in item.path.as_posix())
