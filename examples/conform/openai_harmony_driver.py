"""The official library's answers to the conformance vectors:

  pip install openai-harmony==0.0.8
  harmony conform --command 'python3 examples/conform/openai_harmony_driver.py [--not-strict]'

It downloads its vocabulary, unless TIKTOKEN_ENCODINGS_BASE names a folder with o200k_base.tiktoken; `node scripts/official/vocabulary.mjs FOLDER`
writes that file from what this project has.
"""

import json
import sys

from openai_harmony import Role, StreamableParser, StreamState, load_harmony_encoding

START = 200006

encoding = load_harmony_encoding("HarmonyGptOss")


def answer(group, given):
    if group == "streaming":
        return {"states": visible_states(given["tokens"], role_of(given))}
    if group == "rendering":
        return {"tokens": render(given)}
    # A completion that starts with <|start|> brings its role along: the library wants to be told.
    is_started = group != "official" and given["tokens"][:1] == [START]
    role = None if is_started else role_of(given)
    messages = encoding.parse_messages_from_completion_tokens(given["tokens"], role, strict=given.get("strict", "--not-strict" not in sys.argv))
    return {"messages": [message.to_dict() for message in messages]}


def role_of(given):
    return None if given["role"] is None else Role(given["role"])


def visible_states(tokens, role):
    parser = StreamableParser(encoding, role)
    states = []
    for token in tokens:
        parser.process(token)
        states.append(visible(parser))
    parser.process_eos()
    return [*states, visible(parser)]


def visible(parser):
    state = {"messages": len(parser.messages)}
    if parser.state == StreamState.CONTENT:
        state["role"] = parser.current_role.value
        state["recipient"] = parser.current_recipient
        state["channel"] = parser.current_channel
        state["content_type"] = parser.current_content_type
        state["delta"] = parser.last_content_delta
    return state


def render(given):
    # The core takes JSON as it is; the classes in front of it would fill in defaults.
    core, conversation = encoding._inner, json.dumps(given["conversation"])
    config = {"auto_drop_analysis": given.get("auto_drop_analysis", True)}
    if given["mode"] == "completion":
        return core.render_conversation_for_completion(conversation, given["next_role"], config)
    if given["mode"] == "training":
        return core.render_conversation_for_training(conversation, config)
    return core.render_conversation(conversation, config)


for line in sys.stdin:
    case = json.loads(line)
    try:
        result = answer(case["group"], case["input"])
    except Exception as error:  # Whatever it raises is its answer.
        result = {"error": str(error)}
    print(json.dumps({"id": case["id"], **result}), flush=True)
