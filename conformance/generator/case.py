"""What models really write, and what a parser should make of it: written by hand from public threads and from the grammar, never from the
answers of a parser.

Input is as `completion.tokens_of` takes it. Rules that the expectations follow where the threads leave room:

- A deviation is one repair. A marker that is dropped is one each; a run of dropped text is one.
- Deviations are in the order of the tokens that they are about; what is missing stands where it is missed.
- Text that is not part of the header's grammar is kept as it was written; white space that separates it from the header is not text.
"""

from dataclasses import dataclass

DERIVED = "derived from the grammar"


def vllm(number):
    return f"https://github.com/vllm-project/vllm/issues/{number}"


def harmony(number):
    return f"https://github.com/openai/harmony/issues/{number}"


def llama(number):
    return f"https://github.com/ggml-org/llama.cpp/issues/{number}"


def ollama(number):
    return f"https://github.com/ollama/ollama/issues/{number}"


FRONTEND_CRATES_237 = "https://github.com/ai-dynamo/frontend-crates/issues/237"
DYNAMO_10366 = "https://github.com/ai-dynamo/dynamo/pull/10366"
EXO_1126 = "https://github.com/exo-explore/exo/issues/1126"
SGLANG_9097 = "https://github.com/sgl-project/sglang/issues/9097"
TENSTORRENT_386 = "https://github.com/tenstorrent/vllm/issues/386"
MODEL_SERVER_3927 = "https://github.com/openvinotoolkit/model_server/issues/3927"
MLX_LM_875 = "https://github.com/ml-explore/mlx-lm/issues/875"
TINKER_947 = "https://github.com/thinking-machines-lab/tinker-cookbook/issues/947"
TILES_145 = "https://github.com/tilesprivacy/tiles/issues/145"
LM_STUDIO_942 = "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/942"
OPENVINO = "https://github.com/openvinotoolkit/model_server/blob/main/src/test/llm/output_parsers/gptoss_output_parser_test.cpp"
DYNAMO = "https://github.com/ai-dynamo/dynamo/blob/main/lib/parsers/TOOLCALLING_CASES.md"


@dataclass
class Case:
    id: str
    input: object
    messages: list
    deviations: list
    source: str
    note: str | None
    options: dict


CASES = []


def cases_of(name):
    """A function that adds cases of one class; the class's own code is the expected deviation unless others are given."""

    def add(slug, input, messages, deviations=None, *, source=DERIVED, note=None, **options):
        expected = [name] if deviations is None else deviations
        CASES.append(Case(f"{name}/{slug}", input, messages, expected, source, note, options))

    return add


def message(content, channel=None, *, role="assistant", name=None, to=None, type=None):
    parts = {"role": role, "name": name, "recipient": to, "content": content, "channel": channel, "content_type": type}
    return {key: value for key, value in parts.items() if value is not None}


def R(content):
    return message(content, "analysis")


def C(content):
    return message(content, "commentary")


def F(content):
    return message(content, "final")


def call(to, content, channel="commentary", type=None):
    return message(content, channel, to=to, type=type)


CONSTRAIN_JSON = "<|constrain|>json"
