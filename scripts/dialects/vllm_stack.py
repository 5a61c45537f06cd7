"""vLLM's own harmony_utils.py over oss-harmony, without the rest of vLLM: modules that it only takes names from are
stand-ins."""

import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

MEMBER = "vllm/entrypoints/openai/parser/harmony_utils.py"


def load(wheel, date):
    """The module out of vLLM's wheel."""
    stand_in("openai.types.responses.tool", Tool=type("Tool", (), {}))
    envs = types.SimpleNamespace(VLLM_SYSTEM_START_DATE=date, VLLM_GPT_OSS_HARMONY_SYSTEM_INSTRUCTIONS=False)
    stand_in("vllm", envs=envs)
    stand_in("vllm.entrypoints.openai.chat_completion.protocol", ChatCompletionToolsParam=ToolParam)
    stand_in("vllm.exceptions", VLLMValidationError=ValueError)
    stand_in("vllm.logger", init_logger=lambda name: None)
    module = types.ModuleType("harmony_utils")
    # The library would download its vocabulary.
    os.environ.setdefault("TIKTOKEN_ENCODINGS_BASE", str(vocabulary_folder()))
    exec(compile(zipfile.ZipFile(wheel).read(MEMBER), MEMBER, "exec"), module.__dict__)
    return module


def vocabulary_folder():
    root = Path(__file__).parents[2]
    cache = root / ".harmony-cache"
    if not (cache / "o200k_base.tiktoken").exists():
        subprocess.run(["node", str(root / "scripts/official/vocabulary.mjs"), str(cache)], check=True)
    return cache


def stand_in(name, **attributes):
    parent = ""
    for part in name.split("."):
        parent = f"{parent}.{part}".removeprefix(".")
        sys.modules.setdefault(parent, types.ModuleType(parent))
    for key, value in attributes.items():
        setattr(sys.modules[name], key, value)


class ToolParam:
    def __init__(self, tool):
        self.type = "function"
        function = {"description": None, "parameters": None} | tool["function"]
        self.function = types.SimpleNamespace(**function)


def prompt_tokens(harmony, body):
    # vLLM's request model moves the older key before the module sees it.
    messages = [
        message | {"reasoning": message["reasoning_content"]}
        if "reasoning_content" in message and message.get("reasoning") is None
        else message
        for message in body["messages"]
    ]
    instructions, messages = harmony.extract_instructions_from_messages(messages)
    preamble = harmony.build_harmony_preamble(
        instructions=instructions,
        tools=[ToolParam(tool) for tool in body.get("tools") or []] or None,
        reasoning_effort=body.get("reasoning_effort"),
        with_custom_tools=bool(body.get("tools")),
    )
    return harmony.render_for_completion(preamble + harmony.parse_chat_inputs_to_harmony_messages(messages))
