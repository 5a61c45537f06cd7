"""Two or three deviations at once."""

from case import C, F, R, call, cases_of, llama, message

both = cases_of("combined")


both(
    "repeated-channel+missing-message",
    '<|channel|>commentary to=functions.q<|channel|>commentary json {"a":1}<|call|>',
    [call("functions.q", '{"a":1}', type="json")],
    ["repeated-channel", "missing-message"],
)
both(
    "repeated-channel+unterminated",
    '<|channel|>commentary to=functions.q<|channel|>commentary json<|message|>{"a":',
    [call("functions.q", '{"a":', type="json")],
    ["repeated-channel", "unterminated"],
)
both(
    "repeated-channel+extra-stop",
    "<|channel|>commentary to=assistant<|channel|>final<|message|>Hi<|end|><|return|>",
    [F("Hi")],
    ["repeated-channel", "extra-stop"],
)
both(
    "repeated-channel+end-of-text",
    "<|channel|>commentary to=functions.q<|channel|>commentary json<|message|>{}<|endoftext|>",
    [call("functions.q", "{}", type="json")],
    ["repeated-channel", "end-of-text"],
)
both(
    "repeated-channel+implicit-end",
    "<|channel|>commentary to=assistant<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["repeated-channel", "implicit-end"],
)
both(
    "repeated-channel+missing-start",
    "<|channel|>analysis<|message|>a<|end|><|channel|>commentary to=functions.q<|channel|>commentary json<|message|>{}<|call|>",
    [R("a"), call("functions.q", "{}", type="json")],
    ["missing-start", "repeated-channel"],
)
both(
    "repeated-channel+repeated-recipient",
    "<|channel|>commentary to=functions.q<|channel|>commentary to=functions.q json<|message|>{}<|call|>",
    [call("functions.q", "{}", type="json")],
    ["repeated-channel", "repeated-recipient"],
)
both(
    "repeated-channel+unknown-channel",
    "<|channel|>commentary to=functions.q<|channel|>comment json<|message|>{}<|call|>",
    [message("{}", "comment", to="functions.q", type="json")],
    ["repeated-channel", "unknown-channel"],
)
both(
    "repeated-channel+repeated-start",
    "<|start|><|start|>assistant<|channel|>commentary to=assistant<|channel|>analysis<|message|>hm<|end|>",
    [R("hm")],
    ["repeated-start", "repeated-channel"],
)
both(
    "repeated-channel+stray-marker",
    "<|channel|>commentary to=assistant<|channel|>final<|message|>a<|message|>b<|return|>",
    [F("ab")],
    ["repeated-channel", "stray-marker"],
)
both(
    "repeated-channel+invalid-utf8",
    ["<|channel|>commentary to=assistant<|channel|>final<|message|>a", b"\xc3", "b<|return|>"],
    [F("a\ufffdb")],
    ["repeated-channel", "invalid-utf8"],
)
both(
    "repeated-channel-empty-first",
    "<|channel|><|channel|>analysis<|message|>x<|end|>",
    [R("x")],
    ["repeated-channel"],
    note="The channel that counts is there.",
)
both(
    "missing-message+missing-start",
    '<|channel|>analysis<|message|>a<|end|><|channel|>final {"answer": 1}<|return|>',
    [R("a"), F('{"answer": 1}')],
    ["missing-start", "missing-message"],
)
both("missing-message+extra-stop", "<|channel|>final__HANDOFF__<|end|><|return|>", [F("__HANDOFF__")], ["missing-message", "extra-stop"])
both(
    "missing-message-twice",
    "<|channel|>analysis I must refuse<|end|><|start|>assistant<|channel|>final Sorry.<|return|>",
    [R("I must refuse"), F("Sorry.")],
    ["missing-message", "missing-message"],
)
both(
    "missing-message+repeated-start",
    '<|start|><|start|>assistant<|channel|>final {"a":1}<|return|>',
    [F('{"a":1}')],
    ["repeated-start", "missing-message"],
)
both(
    "missing-message+repeated-role",
    "<|start|>assistantassistant<|channel|>final It is 4.<|return|>",
    [F("It is 4.")],
    ["repeated-role", "missing-message"],
)
both(
    "missing-message+text-between",
    "<|channel|>analysis It is safe.<|end|> ok <|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
    [R("It is safe."), F("Yes.")],
    ["missing-message", "text-between-messages"],
)
both(
    "missing-message+unterminated",
    "I must refuse<|end|><|start|>assistant<|channel|>final<|message|>Sor",
    [message("I must refuse"), F("Sor")],
    ["missing-message", "unterminated"],
)
both(
    "missing-message+unterminated-header",
    "I must refuse<|end|><|start|>assistant<|channel|>final",
    [message("I must refuse")],
    ["missing-message", "unterminated-header"],
)
both("missing-message+end-of-text", '<|channel|>final {"a":1}<|endoftext|>', [F('{"a":1}')], ["missing-message", "end-of-text"])
both(
    "missing-message+repeated-recipient",
    '<|channel|>commentary to=functions.f to=functions.f {"a":1}<|call|>',
    [call("functions.f", '{"a":1}')],
    ["repeated-recipient", "missing-message"],
)
both(
    "missing-message+invalid-utf8",
    ["<|channel|>final caf", b"\xc3", " au lait<|return|>"],
    [F("caf\ufffd au lait")],
    ["invalid-utf8", "missing-message"],
)
both(
    "missing-message-before-start",
    "<|channel|>analysis It is a trap<|start|>assistant<|channel|>final<|message|>No.<|return|>",
    [R("It is a trap"), F("No.")],
    ["missing-message"],
    note="A start marker ends the header as a stop token would.",
)
both(
    "stub+implicit-end",
    "<|channel|>commentary?<|end|><|start|>assistant<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["missing-message", "implicit-end"],
)
both("stub+missing-start", "<|channel|>??<|end|><|channel|>final<|message|>b<|return|>", [F("b")], ["missing-message", "missing-start"])
both(
    "stub+repeated-channel",
    "<|channel|>commentary to=assistant<|channel|>commentary?<|end|><|start|>assistant<|channel|>analysis<|message|>x<|end|>",
    [R("x")],
    ["repeated-channel", "missing-message"],
    source=llama(27720),
)
both(
    "missing-start+implicit-end",
    "<|channel|>analysis<|message|>a<|end|><|channel|>commentary<|message|>b<|channel|>final<|message|>c<|return|>",
    [R("a"), C("b"), F("c")],
    ["missing-start", "implicit-end"],
)
both(
    "missing-start+extra-stop",
    "<|channel|>analysis<|message|>a<|end|><|end|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["extra-stop", "missing-start"],
)
both(
    "missing-start+unknown-channel",
    "<|channel|>analysis<|message|>a<|end|><|channel|>fina<|message|>b<|return|>",
    [R("a"), message("b", "fina")],
    ["missing-start", "unknown-channel"],
)
both(
    "missing-start+empty-channel",
    "<|channel|>analysis<|message|>a<|end|><|channel|><|message|>b<|return|>",
    [R("a"), message("b")],
    ["missing-start", "empty-channel"],
)
both(
    "missing-start+header-spacing",
    "<|channel|>analysis<|message|>a<|end|><|channel|>final <|message|>b<|return|>",
    [R("a"), F("b")],
    ["missing-start", "header-spacing"],
)
both(
    "missing-start+unterminated",
    "<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b",
    [R("a"), F("b")],
    ["missing-start", "unterminated"],
)
both(
    "missing-start+glued",
    "<|channel|>analysis<|message|>a<|end|><|channel|>commentary to=functions.shelljson<|message|>{}<|call|>",
    [R("a"), call("functions.shell", "{}", type="json")],
    ["missing-start", "glued-content-type"],
    tools=["shell"],
)
both("missing-role+extra-stop", "<|start|><|channel|>final<|message|>a<|end|><|return|>", [F("a")], ["missing-role", "extra-stop"])
both(
    "missing-role+repeated-start", "<|start|><|start|><|channel|>final<|message|>a<|return|>", [F("a")], ["repeated-start", "missing-role"]
)
both(
    "missing-role+implicit-end",
    "<|channel|>analysis<|message|>a<|start|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["implicit-end", "missing-role"],
)
both(
    "repeated-start+repeated-role",
    "<|start|><|start|>assistantassistant<|channel|>final<|message|>Hi<|return|>",
    [F("Hi")],
    ["repeated-start", "repeated-role"],
)
both(
    "repeated-start+extra-stop",
    "<|start|>assistant<|start|>assistant<|channel|>final<|message|>Hi<|end|><|return|>",
    [F("Hi")],
    ["repeated-start", "extra-stop"],
)
both(
    "repeated-start+unterminated", "<|start|><|start|>assistant<|channel|>final<|message|>Hi", [F("Hi")], ["repeated-start", "unterminated"]
)
both(
    "repeated-start+implicit-end",
    "<|channel|>analysis<|message|>a<|start|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["implicit-end", "repeated-start"],
)
both(
    "repeated-start+empty-channel",
    "<|start|><|start|>assistant<|channel|><|message|>b<|return|>",
    [message("b")],
    ["repeated-start", "empty-channel"],
)
both(
    "repeated-role+missing-start",
    "assistant<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["repeated-role", "missing-start"],
)
both(
    "repeated-role+unterminated",
    "<|start|>assistantassistant<|channel|>analysis<|message|>Hm",
    [R("Hm")],
    ["repeated-role", "unterminated"],
)
both(
    "repeated-role+repeated-recipient",
    "<|start|>assistantassistant to=functions.g<|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
    ["repeated-role", "repeated-recipient"],
)
both(
    "extra-stop+text-between",
    "<|channel|>analysis<|message|>a<|end|><|end|>so<|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["extra-stop", "text-between-messages"],
)
both(
    "missing-start+missing-message-text",
    "<|channel|>analysis<|message|>a<|end|>so<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>",
    [R("a"), message("so"), F("b")],
    ["missing-start", "missing-message"],
    note="A stop token of its own makes the text a message.",
)
both(
    "return-endoftext",
    "<|channel|>final<|message|>Hi<|return|><|endoftext|>",
    [F("Hi")],
    ["end-of-text"],
    note="After a message, too, the token has its own code.",
)
both("end-return-endoftext", "<|channel|>final<|message|>Hi<|end|><|return|><|endoftext|>", [F("Hi")], ["extra-stop", "end-of-text"])
both(
    "extra-stop+unknown-channel",
    "<|channel|>fina<|message|>Hi<|end|><|return|>",
    [message("Hi", "fina")],
    ["unknown-channel", "extra-stop"],
)
both(
    "extra-stop+invalid-utf8",
    ["<|channel|>final<|message|>a", b"\xff", "<|end|><|return|>"],
    [F("a\ufffd")],
    ["invalid-utf8", "extra-stop"],
)
both(
    "text-between+repeated-channel",
    "<|channel|>commentary to=functions.a json<|message|>{}<|call|>commentary<|start|>assistant<|channel|>commentary to=functions.f<|channel|>commentary json<|message|>{}<|call|>",
    [call("functions.a", "{}", type="json"), call("functions.f", "{}", type="json")],
    ["text-between-messages", "repeated-channel"],
)
both(
    "text-between+unterminated",
    "<|channel|>analysis<|message|>a<|end|> so <|start|>assistant<|channel|>final<|message|>b",
    [R("a"), F("b")],
    ["text-between-messages", "unterminated"],
)
both(
    "text-between+unterminated-header",
    "<|channel|>analysis<|message|>a<|end|> so <|start|>assistant<|channel|>",
    [R("a")],
    ["text-between-messages", "unterminated-header"],
)
both(
    "text-before-header+unterminated",
    '<|start|>assistant<|channel|>analysis<|message|>x<|end|><|start|>assistant Let me call it.<|start|>assistant<|channel|>commentary to=functions.a json<|message|>{"q',
    [R("x"), message("Let me call it."), call("functions.a", '{"q', type="json")],
    ["text-before-header", "unterminated"],
)
both(
    "text-before-header+repeated-channel",
    "I need both.<|start|>assistant<|channel|>commentary to=functions.a<|channel|>commentary json<|message|>{}<|call|>",
    [message("I need both."), call("functions.a", "{}", type="json")],
    ["text-before-header", "repeated-channel"],
)
both(
    "text-before-header+extra-stop",
    "I need both.<|start|>assistant<|channel|>final<|message|>Hi<|end|><|return|>",
    [message("I need both."), F("Hi")],
    ["text-before-header", "extra-stop"],
)
both(
    "text-before-header+missing-message",
    'Well.<|start|>assistant<|channel|>final {"a":1}<|return|>',
    [message("Well."), F('{"a":1}')],
    ["text-before-header", "missing-message"],
)
both(
    "text-before-header+repeated-start",
    "Well.<|start|><|start|>assistant<|channel|>final<|message|>Hi<|return|>",
    [message("Well."), F("Hi")],
    ["text-before-header", "repeated-start"],
)
both(
    "no-markup+invalid-utf8",
    ["Hello ", b"\xf0\x9f", " there"],
    [message("Hello \ufffd there")],
    ["invalid-utf8", "no-markup"],
    note="What is missing is missed at the end.",
)
both(
    "no-markup+end-of-text",
    "Hello<|endoftext|>",
    [message("Hello")],
    ["missing-message", "end-of-text"],
    note="A stop token ended the header, so its message marker is missing.",
)
both(
    "implicit-end+extra-stop",
    "<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|end|><|return|>",
    [R("a"), F("b")],
    ["implicit-end", "extra-stop"],
)
both(
    "implicit-end+missing-message",
    '<|channel|>analysis<|message|>a<|channel|>final {"a":1}<|return|>',
    [R("a"), F('{"a":1}')],
    ["implicit-end", "missing-message"],
)
both("implicit-end+unterminated-header", "<|channel|>analysis<|message|>a<|start|>", [R("a")], ["implicit-end", "unterminated-header"])
both(
    "implicit-end+unterminated",
    "<|channel|>analysis<|message|>a<|channel|>final<|message|>b",
    [R("a"), F("b")],
    ["implicit-end", "unterminated"],
)
both(
    "implicit-end+empty-channel",
    "<|channel|>analysis<|message|>a<|channel|><|message|>b<|return|>",
    [R("a"), message("b")],
    ["implicit-end", "empty-channel"],
)
both(
    "implicit-end+invalid-utf8",
    ["<|channel|>analysis<|message|>a", b"\xe4\xb8", "<|channel|>final<|message|>b<|return|>"],
    [R("a\ufffd"), F("b")],
    ["invalid-utf8", "implicit-end"],
)
both(
    "implicit-end+stray-marker",
    "<|channel|>analysis<|message|>a<|constrain|>b<|channel|>final<|message|>c<|return|>",
    [R("ab"), F("c")],
    ["stray-marker", "implicit-end"],
)
both("empty-channel+unterminated", "<|channel|><|message|>tex", [message("tex")], ["empty-channel", "unterminated"])
both("empty-channel+extra-stop", "<|channel|><|message|>text<|end|><|return|>", [message("text")], ["empty-channel", "extra-stop"])
both(
    "unknown-channel+repeated-recipient",
    "<|channel|>comment to=functions.g to=functions.g json<|message|>{}<|call|>",
    [message("{}", "comment", to="functions.g", type="json")],
    ["unknown-channel", "repeated-recipient"],
)
both("unknown-channel+unterminated", "<|channel|>fina<|message|>The ans", [message("The ans", "fina")], ["unknown-channel", "unterminated"])
both(
    "unknown-channel+header-spacing",
    "<|channel|>Final <|message|>Hi<|return|>",
    [message("Hi", "Final")],
    ["unknown-channel", "header-spacing"],
)
both(
    "repeated-recipient+unterminated",
    '<|channel|>commentary to=functions.g to=functions.g json<|message|>{"x',
    [call("functions.g", '{"x', type="json")],
    ["repeated-recipient", "unterminated"],
)
both(
    "repeated-recipient+glued",
    "<|channel|>commentary to=functions.shell to=functions.shelljson<|message|>{}<|call|>",
    [call("functions.shell", "{}", type="json")],
    ["repeated-recipient", "glued-content-type"],
    tools=["shell"],
    note="The last recipient counts; the type is then taken off it.",
)
both(
    "header-noise+repeated-recipient",
    "<|channel|>commentary ANYTHING to=functions.h to=functions.h<|message|>{}<|call|>",
    [call("functions.h", "{}")],
    ["header-noise", "repeated-recipient"],
)
both(
    "header-noise+end-of-text",
    "<|channel|>––commentary to=functions.h json<|message|>{}<|endoftext|>",
    [call("functions.h", "{}", type="json")],
    ["header-noise", "end-of-text"],
)
both(
    "header-noise+extra-stop",
    "<|channel|>commentary ANYTHING to=functions.h<|message|>{}<|call|><|call|>",
    [call("functions.h", "{}")],
    ["header-noise", "extra-stop"],
)
both("header-spacing+unterminated", "<|channel|> final<|message|>Hi", [F("Hi")], ["header-spacing", "unterminated"])
both(
    "header-spacing+repeated-channel",
    "<|channel|>analysis<|channel|>final <|message|>Hi<|return|>",
    [F("Hi")],
    ["repeated-channel", "header-spacing"],
)
both(
    "glued+extra-stop",
    "<|channel|>commentary to=functions.shelljson<|message|>{}<|call|><|return|>",
    [call("functions.shell", "{}", type="json")],
    ["glued-content-type", "extra-stop"],
    tools=["shell"],
)
both(
    "glued+repeated-channel",
    "<|channel|>commentary to=functions.shelljson<|channel|>commentary<|message|>{}<|call|>",
    [call("functions.shell", "{}", type="json")],
    ["repeated-channel", "glued-content-type"],
    tools=["shell"],
    note="The first channel is dropped, and stands before the recipient.",
)
both("stray-marker+unterminated", "<|channel|>final<|message|>a<|message|>b", [F("ab")], ["stray-marker", "unterminated"])
both(
    "stray-marker+invalid-utf8",
    ["<|channel|>final<|message|>a", b"\xc3", "<|message|>b<|return|>"],
    [F("a\ufffdb")],
    ["invalid-utf8", "stray-marker"],
)
both(
    "character-around-stray-marker",
    ["<|channel|>final<|message|>a", b"\xc3", "<|message|>", b"\xa9", "b<|return|>"],
    [F("aéb")],
    ["stray-marker"],
    note="The marker is dropped, so the bytes on both sides of it follow each other.",
)
both(
    "end-of-text+invalid-utf8",
    ["<|channel|>final<|message|>a", b"\xf0\x9f", "<|endoftext|>"],
    [F("a\ufffd")],
    ["invalid-utf8", "end-of-text"],
)
both("unterminated+invalid-utf8", ["<|channel|>final<|message|>a", b"\xf0\x9f"], [F("a\ufffd")], ["invalid-utf8", "unterminated"])
both("stopped+invalid-utf8", ["<|channel|>final<|message|>a", b"\xf0\x9f"], [F("a\ufffd")], ["invalid-utf8"], stopped=True)
both(
    "three-text-between+missing-start+extra-stop",
    "<|channel|>analysis<|message|>a<|end|><|channel|>commentary<|message|>b<|end|> hm <|start|>assistant<|channel|>final<|message|>c<|end|><|return|>",
    [R("a"), C("b"), F("c")],
    ["missing-start", "text-between-messages", "extra-stop"],
)
both(
    "three-repeated-start+repeated-channel+end-of-text",
    "<|start|><|start|>assistant<|channel|>commentary to=functions.q<|channel|>commentary json<|message|>{}<|endoftext|>",
    [call("functions.q", "{}", type="json")],
    ["repeated-start", "repeated-channel", "end-of-text"],
)
both(
    "three-stub+implicit-end+unterminated",
    "<|channel|>??<|end|><|start|>assistant<|channel|>analysis<|message|>a<|channel|>final<|message|>b",
    [R("a"), F("b")],
    ["missing-message", "implicit-end", "unterminated"],
)
both(
    "three-unknown-channel+stray-marker+extra-stop",
    "<|channel|>fina<|message|>a<|message|>b<|end|><|return|>",
    [message("ab", "fina")],
    ["unknown-channel", "stray-marker", "extra-stop"],
)
both(
    "three-text-before-header+implicit-end+missing-message",
    'Hm.<|start|>assistant<|channel|>analysis<|message|>a<|channel|>final {"a":1}<|return|>',
    [message("Hm."), R("a"), F('{"a":1}')],
    ["text-before-header", "implicit-end", "missing-message"],
)
both(
    "missing-start+header-noise",
    "<|channel|>analysis<|message|>a<|end|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["missing-start", "header-noise"],
    note="The text that a message marker ends is a header.",
)
both(
    "glued+missing-message",
    '<|channel|>commentary to=functions.shelljson{"cmd":"ls"}<|call|>',
    [call("functions.shell", '{"cmd":"ls"}', type="json")],
    ["glued-content-type", "missing-message"],
    tools=["shell"],
)
both("implicit-end+stub", "<|channel|>analysis<|message|>a<|start|>assistant<|end|>", [R("a")], ["implicit-end", "missing-message"])
both(
    "implicit-end+repeated-channel",
    "<|channel|>analysis<|message|>a<|channel|><|channel|>final<|message|>b<|return|>",
    [R("a"), F("b")],
    ["implicit-end", "repeated-channel"],
)
both(
    "implicit-end+text",
    "<|channel|>final<|message|>see <|channel|> token<|return|>",
    [F("see "), message("token")],
    ["implicit-end", "missing-message"],
)
both(
    "repeated-channel+other-recipient",
    "<|channel|>analysis to=functions.f<|channel|>commentary to=functions.g json<|message|>{}<|call|>",
    [call("functions.g", "{}", type="json")],
    ["repeated-channel", "repeated-recipient"],
)
both(
    "text-between+extra-stops",
    "<|channel|>final<|message|>Hi<|return|><|return|>text<|return|>",
    [F("Hi")],
    ["extra-stop", "text-between-messages", "extra-stop"],
)
both(
    "repeated-start+unterminated-header",
    "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|start|>",
    [R("a")],
    ["repeated-start", "unterminated-header"],
)
both("stub+end-of-text", "<|channel|>analysis<|endoftext|>", [], ["missing-message", "end-of-text"])
both("repeated-role+unterminated-header", "assistant", [], ["repeated-role", "unterminated-header"])
