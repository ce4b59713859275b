"""The Chinese texts of the panel; what is missing here is shown in English."""

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {}
