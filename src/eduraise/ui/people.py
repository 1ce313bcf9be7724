"""How a person's name is shown small: initials, in any script."""

import unicodedata


def initials(name: str) -> str:
    """The first letters of the first two words, or the first two letters of a single word.

    "Ana Ferreira" → "AF", "अनन्या" → "अन", "مريم الحدّاد" → "مح" (the article is no part of it), "" → "?".
    Marks stay with their letter.
    """
    words = [word for word in map(_without_article, name.split()) if _letters(word)]
    letters = [_letters(word)[0] for word in words[:2]] if len(words) > 1 else _letters(name)[:2]
    return "".join(letters).upper() or "?"


def _letters(word: str) -> list[str]:
    clusters: list[str] = []
    for character in word:
        if unicodedata.category(character).startswith("M"):
            if clusters:
                clusters[-1] += character
        elif character.isalnum():
            clusters.append(character)
    return clusters


def _without_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word
