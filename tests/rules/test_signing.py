"""What is signed can be checked by anybody and changed by nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.signing import Signer, canonical, is_signed, new_signing_key

VALUE = {"folio": "BT-7K3-9WM-4", "á": [1, "ñ"]}


def test_what_is_signed_is_recognised_whatever_the_order_of_its_fields() -> None:
    signer = Signer(new_signing_key())
    signature = signer.sign(VALUE)
    assert is_signed(dict(reversed(VALUE.items())), signature, signer.public)


def test_another_value_key_or_signature_is_not() -> None:
    signer, other = Signer(new_signing_key()), Signer(new_signing_key())
    signature = signer.sign(VALUE)
    assert not is_signed({**VALUE, "folio": "BT-7K3-9WM-5"}, signature, signer.public)
    assert not is_signed(VALUE, signature, other.public)
    assert not is_signed(VALUE, other.sign(VALUE), signer.public)


@given(st.text(), st.text())
def test_nonsense_is_not_a_signature_and_does_no_harm(signature: str, public: str) -> None:
    assert not is_signed(VALUE, signature, public)


@pytest.mark.parametrize("key", ["", "corta", "á" * 43, "A" * 60])
def test_a_wrong_key_stops_the_start(key: str) -> None:
    with pytest.raises(ConfigError, match="SIGNING_KEY"):
        Signer(key)


def test_values_have_one_form() -> None:
    assert canonical({"b": 1, "a": "ñ"}) == '{"a":"ñ","b":1}'.encode()
