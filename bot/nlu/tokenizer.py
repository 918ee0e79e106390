"""Words of chat Spanish. What is shown stays as written; what is read (`lemma`) is folded."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.folding import fold

_WORD = re.compile(r"\w+(?:[.,:'’-]\w+)*|[^\w\s]", re.UNICODE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpanishTokenizer(Tokenizer):
    """Splits at spaces and punctuation; keeps numbers, hours and e-mails together."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = message.get(attribute)
        found = [
            Token(match[0], match.start(), match.end(), lemma=fold(match[0]) or match[0])
            for match in _WORD.finditer(text)
        ]
        return found or [Token(text, 0, len(text), lemma=text)]
