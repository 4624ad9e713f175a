"""Change one place of a module at a time and see whether the tests nearest to it notice. Run by hand, not by pytest.

`python -m tests.mutation sync.ledger.fold sync.model.workflow` draws 60 places a module (`--sample`, `--seed`), runs
the tests that `nearest.toml` names for it on each change of a copy of the tree (`runs`), and reports what was killed,
what survived and what is equivalent: a change nobody can see, kept with its reason in `equivalent.toml`. A change that
hangs is stopped after several times what the tests take unchanged, and counts as killed. Properties try few examples,
the same ones each time: what is killed is killed by tests that would fail on any day.
"""
