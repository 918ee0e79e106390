"""Measurements. Never part of the tests: a machine that is busy must not make a test fail."""
