"""The whole test run's fixtures."""

import gateway  # noqa: F401 before pytest meets the folder gateway/ and takes that for the package of this name

pytest_plugins = ["common.testing.plugin", "common.testing.kafka", "common.testing.together"]
