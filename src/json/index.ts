export { COMPACT_JSON, type JsonNode, type JsonSpelling, readJsonText, writeJson } from './json-node.js'
export { type JsonObject, type JsonValue, MAX_SCHEMA_DEPTH, readSchema } from './json-value.js'
export { parseDocument } from './parse-document.js'
export { childPath } from './path.js'
export { pythonFloat } from './python-float.js'
export { createSchemaChecker, type SchemaChecker } from './schema-checker.js'
export {
  createShapeChecker,
  type InvalidShape,
  isList,
  isObject,
  isWholeNumber,
  type ShapeChecker,
  type UncheckedObject,
} from './shape.js'
export {
  asWritten,
  memberNode,
  nodeOf,
  parseJson,
  valueOf,
  writtenKeys,
  writtenText,
} from './written-json.js'
