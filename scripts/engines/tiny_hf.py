"""Writes the tiny model as a Hugging Face checkpoint, 77 MB: for vLLM, SGLang and transformers.

usage: python scripts/engines/tiny_hf.py FOLDER

Needs torch, transformers 5, tokenizers, and `node` for the table and the vocabulary. Nothing comes from the network.
"""

import base64
import json
import pathlib
import subprocess
import sys

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from transformers import GenerationConfig, GptOssConfig, GptOssForCausalLM, PreTrainedTokenizerFast

FIRST_SPECIAL = 199_998
# o200k_base's own pattern, from OpenAI's tiktoken.
WORDS = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)


def spelling_of_bytes():
    printable = [b for b in range(256) if 33 <= b <= 126 or (b >= 161 and b != 173)]
    hidden = [b for b in range(256) if b not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(hidden)}


def build_tokenizer(tokens, special_tokens):
    letters = spelling_of_bytes()
    spell = lambda data: "".join(letters[b] for b in data)
    ranks = {base64.b64decode(token): rank for rank, token in enumerate(tokens)}
    merges = []
    for data in ranks:
        splits = [(data[:i], data[i:]) for i in range(1, len(data)) if data[:i] in ranks and data[i:] in ranks]
        splits.sort(key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))
        merges += [(spell(left), spell(right)) for left, right in splits]
    vocabulary = {spell(data): rank for data, rank in ranks.items()}
    tokenizer = Tokenizer(BPE(vocabulary, merges, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special_tokens])
    assert tokenizer.token_to_id("<|call|>") == 200_012
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|startoftext|>",
        eos_token="<|return|>",
        pad_token="<|endoftext|>",
        model_max_length=131_072,
        clean_up_tokenization_spaces=False,
    )


def write_model(folder, described):
    hidden = described["hidden"]
    config = GptOssConfig(
        num_hidden_layers=2,
        num_local_experts=4,
        num_experts_per_tok=2,
        vocab_size=FIRST_SPECIAL + len(described["specialTokens"]),
        hidden_size=hidden,
        intermediate_size=hidden,
        head_dim=64,
        num_attention_heads=2,
        num_key_value_heads=1,
        sliding_window=128,
        max_position_embeddings=131_072,
        initial_context_length=4096,
        tie_word_embeddings=False,
        bos_token_id=199_998,
        eos_token_id=200_002,
        pad_token_id=199_999,
    )
    model = GptOssForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.fill_(1 if name.endswith("norm.weight") else 0)
        embedding, head = model.model.embed_tokens.weight, model.lm_head.weight
        embedding[:, described["unknownState"]] = 1
        for token, state in described["stateOf"]:
            embedding[token] = 0
            embedding[token, state] = 1
        for state, following in enumerate(described["logits"]):
            for token, logit in following:
                head[token, state] = logit
    model.to(torch.bfloat16).save_pretrained(folder)
    GenerationConfig(
        bos_token_id=199_998, pad_token_id=199_999, eos_token_id=[200_002, 199_999, 200_012], do_sample=True
    ).save_pretrained(folder)


def description():
    script = pathlib.Path(__file__).with_name("model.mjs")
    return json.loads(subprocess.run(["node", script], check=True, capture_output=True).stdout)


def main():
    folder = sys.argv[1]
    described = description()
    build_tokenizer(described["tokens"], described["specialTokens"]).save_pretrained(folder)
    write_model(folder, described)


if __name__ == "__main__":
    main()
