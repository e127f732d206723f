"""One simulator for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.policies.acts import TEMPLATE
from tests.policies.iam import Iam


@pytest.fixture(scope="session")
def iam() -> Iterator[Iam]:
    """IAM in an account that has the stack."""
    it = Iam(TEMPLATE)
    yield it
    it.close()
