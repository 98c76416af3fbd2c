"""The page's end of the wire to the learner.

Offers `LearnerLink`: the on-demand link, and `teach`. What a feature learns from comes from the engine: the two talk on a channel that only
they know, so that vectors by the thousand do not pass through the page.
"""

import asyncio

from app.page.on_demand_link import OnDemandLink


class LearnerLink(OnDemandLink):
    """`await start()` gives a worker as `OnDemandLink` has it, with `await attend(channel)`.

    `call(name, payload)` is the router's, `new_channel()` a name that nobody can guess; the rest is the link's.
    """

    def __init__(self, title, start, call, new_channel, sleep_ms, spawn, changed=lambda state: None):
        super().__init__(title, start, sleep_ms, spawn, changed)
        self._router_call, self._new_channel = call, new_channel
        self._lesson = asyncio.Lock()

    async def teach(self, *questions):
        """Has the engine tell the learner what the notes say, and asks it: [(feature, payload)] → (channel, [answer]).

        One lesson at a time. `channel`: where the engine finds what was learned, until the next lesson. Raises what the two raise.
        """
        async with self._lesson:
            channel = self._new_channel()
            await self.with_worker(lambda worker: worker.attend(channel))
            await self._router_call("lesson", {"channel": channel})
            answers = []
            for name, payload in questions:
                answers.append(await self._router_call(name, payload))
            return channel, answers
