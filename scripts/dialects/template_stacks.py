"""The stacks that stand on the Hugging Face template: the template itself, run by jinja2 as transformers runs it.

The front part of SGLang is written here after its serving_chat.py and protocol.py; those of the other two prepare a body
as data sets are prepared.
"""

import ast
import copy
import importlib.util
import json
from pathlib import Path

from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import CallBlock
from jinja2.sandbox import ImmutableSandboxedEnvironment


class GenerationBlocks(Extension):
    """`{% generation %}`, which transformers adds to Jinja: prints its body between two marks."""

    tags = {"generation"}
    OPEN, CLOSE = "\ue000", "\ue001"

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return CallBlock(self.call_method("_marked"), [], [], body).set_lineno(line)

    def _marked(self, caller):
        return self.OPEN + caller() + self.CLOSE


def package_folder(name):
    return Path(importlib.util.find_spec(name).submodule_search_locations[0])


def trl_template(name="gptoss"):
    return (package_folder("trl") / "chat_templates" / f"{name}.jinja").read_text()


def unsloth_template():
    return unsloth_text("gptoss_template")


def ollama_template():
    """The template of Ollama's model, which unsloth's package carries in a model file."""
    return unsloth_text("gptoss_ollama").split('TEMPLATE """', 1)[1].split('"""', 1)[0]


def unsloth_text(name):
    module = ast.parse((package_folder("unsloth") / "chat_templates.py").read_text())
    for statement in module.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", None) == name:
            return ast.literal_eval(statement.value)
    raise LookupError(name)


def compiled(source, date):
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, GenerationBlocks]
    )
    environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
    environment.globals["strftime_now"] = lambda format: date
    environment.globals["raise_exception"] = raise_exception
    return environment.from_string(source)


def raise_exception(message):
    raise TemplateError(message)


def render(template, messages, tools, effort, builtin_tools, add_generation_prompt=True):
    """The prompt, or None where the template stops."""
    settings = {} if effort is None else {"reasoning_effort": effort}
    if builtin_tools:
        settings["builtin_tools"] = builtin_tools
    try:
        return template.render(
            messages=messages, tools=tools or None, add_generation_prompt=add_generation_prompt, **settings
        )
    except (TemplateError, TypeError, ValueError):
        return None


def prepared(body):
    """Messages as data sets have them: reasoning under `thinking`, arguments parsed, null as "", parts joined."""
    messages = copy.deepcopy(body["messages"])
    for message in messages:
        if isinstance(message.get("content"), list):
            message["content"] = "".join(part["text"] for part in message["content"])
        if "content" in message and message["content"] is None:
            message["content"] = ""
        for key in ["reasoning", "reasoning_content"]:
            if key in message:
                message["thinking"] = message.pop(key)
        for call in message.get("tool_calls", []):
            try:
                call["function"]["arguments"] = json.loads(call["function"]["arguments"])
            except ValueError:
                pass
    return messages


def prepared_prompt(template, body, builtin_tools, add_generation_prompt=True):
    tools = None if body.get("tool_choice") == "none" else body.get("tools")
    return render(
        template, prepared(body), tools, body.get("reasoning_effort"), builtin_tools, add_generation_prompt
    )


def sglang_prompt(template, body, builtin_tools):
    messages = copy.deepcopy(body["messages"])
    for message in messages:
        for key in ["reasoning", "reasoning_content", "thinking", "name"]:
            message.pop(key, None)
        if isinstance(message.get("content"), list):
            message["content"] = " ".join(part["text"] for part in message["content"])
        if message.get("content") is None:
            message["content"] = ""
        for call in message.get("tool_calls", []):
            try:
                call["function"]["arguments"] = json.loads(call["function"]["arguments"])
            except ValueError:
                return None
    if messages[-1]["role"] == "assistant":
        messages[-1] = {"role": "user", "content": messages[-1]["content"]}
    choice = body.get("tool_choice")
    tools = [] if choice == "none" else copy.deepcopy(body.get("tools") or [])
    if isinstance(choice, dict):
        tools = [tool for tool in tools if tool["function"]["name"] == choice["function"]["name"]]
    for tool in tools:
        tool["function"].setdefault("description", None)
        tool["function"].setdefault("parameters", None)
    return render(template, messages, tools, body.get("reasoning_effort"), builtin_tools)
