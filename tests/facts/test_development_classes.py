"""Which classes of settings are named for development or tests."""

import pytest

from auditor.facts.development_classes import is_of_development
from auditor.facts.source import Source
from auditor.model.source import Language, Role, SourceFile


def _told(text: str, number: int, language: Language = Language.PYTHON) -> bool:
    return is_of_development(
        Source(
            SourceFile(path="shop/config.py", blob="0", size=len(text), language=language, role=Role.SHIPPED),
            text.encode(),
        ),
        number,
    )


@pytest.mark.parametrize(
    "name",
    [
        "Dev", "Local", "Test", "CI", "DevConfig", "DEVConfig", "DevelopmentConfig", "DevelopmentAppSettings", "TestingConfig", "ConfigDevelopment", "LocalSettings",
        "ShopCISettings", "CIConfig", "_TestSettings", "Test_Config", "DevelopmentConfiguration",
    ],
)  # fmt: skip
def test_a_word_of_the_name_tells(name: str) -> None:
    assert _told(f"class {name}(Base):\n    TOKEN = 1\n", 2)


@pytest.mark.parametrize(
    "name",
    [
        "DeviceConfig", "PricingSettings", "SocialConfig", "Latest", "Contest", "ProductionConfig", "Config", "LocalesConfig", "LocalizationSettings", "TestimonialSettings",
        "SpeciSettings", "DeveloperConfig", "CircleConfig",
    ],
)  # fmt: skip
def test_letters_within_a_word_do_not(name: str) -> None:
    assert not _told(f"class {name}(Base):\n    TOKEN = 1\n", 2)


def test_a_class_ends_where_something_else_begins() -> None:
    text = "TOKEN = 1\nclass DevConfig:\n    A = 1\n\n    B = 1\n@final\nclass Config:\n    C = 1\n"
    assert [number for number in range(1, 9) if _told(text, number)] == [3, 5]
    assert not _told(text, 3, Language.YAML)
