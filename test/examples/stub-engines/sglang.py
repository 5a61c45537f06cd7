"""As much of SGLang 0.5 as examples/sglang_offline.py touches, with the same signatures; the answers are those of answers.py."""

from answers import answer_to


class Engine:
    def __init__(self, *, model_path: str, skip_tokenizer_init: bool) -> None:
        assert model_path == "openai/gpt-oss-20b"
        assert skip_tokenizer_init

    def generate(self, *, input_ids: list[list[int]], sampling_params: list[dict]) -> list[dict]:
        for params in sampling_params:
            assert params["stop_token_ids"] == [200002, 200012]
            assert params["max_new_tokens"] >= 256
            assert not {"n", "max_tokens"} & params.keys()
        return [completion(prompt) for prompt, _ in zip(input_ids, sampling_params, strict=True)]


def completion(prompt_token_ids: list[int]) -> dict:
    token_ids = answer_to(prompt_token_ids)
    return {
        "output_ids": token_ids,
        "meta_info": {"finish_reason": {"type": "stop", "matched": token_ids[-1]}, "completion_tokens": len(token_ids)},
    }
