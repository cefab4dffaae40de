"""The whole test run's fixtures."""

from hypothesis import HealthCheck, settings

import gateway  # noqa: F401 before pytest meets the folder gateway/ and takes that for the package of this name

pytest_plugins = ["common.testing.plugin", "common.testing.kafka", "common.testing.together"]

# A busy machine is no reason for a property to fail.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
