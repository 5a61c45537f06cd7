"""Where content begins and ends, and what is in it."""

from case import CONSTRAIN_JSON, DYNAMO, FRONTEND_CRATES_237, LM_STUDIO_942, C, F, R, call, cases_of, harmony, llama, message, vllm

add = cases_of("missing-message")
add(
    "refusal-then-final",
    "I must refuse<|end|><|start|>assistant<|channel|>final<|message|>Sorry.<|return|>",
    [message("I must refuse"), F("Sorry.")],
    source=harmony(80),
)
add("analysis-text", "<|channel|>analysis I must refuse<|end|>", [R("I must refuse")], source="https://github.com/openai/harmony/pull/82")
add(
    "final-json",
    '<|channel|>analysis<|message|>Simple.<|end|><|start|>assistant<|channel|>final {"answer": "hi"}<|return|>',
    [R("Simple."), F('{"answer": "hi"}')],
    source=vllm(47062),
)
add("glued-handoff", "<|channel|>final__HANDOFF__<|return|>", [F("__HANDOFF__")], source=FRONTEND_CRATES_237)
add(
    "stub-questions",
    "<|channel|>commentary?commentary?<|end|><|start|>assistant<|channel|>analysis<|message|>x<|end|>",
    [R("x")],
    source=llama(27720),
)
add(
    "stub-question-marks",
    "<|channel|>??<|end|><|start|>assistant<|channel|>analysis<|message|>Again.<|end|>",
    [R("Again.")],
    source=llama(27720),
)
add("stub-channel-only", "<|channel|>final<|return|>", [], note="Nothing but a channel name: no message.")
add("stub-ellipsis", "<|channel|>analysis...<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>", [F("Yes.")])
add("stub-channel-words", "<|channel|>commentary analysis<|end|><|start|>assistant<|channel|>analysis<|message|>Hm.<|end|>", [R("Hm.")])
add(
    "stub-in-second",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary?<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
)
add("text-only", "I cannot help with that.<|return|>", [message("I cannot help with that.")], source=vllm(23567))
add("text-only-unicode", "Lo siento, no puedo ayudar con eso. 😔<|return|>", [message("Lo siento, no puedo ayudar con eso. 😔")])
add("text-with-line-breaks", "First line.\n\n- item one\n- item two<|end|>", [message("First line.\n\n- item one\n- item two")])
add(
    "text-with-inner-spaces",
    "<|channel|>analysis a  b   c<|end|>",
    [R("a  b   c")],
    note="The official non-strict mode folds the spaces; the text is kept as it was written.",
)
add(
    "commentary-text",
    "<|channel|>commentary Let me check the logs.<|end|><|start|>assistant<|channel|>final<|message|>All fine.<|return|>",
    [C("Let me check the logs."), F("All fine.")],
)
add("glued-sentence", "<|channel|>finalThe answer is 42.<|return|>", [F("The answer is 42.")])
add(
    "glued-analysis",
    "<|channel|>analysisWe need to add the numbers.<|end|><|start|>assistant<|channel|>final<|message|>7<|return|>",
    [R("We need to add the numbers."), F("7")],
)
add("glued-json", '<|channel|>final{"answer":"hi"}<|return|>', [F('{"answer":"hi"}')], source=vllm(47062))
add("glued-markdown", "<|channel|>final**Lima** is the capital.<|return|>", [F("**Lima** is the capital.")])
add("glued-cjk", "<|channel|>final東京は晴れです。<|return|>", [F("東京は晴れです。")])
add("line-break", "<|channel|>final\nThe answer is 42.<|return|>", [F("The answer is 42.")])
add(
    "call-arguments",
    '<|channel|>commentary to=functions.get_weather {"city":"Oslo"}<|call|>',
    [call("functions.get_weather", '{"city":"Oslo"}')],
)
add(
    "call-constrain-arguments",
    '<|channel|>commentary to=functions.get_weather <|constrain|>json{"city":"Oslo"}<|call|>',
    [call("functions.get_weather", '{"city":"Oslo"}', type=CONSTRAIN_JSON)],
    note="The type ends where the JSON starts.",
)
add(
    "call-constrain-space-arguments",
    '<|channel|>commentary to=functions.get_weather <|constrain|>json {"city":"Oslo"}<|call|>',
    [call("functions.get_weather", '{"city":"Oslo"}', type=CONSTRAIN_JSON)],
)
add(
    "call-json-arguments",
    '<|channel|>commentary to=functions.get_weather json {"city":"Oslo"}<|call|>',
    [call("functions.get_weather", '{"city":"Oslo"}', type="json")],
    note="After a recipient, the word json before JSON is a content type.",
)
add(
    "digit-is-text",
    "<|channel|>commentary 2?<|end|><|start|>assistant<|channel|>analysis<|message|>x<|end|>",
    [C("2?"), R("x")],
    source=llama(27720),
    note="A digit is neither punctuation nor a channel name: the text is kept.",
)
add(
    "free-text-after-channel-marker",
    "<|channel|>Hello there, friend<|end|>",
    [message("Hello there, friend")],
    source=llama(27720),
    note="No channel name is known here, and the header never ended: all of it is text.",
)
add("empty-header", "<|return|>", [], note="A stop token and nothing else.")
add("empty-second-header", "<|channel|>final<|message|>Hi<|end|><|start|>assistant<|return|>", [F("Hi")])
add("first-header-is-a-role", "<|start|>assistant<|end|><|start|>assistant<|channel|>final<|message|>x<|return|>", [F("x")])
add("paragraph", "<|channel|>analysis\n\nWe need to go.<|end|>", [R("We need to go.")])
add("colon", "<|channel|>analysis: We need<|end|>", [R(": We need")])
add("quoted", '<|channel|>final "yes"<|return|>', [F('"yes"')])
add("list", "<|channel|>final [1, 2]<|return|>", [F("[1, 2]")])
add("constrained-final", '<|channel|>final <|constrain|>json{"a":1}<|return|>', [message('{"a":1}', "final", type=CONSTRAIN_JSON)])
add(
    "typed-final",
    '<|channel|>final json {"a":1}<|return|>',
    [message('{"a":1}', "final", type="json")],
    note="The word json before JSON is a content type.",
)
add("word-json-is-text", "<|channel|>final json is a format.<|return|>", [F("json is a format.")])
add("starts-with-to", "<|channel|>analysis to be safe, check.<|end|>", [R("to be safe, check.")])
add("glued-arguments", '<|channel|>commentary to=functions.f{"a":1}<|call|>', [call("functions.f", '{"a":1}')])
add("no-arguments", "<|channel|>commentary to=functions.f <|constrain|>json<|call|>", [call("functions.f", "", type=CONSTRAIN_JSON)])
add("unknown-name-is-text", "<|channel|>fina Hello<|return|>", [message("fina Hello")])
add("stop-withheld", '<|channel|>final {"a":1}', [F('{"a":1}')], stopped=True)
add("stub-stop-withheld", "<|channel|>final", [], stopped=True)

add = cases_of("implicit-end")
add("channel", "<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add("start", "<|channel|>analysis<|message|>a<|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add(
    "channel-to-call",
    '<|channel|>analysis<|message|>Need the file.<|channel|>commentary to=functions.read json<|message|>{"p":"a"}<|call|>',
    [R("Need the file."), call("functions.read", '{"p":"a"}', type="json")],
)
add(
    "start-to-call",
    '<|channel|>analysis<|message|>Need the file.<|start|>assistant<|channel|>commentary to=functions.read <|constrain|>json<|message|>{"p":"a"}<|call|>',
    [R("Need the file."), call("functions.read", '{"p":"a"}', type=CONSTRAIN_JSON)],
)
add(
    "call-to-call",
    '<|channel|>commentary to=functions.a json<|message|>{"x":1}<|start|>assistant<|channel|>commentary to=functions.b json<|message|>{"x":2}<|call|>',
    [call("functions.a", '{"x":1}', type="json"), call("functions.b", '{"x":2}', type="json")],
)
add(
    "preamble-to-call",
    "<|channel|>commentary<|message|>One moment.<|channel|>commentary to=functions.a json<|message|>{}<|call|>",
    [C("One moment."), call("functions.a", "{}", type="json")],
)
add("empty-content", "<|channel|>analysis<|message|><|channel|>final<|message|>b<|return|>", [R(""), F("b")])
add("unicode", "<|channel|>analysis<|message|>Считаю…<|channel|>final<|message|>42 ✓<|return|>", [R("Считаю…"), F("42 ✓")])
add(
    "three",
    "<|channel|>analysis<|message|>a<|channel|>commentary<|message|>b<|channel|>final<|message|>c<|return|>",
    [R("a"), C("b"), F("c")],
    ["implicit-end", "implicit-end"],
)
add("line-break-before", "<|channel|>analysis<|message|>a\n<|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a\n"), F("b")])
add(
    "tool-result-follows",
    '<|channel|>commentary to=functions.f json<|message|>{}<|start|>functions.f to=assistant<|channel|>commentary<|message|>"ok"<|end|>',
    [call("functions.f", "{}", type="json"), message('"ok"', "commentary", role="tool", name="functions.f", to="assistant")],
    ["implicit-end", "foreign-author"],
)

add = cases_of("stray-marker")
add(
    "message-in-content",
    "<|channel|>final<|message|>a<|message|>b<|return|>",
    [F("ab")],
    source="https://github.com/vllm-project/vllm/pull/47350",
)
add("constrain-in-content", "<|channel|>final<|message|>a<|constrain|>b<|return|>", [F("ab")])
add("message-first", "<|channel|>final<|message|><|message|>Hi<|return|>", [F("Hi")])
add("message-last", "<|channel|>final<|message|>Hi<|message|><|return|>", [F("Hi")])
add(
    "constrain-json",
    '<|channel|>commentary to=functions.f<|message|><|constrain|>json{"x":1}<|call|>',
    [call("functions.f", 'json{"x":1}')],
    note="The word after the marker is content: it came after the header.",
)
add(
    "in-arguments",
    '<|channel|>commentary to=functions.f json<|message|>{"x":<|message|>1}<|call|>',
    [call("functions.f", '{"x":1}', type="json")],
)
add(
    "in-analysis",
    "<|channel|>analysis<|message|>So the token<|message|> is next.<|end|><|start|>assistant<|channel|>final<|message|>ok<|return|>",
    [R("So the token is next."), F("ok")],
)
add("two", "<|channel|>final<|message|>a<|message|>b<|constrain|>c<|return|>", [F("abc")], ["stray-marker", "stray-marker"])
add("unicode", "<|channel|>final<|message|>да<|message|>нет<|return|>", [F("данет")])
add("reserved", "<|channel|>final<|message|>a<|reserved_200013|>b<|return|>", [F("ab")], note="A token without a meaning.")
add("start-of-text", "<|channel|>final<|message|><|startoftext|>Hi<|return|>", [F("Hi")])
add("without-a-header", "<|message|><|message|>Hi<|return|>", [message("Hi")])

add = cases_of("end-of-text")
add("final", "<|channel|>final<|message|>Hi<|endoftext|>", [F("Hi")], source=vllm(50690))
add("analysis", "<|channel|>analysis<|message|>Then stop.<|endoftext|>", [R("Then stop.")])
add("call", '<|channel|>commentary to=functions.f json<|message|>{"x":1}<|endoftext|>', [call("functions.f", '{"x":1}', type="json")])
add(
    "constrained-call",
    '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"x":1}<|endoftext|>',
    [call("functions.f", '{"x":1}', type=CONSTRAIN_JSON)],
)
add("second-message", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|endoftext|>", [R("a"), F("b")])
add("unicode", "<|channel|>final<|message|>Até logo 👋<|endoftext|>", [F("Até logo 👋")])
add("empty", "<|channel|>final<|message|><|endoftext|>", [F("")])
add("no-channel", "<|message|>Hi<|endoftext|>", [message("Hi")])
add("then-more", "<|channel|>analysis<|message|>a<|endoftext|><|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])

add = cases_of("unterminated")
add("final", "<|channel|>final<|message|>Hi", [F("Hi")], source=LM_STUDIO_942)
add("analysis", "<|channel|>analysis<|message|>We need to find all the", [R("We need to find all the")])
add(
    "call",
    '<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"city":"San F',
    [call("functions.f", '{"city":"San F', type=CONSTRAIN_JSON)],
    source=DYNAMO,
)
add(
    "call-complete-json",
    '<|channel|>commentary to=functions.f json<|message|>{"city":"Rome"}',
    [call("functions.f", '{"city":"Rome"}', type="json")],
    note="Valid JSON does not end a call.",
)
add("second", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", [R("a"), F("b")])
add("empty", "<|channel|>final<|message|>", [F("")])
add("unicode", "<|channel|>final<|message|>Grüße 🌞", [F("Grüße 🌞")])
add("commentary", "<|channel|>commentary<|message|>I will call", [C("I will call")])
add("no-channel", "<|message|>Hello", [message("Hello")])
add("white-space", "<|channel|>final<|message|>Hi \n", [F("Hi \n")])

add = cases_of("unterminated-header")
add("final-json", '<|channel|>final {"answer": "hi"}', [F('{"answer": "hi"}')], source=vllm(47062))
add("analysis-text", "<|channel|>analysis We should check", [R("We should check")])
add("channel-only", "<|channel|>analysis", [], note="Nothing but a channel name: no message.")
add("after-start", "<|channel|>analysis<|message|>a<|end|><|start|>", [R("a")])
add("after-role", "<|channel|>analysis<|message|>a<|end|><|start|>assistant", [R("a")], source=vllm(45736))
add("after-channel-marker", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>", [R("a")])
add("second-channel-only", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final", [R("a")])
add("glued", "<|channel|>final__HANDOFF__", [F("__HANDOFF__")], source=FRONTEND_CRATES_237)
add("glued-unicode", "<|channel|>final¡Hola!", [F("¡Hola!")])
add("call-arguments", '<|channel|>commentary to=functions.f {"x":1}', [call("functions.f", '{"x":1}')])
add(
    "recipient-only",
    "<|channel|>commentary to=functions.f",
    [],
    note="The name may go on: a call that the end cuts in its header is no call.",
)
add("stub", "<|channel|>commentary?commentary?", [], source=llama(27720))
add("second-text", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final It is 4.", [R("a"), F("It is 4.")])

add = cases_of("invalid-utf8")
HEAD = "<|channel|>final<|message|>"
add(
    "space-and-half-an-emoji",
    [HEAD, [9552, 9552], "<|return|>"],
    [F(" \ufffd \ufffd")],
    ["invalid-utf8", "invalid-utf8"],
    source="https://github.com/openai/harmony/pull/83",
    note="Each of the tokens is a space and the first two bytes of a four-byte character.",
)
add("lone-continuation", [HEAD, "a", b"\x80", "b<|return|>"], [F("a\ufffdb")])
add("lone-lead", [HEAD, "a", b"\xc3", "b<|return|>"], [F("a\ufffdb")])
add("cut-by-stop", [HEAD, "caf", b"\xc3", "<|return|>"], [F("caf\ufffd")])
add("cut-three-bytes", [HEAD, "x", b"\xe4\xb8", "y<|return|>"], [F("x\ufffdy")])
add("cut-four-bytes", [HEAD, "x", b"\xf0\x9f\x91", "y<|return|>"], [F("x\ufffdy")])
add("never-valid-byte", [HEAD, "x", b"\xff", "y<|return|>"], [F("x\ufffdy")])
add("first", [HEAD, b"\x9f", "y<|return|>"], [F("\ufffdy")])
add(
    "in-call",
    ['<|channel|>commentary to=functions.f json<|message|>{"x":"', b"\xe2\x82", '"}<|call|>'],
    [call("functions.f", '{"x":"\ufffd"}', type="json")],
)
add(
    "in-analysis",
    ["<|channel|>analysis<|message|>mind", b"\xf0\x9f", " the gap<|end|><|start|>assistant<|channel|>final<|message|>ok<|return|>"],
    [R("mind\ufffd the gap"), F("ok")],
)
add("valid-after-invalid", [HEAD, b"\xe2\x82\xe2\x82\xac", "<|return|>"], [F("\ufffd€")])
