"""Writes fixtures/example/: the conversation that `npm start` renders and the completion that it replays, both by the official library."""

import json
from pathlib import Path

import library  # noqa: F401 - lets the official library find the vocabulary
from openai_harmony import (
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

FOLDER = Path(__file__).parents[2] / "fixtures" / "example"

conversation = Conversation.from_messages(
    [
        Message.from_role_and_content(
            Role.SYSTEM,
            SystemContent.new().with_reasoning_effort(ReasoningEffort.HIGH).with_conversation_start_date("2025-06-28"),
        ),
        Message.from_role_and_content(
            Role.DEVELOPER,
            DeveloperContent.new()
            .with_instructions("Answer in one or two short sentences.")
            .with_function_tools(
                [
                    ToolDescription.new("get_location", "Gets the location of the user."),
                    ToolDescription.new(
                        "get_current_weather",
                        "Gets the current weather in the provided location.",
                        parameters={
                            "type": "object",
                            "properties": {
                                "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
                                "format": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
                            },
                            "required": ["location"],
                        },
                    ),
                ]
            ),
        ),
        Message.from_role_and_content(Role.USER, "Do I need an umbrella in Tokyo today?"),
    ]
)

# As gpt-oss samples it: the channel before the recipient. The tool's result stands where the application put it, header and all.
COMPLETION = (
    "<|channel|>analysis<|message|>The user asks about rain in Tokyo. I need the current weather, so I call get_current_weather.<|end|>"
    "<|start|>assistant<|channel|>commentary to=functions.get_current_weather <|constrain|>json<|message|>"
    '{"location":"Tokyo","format":"celsius"}<|call|>'
    "<|start|>functions.get_current_weather to=assistant<|channel|>commentary<|message|>"
    '{"temperature":24,"sky":"light rain","humidity":0.88}<|end|>'
    "<|start|>assistant<|channel|>analysis<|message|>Light rain, 24 °C: an umbrella, yes. A jacket is not needed.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>Yes, take one: it is raining lightly in Tokyo (東京) ☔, "
    "at a mild 24 °C. You can leave the jacket at home.<|return|>"
)

encoding = load_harmony_encoding(HarmonyEncodingName.HARMONY_GPT_OSS)
tokens = encoding.encode(COMPLETION, allowed_special="all")
FOLDER.mkdir(parents=True, exist_ok=True)
(FOLDER / "conversation.json").write_text(
    json.dumps(json.loads(conversation.to_json()), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
)
(FOLDER / "completion.json").write_text(json.dumps({"tokens": tokens}) + "\n", encoding="utf-8")
