"""How a visitor's browser looks at a page: size, light or dark, language, direction of writing."""

from dataclasses import dataclass, replace
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Look:
    """What a browser tells the pages about its person. `rtl` turns the page round, as Arabic would."""

    name: str
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 800
    phone: bool = False
    language: str = "en"
    rtl: bool = False
    calm: bool = True

    def __str__(self) -> str:
        return f"{self.name}-{self.language}"

    def context(self) -> dict[str, Any]:
        """The options of a browser context with this look."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.scheme,
            "locale": {"en": "en-GB", "fr": "fr-FR"}[self.language],
            "timezone_id": "Europe/Paris",
            "is_mobile": self.phone,
            "has_touch": self.phone,
            "device_scale_factor": 2 if self.phone else 1,
            "reduced_motion": "reduce" if self.calm else "no-preference",
        }

    def says(self, language: str) -> "Look":
        """The same look with this language."""
        return replace(self, language=language)


LIGHT = Look("light")
DARK = Look("dark", scheme="dark")
PHONE = Look("phone", width=390, height=844, phone=True)
RTL = Look("rtl", rtl=True)
LOOKS = (LIGHT, DARK, PHONE, RTL)
