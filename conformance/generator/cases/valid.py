"""Valid, though parsers trip over it."""

from case import CONSTRAIN_JSON, DYNAMO_10366, C, F, R, call, cases_of, message, vllm
from completion import Plain

add = cases_of("valid")


def valid(slug, input, messages, **rest):
    add(slug, input, messages, [], **rest)


valid("final", "<|channel|>final<|message|>The capital of Peru is Lima.<|return|>", [F("The capital of Peru is Lima.")])
valid(
    "analysis-then-final",
    "<|channel|>analysis<|message|>Simple sum.<|end|><|start|>assistant<|channel|>final<|message|>4<|return|>",
    [R("Simple sum."), F("4")],
)
valid(
    "final-constrain-json",
    '<|channel|>final <|constrain|>json<|message|>{"issues": []}<|return|>',
    [message('{"issues": []}', "final", type=CONSTRAIN_JSON)],
    source=vllm(45570),
)
valid(
    "final-json",
    '<|channel|>final json<|message|>{"ok": true}<|return|>',
    [message('{"ok": true}', "final", type="json")],
    source=vllm(45570),
)
valid(
    "recipient-after-channel",
    '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"location":"Tokyo"}<|call|>',
    [call("functions.get_weather", '{"location":"Tokyo"}', type=CONSTRAIN_JSON)],
)
valid(
    "recipient-before-channel",
    ' to=functions.get_weather<|channel|>commentary <|constrain|>json<|message|>{"location":"Tokyo"}<|call|>',
    [call("functions.get_weather", '{"location":"Tokyo"}', type=CONSTRAIN_JSON)],
)
valid(
    "constrain-without-space",
    '<|channel|>commentary to=functions.f<|constrain|>json<|message|>{"a":1}<|call|>',
    [call("functions.f", '{"a":1}', type=CONSTRAIN_JSON)],
)
valid(
    "recipient-before-channel-constrain-without-space",
    ' to=functions.f<|channel|>commentary<|constrain|>json<|message|>{"a":1}<|call|>',
    [call("functions.f", '{"a":1}', type=CONSTRAIN_JSON)],
)
valid(
    "call-on-analysis",
    '<|channel|>analysis to=functions.grep code<|message|>{"pattern":"foo"}<|call|>',
    [call("functions.grep", '{"pattern":"foo"}', "analysis", "code")],
    source=DYNAMO_10366,
)
valid(
    "call-on-final",
    "<|channel|>final to=functions.notify json<|message|>{}<|call|>",
    [call("functions.notify", "{}", "final", "json")],
    source=vllm(42454),
)
valid(
    "bare-recipient",
    '<|channel|>commentary to=get_weather json<|message|>{"city":"Oslo"}<|call|>',
    [call("get_weather", '{"city":"Oslo"}', type="json")],
    source=vllm(42454),
)
valid(
    "builtin-python",
    "<|channel|>analysis to=python code<|message|>print(2 ** 10)<|call|>",
    [call("python", "print(2 ** 10)", "analysis", "code")],
)
valid(
    "builtin-browser",
    '<|channel|>analysis to=browser.search code<|message|>{"query":"harmony format"}<|call|>',
    [call("browser.search", '{"query":"harmony format"}', "analysis", "code")],
)
valid(
    "container-exec",
    '<|channel|>analysis to=container.exec code<|message|>{"cmd":["bash","-lc","ls -la"]}<|call|>',
    [call("container.exec", '{"cmd":["bash","-lc","ls -la"]}', "analysis", "code")],
)
valid(
    "hyphen-in-name",
    '<|channel|>commentary to=functions.web-browsing json<|message|>{"url":"https://example.com"}<|call|>',
    [call("functions.web-browsing", '{"url":"https://example.com"}', type="json")],
)
valid(
    "two-calls",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|><|start|>assistant<|channel|>commentary to=functions.b json<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.b", "{}", type="json")],
)
valid(
    "two-finals",
    "<|channel|>final<|message|>First.<|end|><|start|>assistant<|channel|>final<|message|>Second.<|return|>",
    [F("First."), F("Second.")],
)
valid(
    "three-analyses",
    "<|channel|>analysis<|message|>One.<|end|><|start|>assistant<|channel|>analysis<|message|>Two.<|end|><|start|>assistant<|channel|>analysis<|message|>Three.<|end|><|start|>assistant<|channel|>final<|message|>Done.<|return|>",
    [R("One."), R("Two."), R("Three."), F("Done.")],
)
valid(
    "preamble-then-call",
    '<|channel|>commentary<|message|>I will look that up.<|end|><|start|>assistant<|channel|>commentary to=functions.lookup <|constrain|>json<|message|>{"q":"x"}<|call|>',
    [C("I will look that up."), call("functions.lookup", '{"q":"x"}', type=CONSTRAIN_JSON)],
)
valid(
    "marker-text-in-arguments",
    ["<|channel|>commentary to=functions.write json<|message|>", Plain('{"text":"stop at <|call|> and <|end|>"}'), "<|call|>"],
    [call("functions.write", '{"text":"stop at <|call|> and <|end|>"}', type="json")],
)
valid(
    "marker-text-in-final",
    ["<|channel|>final<|message|>", Plain("Harmony writes <|start|>assistant<|channel|>final<|message|>…<|return|>."), "<|return|>"],
    [F("Harmony writes <|start|>assistant<|channel|>final<|message|>…<|return|>.")],
)
valid(
    "arguments-not-json",
    "<|channel|>commentary to=functions.f json<|message|>{'a': 1,}<|call|>",
    [call("functions.f", "{'a': 1,}", type="json")],
)
valid(
    "arguments-two-values",
    '<|channel|>commentary to=functions.f json<|message|>{"a":1}{"a":2}<|call|>',
    [call("functions.f", '{"a":1}{"a":2}', type="json")],
)
valid("arguments-empty", "<|channel|>commentary to=functions.f json<|message|><|call|>", [call("functions.f", "", type="json")])
valid("final-empty", "<|channel|>final<|message|><|return|>", [F("")])
valid("call-ended-by-end", "<|channel|>commentary to=functions.f json<|message|>{}<|end|>", [call("functions.f", "{}", type="json")])
valid("final-ended-by-end", "<|channel|>final<|message|>Hi<|end|>", [F("Hi")])
valid("no-channel", "<|message|>Hi<|return|>", [message("Hi")], note="A channel is not required by the grammar.")
valid("starts-with-start", "<|start|>assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")])
valid("white-space-in-content", "<|channel|>final<|message|>\n  Hi\n\n<|return|>", [F("\n  Hi\n\n")])
valid("unicode-content", "<|channel|>final<|message|>Здравствуйте! 你好 👩‍👩‍👧 ﷽<|return|>", [F("Здравствуйте! 你好 👩‍👩‍👧 ﷽")])
valid(
    "whole-conversation",
    "<|start|>system<|message|>You are ChatGPT.<|end|><|start|>developer<|message|># Instructions\n\nBe brief.<|end|><|start|>user<|message|>Weather in Lima?<|end|>"
    '<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Lima"}<|call|>'
    '<|start|>functions.get_weather to=assistant<|channel|>commentary<|message|>{"sky":"grey"}<|end|>'
    "<|start|>assistant<|channel|>final<|message|>Grey.<|return|>",
    [
        message("You are ChatGPT.", role="system"),
        message("# Instructions\n\nBe brief.", role="developer"),
        message("Weather in Lima?", role="user"),
        call("functions.get_weather", '{"city":"Lima"}', type=CONSTRAIN_JSON),
        message('{"sky":"grey"}', "commentary", role="tool", name="functions.get_weather", to="assistant"),
        F("Grey."),
    ],
)
valid(
    "stop-withheld",
    "<|channel|>final<|message|>Hi",
    [F("Hi")],
    stopped=True,
    note="The engine stopped on a stop token that it does not send.",
)
valid(
    "call-stop-withheld",
    '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a":1}',
    [call("functions.f", '{"a":1}', type=CONSTRAIN_JSON)],
    stopped=True,
)
valid(
    "json-with-a-nested-message-word",
    '<|channel|>final<|message|>{"message": "analysis", "final": "assistant"}<|return|>',
    [F('{"message": "analysis", "final": "assistant"}')],
)
valid(
    "final-constrain-without-space",
    "<|channel|>final<|constrain|>json<|message|>{}<|return|>",
    [message("{}", "final", type=CONSTRAIN_JSON)],
)
valid("type-alone", "<|constrain|>json<|message|>{}<|return|>", [message("{}", type=CONSTRAIN_JSON)])
valid("call-without-channel", "<|start|>assistant to=functions.f<|message|>{}<|call|>", [message("{}", to="functions.f")])
valid(
    "tool-without-recipient",
    "<|start|>functions.f<|channel|>commentary<|message|>1<|end|>",
    [message("1", "commentary", role="tool", name="functions.f")],
)
valid(
    "goes-on-after-return",
    "<|channel|>final<|message|>a<|return|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [F("a"), F("b")],
)
valid(
    "odd-recipient",
    '<|channel|>commentary to="functions.f" json<|message|>{}<|call|>',
    [call('"functions.f"', "{}", type="json")],
    note="A recipient is whatever stands after to= up to white space.",
)
valid("nothing", "", [])
