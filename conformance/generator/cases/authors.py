"""Who a message is from and to: names in the wrong place, names of nobody, and what only others write."""

from case import CONSTRAIN_JSON, DYNAMO, MLX_LM_875, MODEL_SERVER_3927, OPENVINO, TILES_145, TINKER_947, C, F, R, call, cases_of, message

add = cases_of("misplaced-recipient")
add(
    "content-type",
    '<|channel|>final <|constrain|>functions.list_tickets<|message|>{"open":true}<|return|>',
    [call("functions.list_tickets", '{"open":true}', "final")],
    source=TINKER_947,
)
add("bare-word", '<|channel|>commentary functions.bash<|message|>{"cmd":"ls"}<|call|>', [call("functions.bash", '{"cmd":"ls"}')], source=OPENVINO)
add("channel", "<|channel|>functions.f<|message|>{}<|call|>", [call("functions.f", "{}", None)])
add("constrained-to", "<|channel|>commentary <|constrain|>to=functions.f<|message|>{}<|call|>", [call("functions.f", "{}")])
add("before-type", "<|channel|>commentary functions.f json<|message|>{}<|call|>", [call("functions.f", "{}", type="json")])
add("before-constrain", "<|channel|>commentary functions.f <|constrain|>json<|message|>{}<|call|>", [call("functions.f", "{}", type=CONSTRAIN_JSON)])
add("before-channel", " functions.f<|channel|>commentary<|message|>{}<|call|>", [call("functions.f", "{}")])
add("known-tool", '<|channel|>commentary bash<|message|>{"cmd":"ls"}<|call|>', [call("bash", '{"cmd":"ls"}')], tools=["bash"])
add(
    "known-tool-as-content-type",
    '<|channel|>final <|constrain|>bash<|message|>{"cmd":"ls"}<|return|>',
    [call("bash", '{"cmd":"ls"}', "final")],
    tools=["bash"],
)
add(
    "no-list-no-tool",
    "<|channel|>commentary bash<|message|>{}<|end|>",
    [message("{}", "commentary", type="bash")],
    [],
    note="Without a list of tools only `functions.` tells a name from a content type.",
)
add(
    "without-message",
    '<|channel|>functions.f{"x":1}<|call|>',
    [call("functions.f", '{"x":1}', None)],
    ["misplaced-recipient", "missing-message"],
)

add = cases_of("empty-recipient")
add("namespace", "<|channel|>commentary to=functions.<|message|>{}<|end|>", [C("{}")])
add("nothing", "<|channel|>commentary to=<|message|>Hello<|end|>", [C("Hello")])
add("before-type", "<|channel|>commentary to=functions. json<|message|>{}<|end|>", [message("{}", "commentary", type="json")])
add("before-constrain", "<|channel|>commentary to=functions. <|constrain|>json<|message|>{}<|end|>", [message("{}", "commentary", type=CONSTRAIN_JSON)])
add("before-channel", " to=functions.<|channel|>commentary<|message|>{}<|end|>", [C("{}")])
add("final", "<|channel|>final to=<|message|>Hi<|return|>", [F("Hi")])
add("analysis", "<|channel|>analysis to=functions.<|message|>Hm.<|end|>", [R("Hm.")])
add("beside-another", "<|channel|>commentary to=functions. to=functions.f<|message|>{}<|call|>", [call("functions.f", "{}")])
add("second-message", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.<|message|>{}<|end|>", [R("a"), C("{}")])

add = cases_of("constrain-text")
_both = ["constrain-text", "missing-message"]
add("first", "<|constrain|>write: change the file.<|end|>", [message("write: change the file.")], _both, source=TILES_145)
add("after-channel", "<|channel|>final <|constrain|>note: done.<|return|>", [F("note: done.")], _both)
add("analysis", "<|channel|>analysis<|constrain|>plan: read it.<|end|>", [R("plan: read it.")], _both)
add("glued-punctuation", "<|channel|>commentary <|constrain|>ok, go on<|end|>", [C("ok, go on")], _both)
add("unicode", "<|channel|>final<|constrain|>答え: 42<|return|>", [F("答え: 42")], _both)
add("quoted", "<|channel|>final <|constrain|>'yes'<|return|>", [F("'yes'")], _both)
add("with-role", "<|start|>assistant<|constrain|>write: it.<|end|>", [message("write: it.")], _both)
add("cut", "<|channel|>final <|constrain|>note: do", [F("note: do")], ["constrain-text", "unterminated-header"])
add("recipient", "<|channel|>commentary to=functions.f <|constrain|>go: now<|call|>", [call("functions.f", "go: now")], _both)

add = cases_of("foreign-author")
add(
    "tool-name-ended-by-call",
    '<|start|>bash<|channel|>commentary<|message|>{"cmd":"ls"}<|call|>',
    [call("bash", '{"cmd":"ls"}')],
    source=TILES_145,
    note="Only an assistant ends a message with `<|call|>`.",
)
add(
    "tool-name-after-reasoning",
    '<|channel|>analysis<|message|>List.<|end|><|start|>bash<|channel|>commentary<|message|>{"cmd":"ls"}<|call|>',
    [R("List."), call("bash", '{"cmd":"ls"}')],
)
add(
    "known-tool",
    '<|channel|>analysis<|message|>List.<|end|><|start|>bash<|channel|>commentary<|message|>{"cmd":"ls"}<|end|>',
    [R("List."), call("bash", '{"cmd":"ls"}')],
    tools=["bash"],
)
add(
    "namespaced",
    "<|channel|>analysis<|message|>a<|end|><|start|>functions.f<|channel|>commentary json<|message|>{}<|call|>",
    [R("a"), call("functions.f", "{}", type="json")],
)
add(
    "invented-result",
    '<|channel|>commentary to=functions.f<|message|>{}<|call|><|start|>functions.f to=assistant<|channel|>commentary<|message|>"ok"<|end|>'
    "<|start|>assistant<|channel|>final<|message|>Done.<|return|>",
    [call("functions.f", "{}"), message('"ok"', "commentary", role="tool", name="functions.f", to="assistant"), F("Done.")],
    source=MLX_LM_875,
)
add(
    "invented-result-of-a-known-tool",
    '<|channel|>commentary to=functions.f<|message|>{}<|call|><|start|>functions.f to=assistant<|channel|>commentary<|message|>"ok"<|end|>',
    [call("functions.f", "{}"), message('"ok"', "commentary", role="tool", name="functions.f", to="assistant")],
    tools=["f"],
)
add("user-follows", "<|channel|>final<|message|>a<|end|><|start|>user<|message|>b<|end|>", [F("a"), message("b", role="user")])
add("developer-follows", "<|channel|>final<|message|>a<|end|><|start|>developer<|message|>b<|end|>", [F("a"), message("b", role="developer")])
add(
    "twice",
    "<|channel|>final<|message|>a<|end|><|start|>user<|message|>b<|end|><|start|>assistant<|channel|>final<|message|>c<|end|><|start|>user<|message|>d<|end|>",
    [F("a"), message("b", role="user"), F("c"), message("d", role="user")],
    ["foreign-author", "foreign-author"],
)

add = cases_of("stray-call")
add("final", "<|channel|>final<|message|>Hi<|call|>", [F("Hi")], source=MODEL_SERVER_3927)
add("reasoning", "<|channel|>analysis<|message|>Let me see.<|call|>", [R("Let me see.")])
add("preamble", "<|channel|>commentary<|message|>Looking it up.<|call|>", [C("Looking it up.")])
add("to-everybody", "<|channel|>commentary to=all<|message|>Looking.<|call|>", [message("Looking.", "commentary", to="all")])
add("no-channel", "<|message|>Hi<|call|>", [message("Hi")])
add("json-answer", '<|channel|>final <|constrain|>json<|message|>{"a":1}<|call|>', [message('{"a":1}', "final", type=CONSTRAIN_JSON)])
add(
    "after-a-call",
    "<|channel|>commentary to=functions.f<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>Done.<|call|>",
    [call("functions.f", "{}"), F("Done.")],
)
add("then-another-message", "<|channel|>analysis<|message|>a<|call|><|start|>assistant<|channel|>final<|message|>b<|return|>", [R("a"), F("b")])
add("unicode", "<|channel|>final<|message|>¡Olé! 🎉<|call|>", [F("¡Olé! 🎉")])

add = cases_of("text-before-header")
add(
    "then-channel",
    "We need to call the tool now.<|channel|>commentary to=functions.h json<|message|>{}<|call|>",
    [message("We need to call the tool now."), call("functions.h", "{}", type="json")],
    source=DYNAMO,
    note="Prose is never a content type.",
)
add("colon-then-channel", "Sure: 42<|channel|>final<|message|>Hi<|return|>", [message("Sure: 42"), F("Hi")], source=DYNAMO)
