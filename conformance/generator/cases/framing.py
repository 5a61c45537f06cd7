"""Where messages begin, and what stands between them."""

from case import (
    CONSTRAIN_JSON,
    DYNAMO,
    EXO_1126,
    SGLANG_9097,
    TENSTORRENT_386,
    C,
    F,
    R,
    call,
    cases_of,
    harmony,
    llama,
    message,
    vllm,
)
from completion import Plain

add = cases_of("missing-start")
add("final", "<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b<|return|>", [R("a"), F("b")], source=vllm(35906))
add("commentary", "<|channel|>analysis<|message|>a<|end|><|channel|>commentary<|message|>Looking.<|end|>", [R("a"), C("Looking.")])
add(
    "call",
    '<|channel|>analysis<|message|>a<|end|><|channel|>commentary to=functions.f <|constrain|>json<|message|>{"x":1}<|call|>',
    [R("a"), call("functions.f", '{"x":1}', type=CONSTRAIN_JSON)],
)
add(
    "after-call",
    "<|channel|>commentary to=functions.f json<|message|>{}<|call|><|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.f", "{}", type="json"), call("functions.g", "{}", type="json")],
)
add("after-return", "<|channel|>final<|message|>a<|return|><|channel|>final<|message|>b<|return|>", [F("a"), F("b")])
add("analysis-twice", "<|channel|>analysis<|message|>a<|end|><|channel|>analysis<|message|>b<|end|>", [R("a"), R("b")])
add(
    "twice",
    "<|channel|>analysis<|message|>a<|end|><|channel|>commentary<|message|>b<|end|><|channel|>final<|message|>c<|return|>",
    [R("a"), C("b"), F("c")],
    ["missing-start", "missing-start"],
)
add(
    "third-message",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|end|><|channel|>final<|message|>c<|return|>",
    [R("a"), C("b"), F("c")],
)
add(
    "after-starting-with-start",
    "<|start|>assistant<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
)
add("unicode", "<|channel|>analysis<|message|>考えます。<|end|><|channel|>final<|message|>はい。<|return|>", [R("考えます。"), F("はい。")])
add(
    "role-is-there",
    "<|channel|>analysis<|message|>a<|end|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    note="The role shows that only the marker is missing.",
)
add(
    "after-tool-result",
    '<|start|>functions.f to=assistant<|channel|>commentary<|message|>{"t":20}<|end|><|channel|>final<|message|>20°<|return|>',
    [message('{"t":20}', "commentary", role="tool", name="functions.f", to="assistant"), F("20°")],
    note="The next message is the assistant's whatever role the one before had.",
)
add(
    "recipient-is-there",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|> to=functions.b<|channel|>commentary json<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.b", "{}", type="json")],
    note="A recipient shows that a header has begun.",
)
add(
    "role-and-recipient-are-there",
    "<|channel|>analysis<|message|>a<|end|>assistant to=functions.b<|channel|>commentary json<|message|>{}<|call|>",
    [R("a"), call("functions.b", "{}", type="json")],
)
add("after-empty-final", "<|channel|>final<|message|><|end|><|channel|>final<|message|>b<|return|>", [F(""), F("b")])

add = cases_of("missing-role")
add("final", "<|channel|>analysis<|message|>a<|end|><|start|><|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add("first", "<|start|><|channel|>final<|message|>b<|return|>", [F("b")])
add(
    "call",
    "<|channel|>analysis<|message|>a<|end|><|start|><|channel|>commentary to=functions.f json<|message|>{}<|call|>",
    [R("a"), call("functions.f", "{}", type="json")],
)
add("commentary", "<|channel|>analysis<|message|>a<|end|><|start|><|channel|>commentary<|message|>Wait…<|end|>", [R("a"), C("Wait…")])
add("analysis", "<|start|><|channel|>analysis<|message|>Let me see.<|end|>", [R("Let me see.")])
add(
    "after-call",
    "<|channel|>commentary to=functions.f json<|message|>{}<|call|><|start|><|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.f", "{}", type="json"), call("functions.g", "{}", type="json")],
)
add(
    "twice",
    "<|start|><|channel|>analysis<|message|>a<|end|><|start|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["missing-role", "missing-role"],
)
add("no-channel-either", "<|channel|>analysis<|message|>a<|end|><|start|><|message|>b<|return|>", [R("a"), message("b")])
add(
    "constrained-final",
    '<|channel|>analysis<|message|>a<|end|><|start|><|channel|>final <|constrain|>json<|message|>{"a":[]}<|return|>',
    [R("a"), message('{"a":[]}', "final", type=CONSTRAIN_JSON)],
)

add = cases_of("repeated-start")
add("start-start", "<|start|><|start|>assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")], source=EXO_1126)
add("start-role-start-role", "<|start|>assistant<|start|>assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")], source=SGLANG_9097)
add(
    "later-start-start",
    "<|channel|>analysis<|message|>a<|end|><|start|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    source=vllm(43408),
)
add(
    "later-start-role-start-role",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
)
add(
    "call",
    '<|start|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"x":1}<|call|>',
    [call("functions.f", '{"x":1}', type=CONSTRAIN_JSON)],
)
add(
    "recipient-first",
    '<|start|>assistant<|start|>assistant to=functions.f<|channel|>commentary json<|message|>{"x":1}<|call|>',
    [call("functions.f", '{"x":1}', type="json")],
)
add("analysis", "<|start|>assistant<|start|>assistant<|channel|>analysis<|message|>Умножить.<|end|>", [R("Умножить.")])
add("no-channel", "<|start|><|start|>assistant<|message|>Hi<|return|>", [message("Hi")])
add("three", "<|start|><|start|><|start|>assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")], ["repeated-start", "repeated-start"])
add(
    "in-two-messages",
    "<|start|><|start|>assistant<|channel|>analysis<|message|>a<|end|><|start|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["repeated-start", "repeated-start"],
)
add("user", "<|start|><|start|>user<|message|>Hello<|end|>", [message("Hello", role="user")])

add = cases_of("repeated-role")
add("glued", "<|start|>assistantassistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")], source=TENSTORRENT_386)
add("after-preset-role", "assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")], note="The prefill ended with the role already.")
add(
    "later-glued",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistantassistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
)
add("spaced", "<|start|>assistant assistant<|channel|>final<|message|>Hi<|return|>", [F("Hi")])
add(
    "glued-call",
    '<|start|>assistantassistant<|channel|>commentary to=functions.f json<|message|>{"x":1}<|call|>',
    [call("functions.f", '{"x":1}', type="json")],
)
add(
    "glued-recipient-first",
    '<|start|>assistantassistant to=functions.f<|channel|>commentary json<|message|>{"x":1}<|call|>',
    [call("functions.f", '{"x":1}', type="json")],
)
add("glued-analysis", "<|start|>assistantassistant<|channel|>analysis<|message|>Zählen wir.<|end|>", [R("Zählen wir.")])
add(
    "glued-three",
    "<|start|>assistantassistantassistant<|channel|>final<|message|>Hi<|return|>",
    [F("Hi")],
    note="One run of text: one deviation.",
)
add(
    "in-two-messages",
    "<|start|>assistantassistant<|channel|>analysis<|message|>a<|end|><|start|>assistantassistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["repeated-role", "repeated-role"],
)
add("preset-role-call", "assistant<|channel|>commentary to=functions.f json<|message|>{}<|call|>", [call("functions.f", "{}", type="json")])
add("preset-role-no-channel", "assistant<|message|>Hi<|return|>", [message("Hi")])

add = cases_of("extra-stop")
add("end-return", "<|channel|>final<|message|>Answer<|end|><|return|>", [F("Answer")], source=vllm(50690))
add(
    "return-message",
    "<|channel|>final<|message|>hi<|return|><|message|>",
    [F("hi")],
    source="https://github.com/vllm-project/vllm/pull/47350",
)
add("return-return", "<|channel|>final<|message|>Answer<|return|><|return|>", [F("Answer")])
add(
    "call-call",
    "<|channel|>commentary to=functions.f json<|message|>{}<|call|><|call|>",
    [call("functions.f", "{}", type="json")],
    source=vllm(27243),
)
add(
    "end-end-then-final",
    "<|channel|>analysis<|message|>a<|end|><|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    source=vllm(22519),
)
add(
    "call-end-then-call",
    "<|channel|>commentary to=functions.f json<|message|>{}<|call|><|end|><|start|>assistant<|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.f", "{}", type="json"), call("functions.g", "{}", type="json")],
)
add("call-return", "<|channel|>commentary to=functions.f json<|message|>{}<|call|><|return|>", [call("functions.f", "{}", type="json")])
add("return-end", "<|channel|>final<|message|>Готово.<|return|><|end|>", [F("Готово.")])
add("empty-final", "<|channel|>final<|message|><|end|><|return|>", [F("")])
add("two-extra", "<|channel|>final<|message|>Answer<|end|><|return|><|return|>", [F("Answer")], ["extra-stop", "extra-stop"])
add(
    "in-two-places",
    "<|channel|>analysis<|message|>a<|end|><|end|><|start|>assistant<|channel|>final<|message|>b<|end|><|return|>",
    [R("a"), F("b")],
    ["extra-stop", "extra-stop"],
)
add(
    "end-message-then-final",
    "<|channel|>analysis<|message|>a<|end|><|message|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
)
add("three-extra", "<|channel|>final<|message|>Hi<|end|><|end|><|end|><|return|>", [F("Hi")], ["extra-stop", "extra-stop", "extra-stop"])

add = cases_of("text-between-messages")
add(
    "channel-name-after-call",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|>commentary<|channel|>commentary to=functions.f json<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.f", "{}", type="json")],
    ["text-between-messages", "missing-start"],
    source=harmony(60),
)
add(
    "sentence",
    "<|channel|>analysis<|message|>a<|end|> some text <|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    source=vllm(22519),
)
add(
    "number",
    "<|channel|>analysis<|message|>a<|end|>364<|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    source="https://github.com/vllm-project/vllm/pull/43408",
)
add(
    "full-stop",
    "<|channel|>analysis<|message|>a<|end|>.<|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    source=vllm(22519),
)
add("line-break", "<|channel|>analysis<|message|>a<|end|>\n<|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add(
    "channel-name-before-start",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|>commentary<|start|>assistant<|channel|>commentary to=functions.f json<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.f", "{}", type="json")],
    source=harmony(68),
)
add(
    "between-calls",
    '<|channel|>commentary to=functions.a json<|message|>{"n":1}<|call|> and then <|start|>assistant<|channel|>commentary to=functions.b json<|message|>{"n":2}<|call|>',
    [call("functions.a", '{"n":1}', type="json"), call("functions.b", '{"n":2}', type="json")],
)
add("unicode", "<|channel|>analysis<|message|>a<|end|>好的。<|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add(
    "after-the-last",
    "<|channel|>final<|message|>Bye.<|return|> Anything else?",
    [F("Bye.")],
    note="Text after the last message is between it and the end.",
)
add(
    "twice",
    "<|channel|>analysis<|message|>a<|end|> x <|start|>assistant<|channel|>commentary<|message|>b<|end|> y <|start|>assistant<|channel|>final<|message|>c<|return|>",
    [R("a"), C("b"), F("c")],
    ["text-between-messages", "text-between-messages"],
)
add(
    "paragraphs",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|>Here are the results:\n\n1. none\n\n<|start|>assistant<|channel|>final<|message|>None.<|return|>",
    [call("functions.a", "{}", type="json"), F("None.")],
)
add("final-line-break", "<|channel|>final<|message|>Hi<|return|>\n", [F("Hi")])

add = cases_of("text-before-header")
add(
    "sentence-then-call",
    "I need both.<|start|>assistant<|channel|>commentary to=functions.a json<|message|>{}<|call|>",
    [message("I need both."), call("functions.a", "{}", type="json")],
    source=DYNAMO,
)
add(
    "trailing-space",
    "I need both. <|start|>assistant<|channel|>commentary to=functions.a json<|message|>{}<|call|>",
    [message("I need both. "), call("functions.a", "{}", type="json")],
    source=DYNAMO,
    note="Text is kept as it was written.",
)
add(
    "then-final",
    "Let me think about it.<|start|>assistant<|channel|>final<|message|>4<|return|>",
    [message("Let me think about it."), F("4")],
)
add(
    "then-analysis",
    "Sure!<|start|>assistant<|channel|>analysis<|message|>User wants a poem.<|end|>",
    [message("Sure!"), R("User wants a poem.")],
)
add(
    "paragraphs",
    "We have two files.\n\nRead both.<|start|>assistant<|channel|>commentary to=functions.read json<|message|>{}<|call|>",
    [message("We have two files.\n\nRead both."), call("functions.read", "{}", type="json")],
)
add(
    "unicode",
    "Je vais vérifier ça 🙂<|start|>assistant<|channel|>final<|message|>Oui.<|return|>",
    [message("Je vais vérifier ça 🙂"), F("Oui.")],
)
add(
    "then-two",
    "First, search.<|start|>assistant<|channel|>commentary to=functions.search json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>Found.<|return|>",
    [message("First, search."), call("functions.search", "{}", type="json"), F("Found.")],
)
add(
    "json",
    '{"thought":"use the tool"}<|start|>assistant<|channel|>commentary to=functions.a json<|message|>{}<|call|>',
    [message('{"thought":"use the tool"}'), call("functions.a", "{}", type="json")],
)
add(
    "code",
    "```python\nprint(1)\n```<|start|>assistant<|channel|>final<|message|>Done.<|return|>",
    [message("```python\nprint(1)\n```"), F("Done.")],
)
add(
    "then-recipient-first",
    "Calling the tool now.<|start|>assistant to=functions.a<|channel|>commentary json<|message|>{}<|call|>",
    [message("Calling the tool now."), call("functions.a", "{}", type="json")],
)

add = cases_of("no-markup")
add("word", "Hello", [message("Hello")], source=llama(25321))
add("sentence", "The capital of Peru is Lima.", [message("The capital of Peru is Lima.")])
add("json", '{"verdict": "approve", "score": 0.93}', [message('{"verdict": "approve", "score": 0.93}')], source=llama(25321))
add("paragraphs", "# Title\n\nSome text.\n\n- a\n- b", [message("# Title\n\nSome text.\n\n- a\n- b")])
add("unicode", "こんにちは、世界 🌏", [message("こんにちは、世界 🌏")])
add("final-line-break", "Hello\n", [message("Hello\n")], note="Text is kept as it was written.")
add("code", "```js\nconst x = 1\n```", [message("```js\nconst x = 1\n```")])
add("marker-text", [Plain("The token <|channel|> starts a channel name.")], [message("The token <|channel|> starts a channel name.")])
add("stop-withheld", "Hello", [message("Hello")], stopped=True)
add("starts-like-a-channel", "analysis of the problem: none", [message("analysis of the problem: none")])
add(
    "looks-like-a-recipient",
    "Use to=functions.f for that.",
    [message("Use to=functions.f for that.")],
    note="Without markers there is no header.",
)
