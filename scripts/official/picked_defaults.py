"""What `Conversation.from_json` makes of JSON: system content that lacks keys, or has null for them, and numbers as they are written."""

import itertools

import library
from picked_schemas import schemas_as_text

_MISSING = object()
_VALUES = {
    "model_identity": [_MISSING, None, "You are a parrot."],
    "reasoning_effort": [_MISSING, None, "High"],
    "knowledge_cutoff": [_MISSING, None, "2025-01"],
    "channel_config": [_MISSING, None, {"valid_channels": ["final"], "channel_required": False}],
}
_BARE = {"type": "system_content"}


def documents():
    for values in itertools.product(*_VALUES.values()):
        given = {key: value for key, value in zip(_VALUES, values) if value is not _MISSING}
        name = ", ".join(f"{key} {'null' if value is None else 'given'}" for key, value in given.items())
        yield name or "no key", _conversation([{**_BARE, **given}])
    yield "two parts", _conversation([{"type": "text", "text": "Hello.\n"}, _BARE])
    tools = {"python": library.tool_namespace("python")}
    yield "a date and tools", _conversation([{**_BARE, "conversation_start_date": "2025-06-28", "tools": tools}])
    yield "two system messages", {"conversation": {"messages": [_system([_BARE]), _system([_BARE]), _user()]}}
    functions = {"functions": {"name": "functions", "tools": [{"name": "f", "description": "F."}]}}
    developer = {"role": "developer", "content": [{"type": "developer_content", "tools": functions}]}
    yield "functions", {"conversation": {"messages": [_system([_BARE]), developer, {**_user(), "name": None, "channel": None}]}}
    for name, schema in schemas_as_text():
        yield f"JSON: schema with {name}", {"json": f'{{"messages":[{library.developer_message(schema)}]}}'}


def _conversation(content: list) -> dict:
    return {"conversation": {"messages": [_system(content), _user()]}}


def _system(content: list) -> dict:
    return {"role": "system", "content": content}


def _user() -> dict:
    return {"role": "user", "content": "Hi"}
