"""The official library over a file of OpenAI batch lines, as a loop or on several processes: what `harmony prefill` is measured against.

Usage: python bench/prefill.py IN OUT [PROCESSES]

Writes the lines that `harmony prefill` writes, so that the two can be compared. Needs TIKTOKEN_ENCODINGS_BASE, as bench/official.py does.
"""

import json
import multiprocessing
import sys

from openai_harmony import (
    Author,
    Conversation,
    DeveloperContent,
    HarmonyEncodingName,
    Message,
    ReasoningEffort,
    Role,
    SystemContent,
    ToolDescription,
    load_harmony_encoding,
)

encoding = load_harmony_encoding(HarmonyEncodingName.HARMONY_GPT_OSS)
# A set in the library, in no order of its own.
stop = sorted(encoding.stop_tokens_for_assistant_actions())


def prefill(line: str) -> str:
    request = json.loads(line)
    tokens = encoding.render_conversation_for_completion(conversation_of(request["body"]), Role.ASSISTANT)
    record = {
        "custom_id": request["custom_id"],
        "prompt_token_ids": tokens,
        "stop_token_ids": stop,
        "num_prompt_tokens": len(tokens),
    }
    return json.dumps(record, separators=(",", ":")) + "\n"


def conversation_of(body: dict) -> Conversation:
    system = SystemContent.new().with_reasoning_effort(ReasoningEffort(body["reasoning_effort"].capitalize()))
    messages = [Message.from_role_and_content(Role.SYSTEM, system)]
    developer = DeveloperContent.new().with_instructions(body["messages"][0]["content"])
    if body.get("tools"):
        functions = [tool["function"] for tool in body["tools"]]
        developer = developer.with_function_tools(
            [ToolDescription.new(function["name"], function["description"], function["parameters"]) for function in functions]
        )
    messages.append(Message.from_role_and_content(Role.DEVELOPER, developer))
    names = {}
    for message in body["messages"][1:]:
        if message["role"] == "user":
            messages.append(Message.from_role_and_content(Role.USER, message["content"]))
        elif message["role"] == "tool":
            author = Author.new(Role.TOOL, f"functions.{names[message['tool_call_id']]}")
            result = Message.from_author_and_content(author, message["content"])
            messages.append(result.with_recipient("assistant").with_channel("commentary"))
        elif message.get("tool_calls"):
            for call in message["tool_calls"]:
                name = names[call["id"]] = call["function"]["name"]
                arguments = Message.from_role_and_content(Role.ASSISTANT, call["function"]["arguments"])
                arguments = arguments.with_recipient(f"functions.{name}").with_channel("commentary")
                messages.append(arguments.with_content_type("<|constrain|>json"))
        else:
            messages.append(Message.from_role_and_content(Role.ASSISTANT, message["content"]).with_channel("final"))
    return Conversation.from_messages(messages)


def main() -> None:
    source, target, processes = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
        if processes == 1:
            for line in lines:
                out.write(prefill(line))
        else:
            with multiprocessing.Pool(processes) as pool:
                for record in pool.imap(prefill, lines, chunksize=64):
                    out.write(record)


if __name__ == "__main__":
    main()
