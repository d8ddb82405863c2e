"""What letters show of names."""

import pytest

from kgfm.qa.surface import TOKEN, capitals


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bartel van der Waal, who came from Delft, taught Rosa.", ["Bartel van der Waal", "Delft", "Rosa"]),
        ("He met Piet de Vries in Ghent.", ["Piet de Vries", "Ghent"]),
        ("In Bergen the ship was seen from der Hafen.", ["Bergen", "Hafen"]),
    ],
)
def test_a_name_holds_its_particles(text: str, names: list[str]) -> None:
    spans = [(token.start(), token.end()) for token in TOKEN.finditer(text)]
    assert [name for _, _, name in capitals(text, spans)] == names
