"""What the stub engines sample. The ids are what the official library's tokenizer gives for the texts."""

ARGUMENTS = [10848, 7693, 7534, 173844, 18583, 200012]  # {"location":"Tokyo"}<|call|>
ANSWER = [
    *[200005, 35644, 200008, 32, 64790, 13, 200007],  # <|channel|>analysis<|message|>A greeting.<|end|>
    *[200006, 173781, 200005, 17196, 200008, 158985, 13, 200002],  # <|start|>assistant<|channel|>final<|message|>Rome.<|return|>
]
MESSAGE = 200008


def answer_to(prompt_token_ids: list[int]) -> list[int]:
    """Arguments where the prompt has opened a call, an answer elsewhere."""
    assert all(type(token) is int for token in prompt_token_ids)
    return ARGUMENTS if prompt_token_ids[-1] == MESSAGE else ANSWER
