"""Judges turns by grammars, token for token, with xgrammar and llguidance over the whole vocabulary of gpt-oss.

Reads one JSON object on stdin: {"vocabulary": [base64 ...], "cases": [{"structuralTag", "lark", "turns": [[id ...] ...]}]}.
Writes one: {"versions": {...}, "cases": [{"structuralTag": [verdict ...], "lark": [verdict ...]}]}. A verdict is the index of
the first token that is refused, "end", or "unfinished". pip install xgrammar==0.2.8 llguidance==1.9.1
"""

import base64
import importlib.metadata
import json
import sys

import llguidance
import xgrammar

RETURN, CALL, FIRST_SPECIAL = 200002, 200012, 199998


def xgrammar_judge(vocabulary):
    info = xgrammar.TokenizerInfo(vocabulary, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[RETURN, CALL])
    compiler = xgrammar.GrammarCompiler(info)

    def verdicts(tag, turns):
        compiled = compiler.compile_structural_tag(json.dumps(tag))
        for tokens in turns:
            matcher = xgrammar.GrammarMatcher(compiled)
            refused = next((i for i, token in enumerate(tokens) if not matcher.accept_token(token)), None)
            yield refused if refused is not None else "end" if matcher.accept_token(RETURN) else "unfinished"

    return verdicts


def llguidance_judge(vocabulary):
    class Tokenizer:
        eos_token_id = RETURN
        bos_token_id = None
        tokens = vocabulary
        special_token_ids = list(range(FIRST_SPECIAL, len(vocabulary)))

        def __call__(self, data):
            raise NotImplementedError

    tokenizer = llguidance.LLTokenizer(llguidance.TokenizerWrapper(Tokenizer()))

    def verdicts(lark, turns):
        for tokens in turns:
            matcher = llguidance.LLMatcher(tokenizer, lark)
            count = matcher.try_consume_tokens(tokens)
            if matcher.is_error():
                raise ValueError(matcher.get_error())
            yield count if count < len(tokens) else "end" if matcher.is_accepting() else "unfinished"

    return verdicts


request = json.load(sys.stdin)
vocabulary = [base64.b64decode(text) for text in request["vocabulary"]]
by_tag, by_lark = xgrammar_judge(vocabulary), llguidance_judge(vocabulary)
json.dump(
    {
        "versions": {name: importlib.metadata.version(name) for name in ("xgrammar", "llguidance")},
        "cases": [
            {
                "structuralTag": list(by_tag(case["structuralTag"], case["turns"])),
                "lark": list(by_lark(case["lark"], case["turns"])),
            }
            for case in request["cases"]
        ],
    },
    sys.stdout,
)
