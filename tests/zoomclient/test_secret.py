"""A secret shows itself to those who ask for it by name, and to nobody else."""

import copy
import json
import pickle

import pytest
from pydantic import BaseModel

from zoomclient import Secret


class Holder(BaseModel):
    token: Secret


def test_it_is_read_by_name_alone() -> None:
    secret = Secret("CANARY")

    assert secret.reveal() == "CANARY"
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>10}", repr({"a": secret}), str([secret])]
    assert [text for text in shown if "CANARY" in text] == []
    assert str(secret) == "***"


def test_json_does_not_carry_it() -> None:
    assert Holder(token="CANARY").model_dump_json() == '{"token":"***"}'  # type: ignore[arg-type]
    assert json.dumps({"token": Secret("CANARY")}, default=str) == '{"token": "***"}'
    with pytest.raises(TypeError):
        json.dumps(Secret("CANARY"))


def test_it_is_not_pickled_so_it_cannot_ride_in_a_task() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("CANARY"))


def test_equal_texts_are_equal_secrets_and_never_equal_to_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret(Secret("a")) == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert {Secret("a"), Secret("a")} == {Secret("a")}
    assert copy.deepcopy(Secret("a")) == Secret("a")


def test_an_empty_one_is_false() -> None:
    assert not Secret("")
    assert Secret("x")
