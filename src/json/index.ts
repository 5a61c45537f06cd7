export { type JsonObject, type JsonValue, MAX_SCHEMA_DEPTH, readSchema } from './json-value.js'
export { createSchemaChecker, type SchemaChecker } from './schema-checker.js'
