"""The official library, tiktoken and fastokens as contenders: worker.mjs's protocol and tasks. Usage: python bench/official.py NAME

Needs TIKTOKEN_ENCODINGS_BASE set to a folder with `o200k_base.tiktoken`; bench/processes.mjs writes it and starts this program.
"""

import json
import os
import sys
import time


def tokenizer_tasks(encode, decode) -> dict:
    def encode_all(texts):
        return lambda: sum(len(encode(text)) for text in texts)

    def decode_all(texts):
        tokens = [encode(text) for text in texts]
        count = sum(map(len, tokens))

        def run():
            for item in tokens:
                decode(item)
            return count

        return run

    return {"encode": encode_all, "decode": decode_all}


def load_tiktoken() -> dict:
    import tiktoken
    from tiktoken.load import load_tiktoken_bpe

    # The pattern and the marks of `o200k_base`; its constructor would download the ranks.
    from tiktoken_ext import openai_public

    folder = os.environ["TIKTOKEN_ENCODINGS_BASE"]
    openai_public.load_tiktoken_bpe = lambda *_, **__: load_tiktoken_bpe(os.path.join(folder, "o200k_base.tiktoken"))
    encoding = tiktoken.Encoding(**openai_public.o200k_base())
    return tokenizer_tasks(encoding.encode_ordinary, encoding.decode)


def load_fastokens() -> dict:
    from fastokens import Tokenizer

    path = os.path.join(os.environ["TIKTOKEN_ENCODINGS_BASE"], "o200k_base.tiktoken")
    tokenizer = Tokenizer.from_tiktoken(path, encoding="o200k_base")
    # The object that it gives, whose ids stay in Rust's memory: a list of them (`.ids`) costs about as much again.
    return tokenizer_tasks(tokenizer.encode_ordinary, tokenizer.decode)


def load_official() -> dict:
    import openai_harmony as harmony

    encoding = harmony.load_harmony_encoding("HarmonyGptOss")
    core = encoding._inner

    def render(conversation):
        parsed = harmony.Conversation.from_json(json.dumps(conversation))
        return lambda: len(encoding.render_conversation_for_completion(parsed, harmony.Role.ASSISTANT))

    def render_core(conversation):
        # Without Python's part: the text that the core takes is ready.
        text = json.dumps(conversation)
        return lambda: len(core.render_conversation_for_completion(text, "assistant", {"auto_drop_analysis": True}))

    def stream(tokens):
        def run():
            parser = harmony.StreamableParser(encoding, harmony.Role.ASSISTANT)
            length = 0
            for token in tokens:
                parser.process(token)
                length += len(parser.last_content_delta or "")
            parser.process_eos()
            return length

        return run

    def batch(tokens):
        return lambda: len(encoding.parse_messages_from_completion_tokens(tokens, harmony.Role.ASSISTANT))

    def batch_core(tokens):
        return lambda: len(core.parse_messages_from_completion_tokens(tokens, "assistant", True))

    return {
        **tokenizer_tasks(lambda text: encoding.encode(text, disallowed_special=()), encoding.decode),
        "render": render,
        "renderCore": render_core,
        "stream": stream,
        "batch": batch,
        "batchCore": batch_core,
    }


def measure(run, at_least_ms: float, repeat: int) -> dict:
    spent, rounds = 0.0, 0
    while spent * 1000 < at_least_ms or rounds == 0:
        started = time.process_time()
        for _ in range(repeat):
            count = run()
        spent += time.process_time() - started
        rounds += 1
    return {"seconds": spent / rounds / repeat, "count": count}


def main() -> None:
    tasks = {"official": load_official, "tiktoken (Python)": load_tiktoken, "fastokens": load_fastokens}[sys.argv[1]]()
    kept = {}
    for line in sys.stdin:
        request = json.loads(line)
        kept.update(request.get("keep", {}))
        answer = {}
        if "task" in request:
            answer = measure(tasks[request["task"]](kept[request["input"]]), request["atLeastMs"], request.get("repeat", 1))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
