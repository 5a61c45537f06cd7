"""As much of vLLM 0.33 as examples/vllm_offline.py touches, with the same signatures; the answers are those of answers.py."""

from dataclasses import dataclass

from answers import answer_to


class LLM:
    def __init__(self, *, model: str) -> None:
        assert model == "openai/gpt-oss-20b"

    def generate(self, prompts: list[dict], sampling_params: list["SamplingParams"]) -> list["RequestOutput"]:
        assert len(prompts) == len(sampling_params)
        return [
            RequestOutput([completion(prompt["prompt_token_ids"]) for _ in range(params.n)])
            for prompt, params in zip(prompts, sampling_params, strict=True)
        ]


def completion(prompt_token_ids: list[int]) -> "CompletionOutput":
    token_ids = answer_to(prompt_token_ids)
    # The model's own end of sequence is no stop reason.
    return CompletionOutput(token_ids, "stop", None if token_ids[-1] == 200002 else token_ids[-1])


@dataclass
class RequestOutput:
    outputs: list["CompletionOutput"]


@dataclass
class CompletionOutput:
    token_ids: list[int]
    finish_reason: str
    stop_reason: int | str | None


@dataclass
class SamplingParams:
    n: int
    max_tokens: int
    temperature: float

    @staticmethod
    def from_optional(
        n: int | None = 1, temperature: float | None = 1.0, top_p: float | None = 1.0, max_tokens: int | None = 16, stop_token_ids=None
    ) -> "SamplingParams":
        assert stop_token_ids == [200002, 200012]
        assert max_tokens >= 256
        return SamplingParams(n, max_tokens, temperature)
