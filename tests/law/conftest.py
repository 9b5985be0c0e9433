"""What the tests of the law share."""

import pytest
from tests.law.worlds import Browser, missing_for_node


@pytest.fixture(scope="session")
def browser_law(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    if missing_for_node():
        pytest.skip(missing_for_node())
    return Browser(tmp_path_factory.mktemp("evaluator"))
