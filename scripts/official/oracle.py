"""Answers questions with the official library: a JSON line in, a JSON line out, in order.

Needs `pip install -r scripts/official/requirements.txt`, and TIKTOKEN_ENCODINGS_BASE set to a folder with `o200k_base.tiktoken`
(scripts/official/oracle.mjs writes it and starts this program).
"""

import json
import sys

import openai_harmony as harmony

encoding = harmony.load_harmony_encoding("HarmonyGptOss")
inner = encoding._inner


def render(case):
    # The core takes JSON as it is; the Python classes in front of it would fill in defaults.
    conversation = json.dumps(case["conversation"])
    config = {"auto_drop_analysis": case.get("auto_drop_analysis", True)}
    mode = case["mode"]
    if mode == "completion":
        tokens = inner.render_conversation_for_completion(conversation, case["next_role"], config)
    elif mode == "training":
        tokens = inner.render_conversation_for_training(conversation, config)
    else:
        tokens = inner.render_conversation(conversation, config)
    return {"tokens": tokens}


def render_message(case):
    options = {"conversation_has_function_tools": case.get("conversation_has_function_tools", False)}
    return {"tokens": inner.render(json.dumps(case["message"]), options)}


def encode(case):
    options = {}
    for name in ("allowed_special", "disallowed_special"):
        if name in case:
            value = case[name]
            options[name] = value if value == "all" else set(value)
    return {"tokens": encoding.encode(case["text"], **options)}


def decode(case):
    tokens = case["tokens"]
    answer = {"text": encoding.decode(tokens), "bytes": list(inner.decode_bytes(tokens))}
    try:
        answer["utf8"] = encoding.decode_utf8(tokens)
    except Exception:
        answer["utf8"] = None
    return answer


def visible(parser, raised):
    """What a consumer sees after a token."""
    return [
        json.loads(parser.state)["state"],
        parser.current_role,
        parser.current_channel,
        parser.current_recipient,
        parser.current_content_type,
        parser.current_content,
        parser.last_content_delta,
        len(json.loads(parser.messages)),
        raised,
    ]


def parse(case):
    role, strict, tokens = case["role"], case["strict"], case["tokens"]
    answer = {}
    try:
        answer["messages"] = json.loads(inner.parse_messages_from_completion_tokens(tokens, role, strict))
    except Exception:
        answer["messages"] = None
    parser = harmony.StreamableParser(encoding, harmony.Role(role) if role else None, strict=strict)._inner
    steps = []
    for token in [*tokens, None]:
        raised = False
        try:
            parser.process_eos() if token is None else parser.process(token)
        except Exception:
            raised = True
        steps.append(visible(parser, raised))
    answer["steps"] = steps
    answer["streamed"] = json.loads(parser.messages)
    return answer


KINDS = {"render": render, "render_message": render_message, "encode": encode, "decode": decode, "parse": parse}

for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = KINDS[case["kind"]](case)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        answer = {"error": f"{type(error).__name__}: {error}"}
    # BaseException is not caught: a panic in the library ends the run.
    print(json.dumps(answer), flush=True)
