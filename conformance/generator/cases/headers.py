"""What a header says."""

from case import (
    CONSTRAIN_JSON,
    FRONTEND_CRATES_237,
    OPENVINO,
    TENSTORRENT_386,
    C,
    F,
    R,
    call,
    cases_of,
    harmony,
    llama,
    message,
    ollama,
    vllm,
)

add = cases_of("repeated-channel")
add(
    "call-type",
    "<|channel|>commentary to=functions.q<|channel|>commentary json<|message|>{}<|call|>",
    [call("functions.q", "{}", type="json")],
    source=vllm(32587),
)
add("to-assistant", "<|channel|>commentary to=assistant<|channel|>analysis<|message|>think<|end|>", [R("think")], source=llama(21286))
add(
    "call-no-type",
    '<|channel|>commentary to=functions.search<|channel|>commentary<|message|>{"q":"rust"}<|call|>',
    [call("functions.search", '{"q":"rust"}')],
    source=ollama(12132),
)
add(
    "call-constrain",
    '<|channel|>commentary to=functions.search<|channel|>commentary <|constrain|>json<|message|>{"q":"rust"}<|call|>',
    [call("functions.search", '{"q":"rust"}', type=CONSTRAIN_JSON)],
)
add(
    "recipient-before",
    '<|start|>assistant to=functions.exec<|channel|>analysis<|channel|>commentary json<|message|>{"command":"./test"}<|call|>',
    [call("functions.exec", '{"command":"./test"}', type="json")],
    source=ollama(11704),
)
add(
    "analysis-to-commentary",
    '<|channel|>analysis to=functions.read<|channel|>commentary code<|message|>{"path":"a.c"}<|call|>',
    [call("functions.read", '{"path":"a.c"}', type="code")],
)
add(
    "commentary-to-analysis-call",
    '<|channel|>commentary to=functions.read<|channel|>analysis json<|message|>{"path":"a.c"}<|call|>',
    [call("functions.read", '{"path":"a.c"}', "analysis", "json")],
)
add("same-twice", "<|channel|>analysis<|channel|>analysis<|message|>Let me think.<|end|>", [R("Let me think.")])
add("final-last", "<|channel|>analysis<|channel|>final<|message|>Paris<|return|>", [F("Paris")])
add("to-assistant-final", "<|channel|>commentary to=assistant<|channel|>final<|message|>Done ✓<|return|>", [F("Done ✓")])
add(
    "to-assistant-commentary",
    "<|channel|>commentary to=assistant<|channel|>commentary<|message|>Checking both files.<|end|>",
    [C("Checking both files.")],
    source=ollama(11704),
)
add(
    "recipient-after-second",
    '<|channel|>analysis<|channel|>commentary to=functions.f json<|message|>{"n":"ünï"}<|call|>',
    [call("functions.f", '{"n":"ünï"}', type="json")],
)
add(
    "second-message",
    '<|channel|>analysis<|message|>Need the file.<|end|><|start|>assistant<|channel|>commentary to=functions.read<|channel|>commentary json<|message|>{"path":"b"}<|call|>',
    [R("Need the file."), call("functions.read", '{"path":"b"}', type="json")],
)
add(
    "three",
    "<|channel|>commentary<|channel|>analysis<|channel|>final<|message|>ok<|return|>",
    [F("ok")],
    ["repeated-channel", "repeated-channel"],
    note="Two channels are dropped.",
)
add(
    "in-two-messages",
    "<|channel|>commentary to=assistant<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=assistant<|channel|>analysis<|message|>b<|end|>",
    [R("a"), R("b")],
    ["repeated-channel", "repeated-channel"],
)
add(
    "type-before-second",
    "<|channel|>commentary to=functions.f<|constrain|>json<|channel|>commentary<|message|>{}<|call|>",
    [call("functions.f", "{}", type=CONSTRAIN_JSON)],
)

add = cases_of("empty-channel")
add("text", "<|channel|><|message|>text<|end|>", [message("text")], source=TENSTORRENT_386)
add("return", "<|channel|><|message|>The answer is 204.<|return|>", [message("The answer is 204.")])
add("space", "<|channel|> <|message|>text<|end|>", [message("text")])
add("recipient", '<|channel|> to=functions.f<|message|>{"x":1}<|call|>', [message('{"x":1}', to="functions.f")])
add(
    "recipient-type",
    '<|channel|> to=functions.f <|constrain|>json<|message|>{"x":1}<|call|>',
    [message('{"x":1}', to="functions.f", type=CONSTRAIN_JSON)],
)
add("constrain", '<|channel|><|constrain|>json<|message|>{"x":1}<|return|>', [message('{"x":1}', type=CONSTRAIN_JSON)])
add("recipient-first", '<|start|>assistant to=functions.f<|channel|><|message|>{"x":1}<|call|>', [message('{"x":1}', to="functions.f")])
add("later", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|><|message|>b<|return|>", [R("a"), message("b")])
add("unicode", "<|channel|><|message|>Résumé prêt.<|return|>", [message("Résumé prêt.")])
add(
    "in-two-messages",
    "<|channel|><|message|>a<|end|><|start|>assistant<|channel|><|message|>b<|return|>",
    [message("a"), message("b")],
    ["empty-channel", "empty-channel"],
)

add = cases_of("unknown-channel")
add("cut-short", "<|channel|>fina<|message|>The answer.<|return|>", [message("The answer.", "fina")], source=FRONTEND_CRATES_237)
add("question-marks", "<|channel|>??<|message|>x<|end|>", [message("x", "??")], source=llama(27720))
add(
    "comment-call",
    "<|channel|>comment to=functions.f<|message|>{}<|call|>",
    [message("{}", "comment", to="functions.f")],
    source=vllm(42454),
)
add("capital", "<|channel|>Final<|message|>Hi<|return|>", [message("Hi", "Final")], note="Case is kept, and makes it another channel.")
add(
    "letter-more",
    "<|channel|>finalx<|message|>Hi<|return|>",
    [message("Hi", "finalx")],
    source="https://github.com/ai-dynamo/frontend-crates/pull/236",
)
add("thinking", "<|channel|>thinking<|message|>Let me see.<|end|>", [message("Let me see.", "thinking")])
add(
    "summary",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>summary<|message|>Short.<|return|>",
    [R("a"), message("Short.", "summary")],
)
add("cjk", "<|channel|>分析<|message|>先算。<|end|>", [message("先算。", "分析")])
add("doubled", "<|channel|>analysisanalysis<|message|>x<|end|>", [message("x", "analysisanalysis")])
add(
    "typed-call",
    '<|channel|>comments to=functions.f <|constrain|>json<|message|>{"x":1}<|call|>',
    [message('{"x":1}', "comments", to="functions.f", type=CONSTRAIN_JSON)],
)
add(
    "recipient-first",
    '<|start|>assistant to=functions.f<|channel|>comm json<|message|>{"x":1}<|call|>',
    [message('{"x":1}', "comm", to="functions.f", type="json")],
)
add(
    "in-two-messages",
    "<|channel|>reasoning<|message|>a<|end|><|start|>assistant<|channel|>answer<|message|>b<|return|>",
    [message("a", "reasoning"), message("b", "answer")],
    ["unknown-channel", "unknown-channel"],
)

add = cases_of("repeated-recipient")
add(
    "after-channel",
    "<|channel|>commentary to=functions.g to=functions.g<|message|>{}<|call|>",
    [call("functions.g", "{}")],
    source=vllm(51977),
)
add(
    "with-type",
    "<|channel|>commentary to=functions.g to=functions.g json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
    source=vllm(51977),
)
add(
    "with-constrain",
    '<|channel|>commentary to=functions.web-browsing to=functions.web-browsing <|constrain|>json<|message|>{"url":"x"}<|call|>',
    [call("functions.web-browsing", '{"url":"x"}', type=CONSTRAIN_JSON)],
    source=vllm(51977),
)
add(
    "around-channel",
    " to=functions.g<|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
)
add(
    "around-channel-with-role",
    "<|start|>assistant to=functions.g<|channel|>commentary to=functions.g <|constrain|>json<|message|>{}<|call|>",
    [call("functions.g", "{}", type=CONSTRAIN_JSON)],
)
add(
    "before-channel",
    " to=functions.g to=functions.g<|channel|>commentary json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
)
add("analysis", "<|channel|>analysis to=python to=python code<|message|>1+1<|call|>", [call("python", "1+1", "analysis", "code")])
add(
    "three",
    "<|channel|>commentary to=functions.g to=functions.g to=functions.g json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
    ["repeated-recipient", "repeated-recipient"],
)
add(
    "later",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.g to=functions.g json<|message|>{}<|call|>",
    [R("a"), call("functions.g", "{}", type="json")],
)
add(
    "around-type",
    '<|channel|>commentary to=functions.g json to=functions.g<|message|>{"x":1}<|call|>',
    [call("functions.g", '{"x":1}', type="json")],
)
add(
    "unlike",
    '<|channel|>commentary to=functions.f to=functions.g json<|message|>{"x":1}<|call|>',
    [call("functions.g", '{"x":1}', type="json")],
    note="The last wins, as with channels.",
)

add = cases_of("header-noise")
add(
    "word-before-recipient",
    "<|channel|>commentary  ANYTHING to=functions.h<|message|>{}<|call|>",
    [call("functions.h", "{}")],
    source=OPENVINO,
)
add("dashes", "<|channel|>––commentary<|message|>x<|end|>", [C("x")], source=harmony(38))
add(
    "dashes-call",
    '<|channel|>––commentary to=functions.h json<|message|>{"x":1}<|call|>',
    [call("functions.h", '{"x":1}', type="json")],
    source=harmony(38),
)
add(
    "word-between-recipient-and-type",
    '<|channel|>commentary to=functions.h please json<|message|>{"x":1}<|call|>',
    [call("functions.h", '{"x":1}', type="json")],
)
add(
    "words-before-recipient",
    '<|channel|>commentary calling the tool to=functions.h json<|message|>{"x":1}<|call|>',
    [call("functions.h", '{"x":1}', type="json")],
    note="A run of text: one deviation.",
)
add(
    "before-constrain",
    '<|channel|>commentary to=functions.h ok <|constrain|>json<|message|>{"x":1}<|call|>',
    [call("functions.h", '{"x":1}', type=CONSTRAIN_JSON)],
)
add(
    "recipient-first",
    '<|start|>assistant now to=functions.h<|channel|>commentary json<|message|>{"x":1}<|call|>',
    [call("functions.h", '{"x":1}', type="json")],
)
add(
    "analysis-call",
    "<|channel|>analysis run it to=python code<|message|>print(1)<|call|>",
    [call("python", "print(1)", "analysis", "code")],
)
add("cjk", '<|channel|>commentary 调用 to=functions.h json<|message|>{"x":1}<|call|>', [call("functions.h", '{"x":1}', type="json")])
add(
    "later",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary ANYTHING to=functions.h<|message|>{}<|call|>",
    [R("a"), call("functions.h", "{}")],
    source=OPENVINO,
)
add("digit", "<|channel|>commentary2<|message|>x<|end|>", [C("x")], note="A known name ends where its letters end.")
add("hyphen", "<|channel|>-final<|message|>Hi<|return|>", [F("Hi")])
add("no-channel-marker", "analysis<|message|>We need<|end|>", [R("We need")], note="A known channel name is the channel, marker or not.")
add("no-channel-marker-final", "final<|message|>Hi<|return|>", [F("Hi")])
add("no-channel-marker-call", "commentary to=functions.f json<|message|>{}<|call|>", [call("functions.f", "{}", type="json")])
add("no-channel-marker-later", "<|channel|>analysis<|message|>a<|end|><|start|>assistant final<|message|>b<|return|>", [R("a"), F("b")])
add(
    "role-runs-into-channel",
    "<|start|>assistantfinal<|message|>Hi<|return|>",
    [F("Hi")],
    note="A known role that runs into a known channel is no tool's name.",
)
add("to-assistant", "<|channel|>commentary to=assistant<|message|>think<|end|>", [C("think")], source=llama(21286))
add(
    "constrain-twice",
    "<|channel|>commentary to=functions.f <|constrain|>json<|constrain|>json<|message|>{}<|call|>",
    [call("functions.f", "{}", type=CONSTRAIN_JSON)],
)

add = cases_of("header-spacing")
add("final-space", "<|channel|>final <|message|>Hi<|return|>", [F("Hi")], source=OPENVINO)
add("space-final", "<|channel|> final<|message|>Hi<|return|>", [F("Hi")], source=OPENVINO)
add(
    "spaced-equals",
    "<|channel|>commentary to = functions.x json<|message|>{}<|call|>",
    [call("functions.x", "{}", type="json")],
    source=OPENVINO,
)
add(
    "space-after-equals",
    "<|channel|>commentary to= functions.x json<|message|>{}<|call|>",
    [call("functions.x", "{}", type="json")],
    source=OPENVINO,
)
add(
    "space-before-equals",
    "<|channel|>commentary to =functions.x json<|message|>{}<|call|>",
    [call("functions.x", "{}", type="json")],
    source=OPENVINO,
)
add("line-break", "<|channel|>analysis\n<|message|>Hm.<|end|>", [R("Hm.")])
add("double-space", "<|channel|>commentary  to=functions.x json<|message|>{}<|call|>", [call("functions.x", "{}", type="json")])
add("trailing-after-type", "<|channel|>commentary to=functions.x json <|message|>{}<|call|>", [call("functions.x", "{}", type="json")])
add("trailing-after-recipient", "<|channel|>commentary to=functions.x <|message|>{}<|call|>", [call("functions.x", "{}")])
add("after-role", "<|start|>assistant <|channel|>final<|message|>Hi<|return|>", [F("Hi")])
add("both-sides", "<|channel|> final <|message|>Hi<|return|>", [F("Hi")], note="One channel name, trimmed once.")
add(
    "after-constrain",
    "<|channel|>commentary to=functions.x <|constrain|> json<|message|>{}<|call|>",
    [call("functions.x", "{}", type=CONSTRAIN_JSON)],
)
add("later", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final <|message|>b<|return|>", [R("a"), F("b")])
add("tab", "<|channel|>final\t<|message|>Hi<|return|>", [F("Hi")])
add(
    "no-space-before-recipient",
    "<|channel|>commentaryto=functions.f json<|message|>{}<|call|>",
    [call("functions.f", "{}", type="json")],
    note="A space too few is a repair as well.",
)
add("line-break-first", "\n<|channel|>final<|message|>Hi<|return|>", [F("Hi")])

add = cases_of("glued-content-type")
add(
    "shell",
    '<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shell", '{"cmd":"ls"}', type="json")],
    tools=["shell"],
    source=llama(15158),
)
add(
    "no-tools",
    '<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shelljson", '{"cmd":"ls"}')],
    [],
    source=llama(15158),
    note="Without a list of tools the name is what it says.",
)
add(
    "both-tools",
    '<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shelljson", '{"cmd":"ls"}')],
    [],
    tools=["shell", "shelljson"],
    source=llama(15158),
)
add(
    "other-tools",
    '<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shelljson", '{"cmd":"ls"}')],
    [],
    tools=["read"],
    source=llama(15158),
)
add(
    "full-name-in-list",
    '<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shell", '{"cmd":"ls"}', type="json")],
    tools=["functions.shell"],
)
add(
    "underscore",
    '<|channel|>commentary to=functions.get_weatherjson<|message|>{"city":"Rome"}<|call|>',
    [call("functions.get_weather", '{"city":"Rome"}', type="json")],
    tools=["get_weather", "get_time"],
)
add(
    "recipient-first",
    '<|start|>assistant to=functions.shelljson<|channel|>commentary<|message|>{"cmd":"ls"}<|call|>',
    [call("functions.shell", '{"cmd":"ls"}', type="json")],
    tools=["shell"],
)
add(
    "analysis",
    '<|channel|>analysis to=functions.grepjson<|message|>{"pattern":"é"}<|call|>',
    [call("functions.grep", '{"pattern":"é"}', "analysis", "json")],
    tools=["grep"],
)
add(
    "bare-name",
    '<|channel|>commentary to=shelljson<|message|>{"cmd":"ls"}<|call|>',
    [call("shell", '{"cmd":"ls"}', type="json")],
    tools=["shell"],
)
add(
    "code",
    "<|channel|>commentary to=functions.runcode<|message|>print(1)<|call|>",
    [call("functions.run", "print(1)", type="code")],
    tools=["run"],
)
add(
    "second-call",
    '<|channel|>commentary to=functions.shell json<|message|>{"cmd":"a"}<|call|><|start|>assistant<|channel|>commentary to=functions.shelljson<|message|>{"cmd":"b"}<|call|>',
    [call("functions.shell", '{"cmd":"a"}', type="json"), call("functions.shell", '{"cmd":"b"}', type="json")],
    tools=["shell"],
)
add(
    "both-calls",
    "<|channel|>commentary to=functions.ajson<|message|>{}<|call|><|start|>assistant<|channel|>commentary to=functions.bjson<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.b", "{}", type="json")],
    ["glued-content-type", "glued-content-type"],
    tools=["a", "b"],
)
add(
    "tool-that-ends-in-json",
    "<|channel|>commentary to=functions.to_json<|message|>{}<|call|>",
    [call("functions.to_json", "{}")],
    [],
    tools=["to_json", "shell"],
)
add(
    "type-again",
    "<|channel|>commentary to=functions.shelljson json<|message|>{}<|call|>",
    [call("functions.shell", "{}", type="json")],
    tools=["shell"],
)
add(
    "constrain-glued-is-valid",
    "<|channel|>commentary to=functions.shell<|constrain|>json<|message|>{}<|call|>",
    [call("functions.shell", "{}", type=CONSTRAIN_JSON)],
    [],
    tools=["shell"],
)
