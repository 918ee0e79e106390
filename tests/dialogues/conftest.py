"""The product with its trained model, started once for all conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.living import Living, Person, living


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("dialogues")) as running:
        yield running


@pytest.fixture
def person(product: Living) -> Person:
    return Person(product.url)
