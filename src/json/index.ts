export { type JsonObject, type JsonValue, MAX_SCHEMA_DEPTH, readSchema } from './json-value.js'
export { parseDocument } from './parse-document.js'
export { childPath } from './path.js'
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
  type JsonNode,
  type JsonSpelling,
  nodeOf,
  parseKeeping,
  readJsonText,
  valueOf,
  writeJson,
  WrittenJson,
} from './written-json.js'
