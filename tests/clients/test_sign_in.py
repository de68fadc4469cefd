"""Every client over every transport signs up, and after logging out signs in to the same account."""

import pytest
from tests.clients.cast import EACH_CLIENT, OTHER_TRANSPORTS
from tests.clients.conftest import Casting
from tests.clients.plays import sign_in_again, sign_in_with_password
from tests.clients.stage import Kind


@pytest.mark.parametrize("kind", (*EACH_CLIENT, *OTHER_TRANSPORTS), ids=str)
def test_signs_up_and_in_again(kind: Kind, casting: Casting) -> None:
    sign_in_again(casting(kind))


@pytest.mark.parametrize("kind", EACH_CLIENT, ids=str)
def test_signs_in_with_a_password(kind: Kind, casting: Casting) -> None:
    sign_in_with_password(casting(kind))
