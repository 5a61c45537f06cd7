"""What models really write, and what a parser should make of it: written by hand from public threads and from the grammar, never from the
answers of a parser.

Input is text in which markers are tokens, or a list of parts: such text, `plain(…)` (marker text as ordinary tokens), `bytes` (a token
each) or a list of token ids. Rules that the expectations follow where the threads leave room:

- A deviation is one repair. A marker that is dropped is one each; a run of dropped text is one.
- Deviations are in the order of the tokens that they are about; what is missing stands where it is missed.
- Text that is not part of the header's grammar is kept as it was written; white space that separates it from the header is not text.
"""

from dataclasses import dataclass, field

DERIVED = "derived from the grammar"


def vllm(number):
    return f"https://github.com/vllm-project/vllm/issues/{number}"


def harmony(number):
    return f"https://github.com/openai/harmony/issues/{number}"


def llama(number):
    return f"https://github.com/ggml-org/llama.cpp/issues/{number}"


def ollama(number):
    return f"https://github.com/ollama/ollama/issues/{number}"


FRONTEND_CRATES_237 = "https://github.com/ai-dynamo/frontend-crates/issues/237"
DYNAMO_10366 = "https://github.com/ai-dynamo/dynamo/pull/10366"
EXO_1126 = "https://github.com/exo-explore/exo/issues/1126"
SGLANG_9097 = "https://github.com/sgl-project/sglang/issues/9097"
TENSTORRENT_386 = "https://github.com/tenstorrent/vllm/issues/386"
LM_STUDIO_942 = "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/942"
OPENVINO = "https://github.com/openvinotoolkit/model_server"
DYNAMO = "https://github.com/ai-dynamo/dynamo"


@dataclass(frozen=True)
class Plain:
    text: str


def plain(text):
    """Text whose markers are ordinary tokens."""
    return Plain(text)


@dataclass
class Case:
    id: str
    input: object
    messages: list
    deviations: list
    source: str = DERIVED
    note: str | None = None
    options: dict = field(default_factory=dict)


CASES = []


def cases_of(name):
    """A function that adds cases of one class; the class's own code is the expected deviation unless others are given."""

    def add(slug, input, messages, deviations=None, *, source=DERIVED, note=None, **options):
        expected = [name] if deviations is None else deviations
        CASES.append(Case(f"{name}/{slug}", input, messages, expected, source, note, options))

    return add


def message(content, channel=None, *, role="assistant", name=None, to=None, type=None):
    parts = {"role": role, "name": name, "recipient": to, "content": content, "channel": channel, "content_type": type}
    return {key: value for key, value in parts.items() if value is not None}


def R(content):
    return message(content, "analysis")


def C(content):
    return message(content, "commentary")


def F(content):
    return message(content, "final")


def call(to, content, channel="commentary", type=None):
    return message(content, channel, to=to, type=type)


CONSTRAIN_JSON = "<|constrain|>json"

# Valid, though parsers trip over it.
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
    ["<|channel|>commentary to=functions.write json<|message|>", plain('{"text":"stop at <|call|> and <|end|>"}'), "<|call|>"],
    [call("functions.write", '{"text":"stop at <|call|> and <|end|>"}', type="json")],
)
valid(
    "marker-text-in-final",
    ["<|channel|>final<|message|>", plain("Harmony writes <|start|>assistant<|channel|>final<|message|>…<|return|>."), "<|return|>"],
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
valid("final-ended-by-call", "<|channel|>final<|message|>Hi<|call|>", [F("Hi")])
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
add("marker-text", [plain("The token <|channel|> starts a channel name.")], [message("The token <|channel|> starts a channel name.")])
add("stop-withheld", "Hello", [message("Hello")], stopped=True)
add("starts-like-a-channel", "analysis of the problem: none", [message("analysis of the problem: none")])
add(
    "looks-like-a-recipient",
    "Use to=functions.f for that.",
    [message("Use to=functions.f for that.")],
    note="Without markers there is no header.",
)

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
add(
    "text-before-channel",
    "We need to call the tool now.<|channel|>commentary to=functions.h json<|message|>{}<|call|>",
    [call("functions.h", "{}", type="json")],
    note="The header was open from the start, so the text stands within it.",
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
    [call("functions.f", "")],
    note="A recipient is more than punctuation and channel names: the call that was begun is kept.",
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

# Two or three at once.
add = cases_of("combined")


def both(slug, input, messages, deviations, **rest):
    add(slug, input, messages, deviations, **rest)


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
    ["glued-content-type", "repeated-channel"],
    tools=["shell"],
    note="The recipient stands before the second channel.",
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
