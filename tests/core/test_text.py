"""Text for people: which language is read, and what is refused."""

from __future__ import annotations

import pytest

from klaremal.errors import DeclarationError
from klaremal.model.text import Text

WAIT = {"da": "Ventetid", "en": "Waiting time"}


@pytest.mark.parametrize(
    ("value", "lang", "read"),
    [
        pytest.param(WAIT, "en", "Waiting time", id="the language asked for"),
        pytest.param(WAIT, "nb", "Ventetid", id="Danish where the language is missing"),
        pytest.param({"en": "Waiting time", "sv": "Väntetid"}, "nb", "Waiting time", id="English where Danish is missing"),
        pytest.param({"sv": "Väntetid"}, "da", "Väntetid", id="any language before none"),
        pytest.param("Ventetid", "en", "Ventetid", id="a bare string holds in every language"),
        pytest.param({"": "BMI", "da": "Kropsmasseindeks"}, "en", "BMI", id="the text for all before Danish"),
        pytest.param("", "da", "", id="nothing to read"),
    ],
)
def test_text_is_read_in_the_nearest_language(value: str | dict[str, str], lang: str, read: str) -> None:
    """A reader gets their own language, else the one for all, else Danish, English, or any."""
    assert Text.of(value).say(lang) == read


def test_the_order_of_languages_does_not_matter() -> None:
    """Two texts with the same pairs are equal and hash alike, because text is part of frozen declarations."""
    one, two = Text.of({"da": "Ja", "en": "Yes"}), Text.of({"en": "Yes", "da": "Ja"})
    assert one == two
    assert hash(one) == hash(two)


def test_a_text_is_kept_as_it_is() -> None:
    """The converter is idempotent, so that a field can be given a text or a string."""
    text = Text.of(WAIT)
    assert Text.of(text) is text


def test_languages_are_those_written() -> None:
    """A text for all languages is written in none of them."""
    assert Text.of(WAIT).languages == ("da", "en")
    assert Text.of("Ventetid").languages == ()


def test_blank_text_is_false() -> None:
    """An owner can ask whether there is a text at all."""
    assert not Text.of("  ")
    assert Text.of("x")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param({"dansk": "Ventetid"}, "'dansk' is not a language", id="a language in words"),
        pytest.param({"da": ""}, "\"da\" has ''", id="an empty text"),
        pytest.param({"da": 5}, '"da" has 5', id="a number"),
        pytest.param(5, "5 is not text", id="no text at all"),
        pytest.param(None, "None is not text", id="nothing"),
    ],
)
def test_what_is_not_text_is_refused_in_words(value: object, said: str) -> None:
    """The message quotes what was given and says how to write it."""
    with pytest.raises(DeclarationError, match="Text: ") as caught:
        Text.of(value)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_a_language_given_twice_is_refused() -> None:
    """Which of two Danish texts is meant cannot be known."""
    with pytest.raises(DeclarationError, match="given twice"):
        Text((("da", "Ja"), ("da", "Jo")))
