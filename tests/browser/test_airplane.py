"""Written on a plane: everything is there without a network, and without a server."""


def test_a_first_visit_ends_ready_to_fly(app):
    app.wait_ready_to_fly()
