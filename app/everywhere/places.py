"""The places where code runs, and the three tests that decide between device and server.

`PAGE`, `ENGINE`, `LEARNER` and `PORTER` are on the user's device; `SERVER` is not. The tests are
asked in the order of `TESTS`, and the first yes decides.
"""

PAGE = "page"
ENGINE = "engine"
LEARNER = "learner"
PORTER = "porter"
SERVER = "server"

DEVICE_PLACES = (PAGE, ENGINE, LEARNER, PORTER)
PLACES = DEVICE_PLACES + (SERVER,)

TESTS = ("secret", "shared", "heavy")
