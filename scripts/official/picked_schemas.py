"""JSON Schemas picked by hand: (name, schema), or (name, text) where the JSON itself is the point."""


def schemas():
    for name, schema in {**_TYPES, **_UNIONS, **_ENUMS, **_UNKNOWN, **_ODD}.items():
        yield f"property: {name}", _object({"p": schema})
        yield f"top: {name}", schema
        yield f"items: {name}", {"type": "array", "items": schema}
        yield f"variant: {name}", _object({"p": {"oneOf": [schema, {"type": "number"}]}})
    for name, default in _DEFAULTS.items():
        yield (
            f"default: {name}",
            _object(
                {"p": {"type": "string", "default": default}, "u": {"oneOf": [{"type": "null", "default": default}], "default": default}}
            ),
        )
    for name, note in _NOTES.items():
        yield (
            f"note: {name}",
            _object(
                {
                    "p": {"type": "string", **note},
                    "n": {"type": "object", "properties": {}, **note},
                    "u": {"oneOf": [{"type": "string", **note}], **note},
                },
                **note,
            ),
        )
    yield from _objects()
    yield from _depths()


def schemas_as_text():
    # What JavaScript cannot tell apart, and what JSON leaves open.
    yield "integral floats", '{"type":"object","properties":{"p":{"type":"number","default":1.0}}}'
    yield "negative zero", '{"type":"object","properties":{"p":{"type":"number","default":-0}}}'
    yield "integers beyond 2^53", '{"type":"object","properties":{"p":{"type":"integer","default":9007199254740993}}}'
    yield (
        "more digits than a double has",
        '{"type":"object","properties":{"p":{"type":"number","default":0.1000000000000000055511151231257827}}}',
    )
    yield "exponents of integers", '{"type":"object","properties":{"p":{"type":"number","default":1e2}}}'
    yield "integer-like keys", '{"type":"object","properties":{"b":{"type":"string"},"2":{"type":"string"},"1":{"type":"string"}}}'
    yield "integers beyond 64 bits", '{"type":"object","properties":{"p":{"default":-9223372036854775809},"q":{"default":18446744073709551616}}}'
    yield (
        "numbers and integer-like keys in a default",
        '{"type":"object","properties":{"p":{"type":"object","default":{"b":[1.0,{"10":2E0,"2":1e16}],"1":0.0}}}}',
    )
    yield (
        "defaults of a union",
        '{"type":"object","properties":{"p":{"oneOf":[{"type":"number","default":1e-7},{"enum":["a"],"default":3.0}],"default":4.50}}}',
    )
    yield "a number too large", '{"type":"object","properties":{"p":{"type":"number","default":1e400}}}'
    yield "a key twice", '{"type":"object","properties":{"p":{"type":"string"},"q":{"type":"string"},"p":{"type":"number"}}}'
    yield "a lone surrogate", '{"type":"object","properties":{"p":{"type":"string","default":"\\ud800"}}}'


def _object(properties, **more):
    return {"type": "object", "properties": properties, **more}


_TYPES = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "unknown type": {"type": "file"},
    "type missing": {},
    "array": {"type": "array"},
    "array of arrays": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    "array of objects": {"type": "array", "items": _object({"a": {"type": "string"}})},
    "object": {"type": "object"},
    "object with properties": _object({"a": {"type": "string"}, "b": _object({"c": {"type": "number"}})}, required=["a"]),
    "type list": {"type": ["string", "integer"]},
    "type list with null": {"type": ["string", "null"]},
    "type list of an array": {"type": ["array", "null"], "items": {"type": "string"}},
    "type list of one": {"type": ["object"], "properties": {"a": {"type": "string"}}},
    "type list empty": {"type": []},
    "type list without strings": {"type": [1, None]},
    "nullable": {"type": "string", "nullable": True},
    "nullable array": {"type": "array", "items": {"type": "string"}, "nullable": True},
    "nullable any": {"nullable": True},
    "nullable object that says null": _object({"a": {"type": "string", "description": "may be null"}}, nullable=True),
    "not nullable": {"type": "string", "nullable": False},
    "nullable as text": {"type": "string", "nullable": "true"},
}
_ENUMS = {
    "enum": {"type": "string", "enum": ["a", "b"]},
    "enum with default": {"type": "string", "enum": ["a", "b"], "default": "a"},
    "enum with a default of quotes": {"type": "string", "enum": ["a", "b"], "default": 'a "quoted" one'},
    "enum with a default that is no string": {"type": "string", "enum": ["a"], "default": 5},
    "enum of numbers": {"type": "string", "enum": [1, 2]},
    "enum of both": {"type": "string", "enum": ["a", 1, None, "b"]},
    "enum empty": {"type": "string", "enum": [], "default": "x"},
    "enum that is no list": {"type": "string", "enum": "a", "default": "x"},
    "enum without type": {"enum": ["a"], "default": "a"},
    "enum of a number": {"type": "number", "enum": [1, 2], "default": 1},
    "enum that needs escapes": {"type": "string", "enum": ['"', "\\", "\n", "日本", "<|end|>", ""]},
    "nullable enum": {"type": "string", "enum": ["null"], "nullable": True},
}
_UNIONS = {
    "oneOf": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    "oneOf with descriptions": {
        "description": "both",
        "oneOf": [{"type": "string", "description": "first"}, {"type": "number", "description": "second"}],
    },
    "oneOf with the first described the same": {
        "description": "same",
        "oneOf": [{"type": "string", "description": "same"}, {"type": "number", "description": "same"}],
    },
    "oneOf with the second described the same": {
        "description": "same",
        "oneOf": [{"type": "string", "description": "one"}, {"type": "number", "description": "same"}],
    },
    "oneOf with defaults": {
        "default": "d",
        "oneOf": [{"type": "string", "default": "x"}, {"type": "string", "enum": ["x"], "default": "x"}, {"type": "number", "default": 5}],
    },
    "oneOf with an enum beside it": {"enum": ["d"], "default": "d", "oneOf": [{"type": "string"}]},
    "oneOf nullable": {"nullable": True, "oneOf": [{"type": "string", "nullable": True}, {"type": "null", "nullable": True}]},
    "oneOf within oneOf": {"oneOf": [{"oneOf": [{"type": "string"}, {"type": "boolean"}]}, {"type": "number"}]},
    "oneOf of objects": {
        "oneOf": [_object({"a": {"type": "string"}}, description="first"), _object({"b": {"oneOf": [{"type": "string"}]}})]
    },
    "oneOf empty": {"description": "d", "default": 1, "oneOf": []},
    "oneOf that is no list": {"type": "string", "description": "d", "default": 1, "oneOf": "x"},
    "oneOf null": {"type": "string", "description": "d", "default": 1, "oneOf": None},
    "oneOf of an object": {"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"title": "t"}]},
    "oneOf with a title and examples": {"title": "t", "examples": ["e", 1], "oneOf": [{"type": "string", "title": "v", "examples": ["w"]}]},
    "oneOf of what are no schemas": {"oneOf": [True, None, "string", []]},
}
_UNKNOWN = {
    "anyOf": {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "d", "default": None},
    "allOf": {"allOf": [{"type": "string"}]},
    "not": {"not": {"type": "string"}},
    "reference": {"$ref": "#/$defs/a"},
    "const": {"const": "a"},
    "const of a string": {"type": "string", "const": "a"},
    "formats and limits": {"type": "string", "format": "date", "pattern": "^a", "minLength": 1},
    "additional properties": {"type": "object", "additionalProperties": {"type": "string"}},
    "prefix items": {"type": "array", "prefixItems": [{"type": "string"}]},
}
_ODD = {
    "true": True,
    "false": False,
    "null value": None,
    "a number": 5,
    "a string": "string",
    "a list": [{"type": "string"}],
    "properties that are a list": {"type": "object", "properties": [{"a": {}}]},
    "properties null": {"type": "object", "properties": None},
    "required that is no list": _object({"a": {"type": "string"}}, required="a"),
    "required of what are no strings": _object({"a": {"type": "string"}}, required=[1, None, "a"]),
    "items true": {"type": "array", "items": True},
    "items a list": {"type": "array", "items": [{"type": "string"}]},
    "items null": {"type": "array", "items": None},
    "items of a union": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "number"}]}},
    "items nullable": {"type": "array", "items": {"type": "string", "nullable": True, "default": "x"}},
    "properties without type": {"properties": {"a": {"type": "string"}}},
}
_DEFAULTS = {
    "null": None,
    "true": True,
    "empty string": "",
    "string with quotes": 'say "hi"',
    "string with a backslash": "a\\b",
    "string with lines": "a\nb",
    "string with controls": "\u0000\u001f\u007f\u0085\u2028",
    "list": [1, "a", None, [], {}],
    "object": {"b": 1, "a": {"c": 'é\n"', "<": "\u2028/\u007f"}},
    "zero": 0,
    "negative": -1,
    "fraction": 0.1,
    "long fraction": 0.30000000000000004,
    "small": 0.00001,
    "smaller": 1e-7,
    "smallest": 5e-324,
    "2 to the 53": 9007199254740992,
    "2 to the 60": 2.0**60,
    "just below 2 to the 64": 18446744073709549568.0,
    "2 to the 64": 2.0**64,
    "minus 2 to the 63": -(2.0**63),
    "beyond minus 2 to the 63": -9223372036854777856.0,
    "1e20": 1e20,
    "1e21": 1e21,
    "1.5e300": 1.5e300,
    "greatest": 1.7976931348623157e308,
    "rounded by the reader": 1.2345678901234567e-290,
    "123456789012345.6": 123456789012345.6,
    "1234567890123456.8": 1234567890123456.8,
}
_NOTES = {
    "title": {"title": "A title"},
    "description": {"description": "What it is"},
    "title and description": {"title": "A title", "description": "What it is"},
    "empty": {"title": "", "description": ""},
    "lines": {"title": "two\nlines", "description": "two\r\nlines\n"},
    "no strings": {"title": 5, "description": ["x"]},
    "null": {"title": None, "description": None},
    "examples": {"examples": ["one", 'with "quotes"', "with\nlines"]},
    "examples that are no strings": {"examples": [1, None, {"a": 1}]},
    "examples empty": {"examples": []},
    "examples that are no list": {"examples": "one"},
    "everything": {"title": "T", "description": "D", "examples": ["E"], "default": "F"},
    "example": {"example": "one"},
    "deprecated": {"deprecated": True, "readOnly": True, "$comment": "c"},
    "markers": {"title": "<|start|>", "description": "<|end|>", "examples": ["<|call|>"], "default": "<|return|>"},
    "unicode": {"title": "日本", "description": "🙂", "default": "é"},
    "null said in a description": {"description": "null", "nullable": True},
}


def _objects():
    names = (
        "b",
        "a",
        "with space",
        "kebab-case",
        "日本",
        "",
        "$ref",
        "__proto__",
        "constructor",
        "toString",
        'quo"te',
        "new\nline",
        "<|end|>",
        "01",
        "-1",
        "1.5",
    )
    yield "property names", _object({name: {"type": "string"} for name in names})
    yield "property names, required", _object({name: {"type": "string"} for name in names}, required=[*names, "absent", "a"])
    yield (
        "required before properties",
        {"required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "type": "object"},
    )
    yield (
        "nested objects with notes",
        _object(
            {
                "a": _object(
                    {"b": _object({"c": {"type": "string", "description": "deep", "default": "x"}}, description="of b", title="B")},
                    description="of a",
                    nullable=True,
                )
            },
            description="of all",
        ),
    )
    yield (
        "keys of Object.prototype",
        {"type": "object", "properties": {"__proto__": _object({"__proto__": {"type": "string"}}), "hasOwnProperty": {"type": "array"}}},
    )


def _depths():
    for depth in (5, 30):
        schema = {"type": "string"}
        for _ in range(depth):
            schema = _object({"a": schema})
        yield f"{depth} objects deep", schema
