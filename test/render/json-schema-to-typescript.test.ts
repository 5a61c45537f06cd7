import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/json/json-value.js'
import { jsonSchemaToTypeScript } from '../../src/render/json-schema-to-typescript.js'

const official = JSON.parse(readFileSync(new URL('official-schemas.json', import.meta.url), 'utf8')) as {
  cases: { name: string; schema: JsonValue; text: string }[]
}

describe('official schemas', () => {
  test.each(official.cases)('$name', ({ schema, text }) => {
    expect(jsonSchemaToTypeScript(schema, '')).toBe(text)
  })
})
