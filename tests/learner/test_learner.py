"""The learner's table: what is refused."""

import asyncio
import json

from app.learner.learner import Learner


def ask(learner, name, payload):
    return json.loads(asyncio.run(learner.call(name, json.dumps(payload))))


def test_what_the_table_places_elsewhere_is_refused():
    assert ask(Learner(), "complete", {})["error"] == "Misplaced"
    assert ask(Learner(), "astrology", {})["error"] == "UnknownFeature"
