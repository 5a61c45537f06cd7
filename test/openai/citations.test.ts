import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CitationReader, type CitedText } from '../../src/openai/index.js'

const pageOf = (cursor: number) => (cursor === 6 ? { url: 'https://six.example', title: 'Six' } : undefined)

function read(pieces: readonly string[]): CitedText[] {
  const reader = new CitationReader(pageOf)
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()]
}

describe('CitationReader', () => {
  test('finds citations of known pages, and leaves the text as it is', () => {
    const text = 'Rain【6†L9-L11】, wind【6†L3】 and 【7†L1】【6†source】【x'
    const found = read([text])
    expect(found.map((piece) => piece.text).join('')).toBe(text)
    expect(found.flatMap(({ citation }) => (citation === undefined ? [] : [citation]))).toEqual([
      { start: 4, end: 14, url: 'https://six.example', title: 'Six' },
      { start: 20, end: 26, url: 'https://six.example', title: 'Six' },
    ])
  })

  test('holds a split citation back until it is whole, and no longer than it can be one', () => {
    const reader = new CitationReader(pageOf)
    expect(reader.push('Rain【6†')).toEqual([{ text: 'Rain' }])
    expect(reader.push('L9-L')).toEqual([])
    expect(reader.push('11】.').map(({ text }) => text)).toEqual(['【6†L9-L11】', '.'])
    expect(reader.push('【6†')).toEqual([])
    expect(reader.push('M')).toEqual([{ text: '【6†M' }])
    expect(reader.push(`【${'1'.repeat(9)}`)).toEqual([])
    expect(reader.push('1')).toEqual([{ text: `【${'1'.repeat(10)}` }])
    expect(reader.push('【6')).toEqual([])
    expect(reader.end()).toEqual([{ text: '【6' }])
  })

  test('finds the same wherever the text is cut', () => {
    const alphabet = fc.constantFrom(
      '【',
      '】',
      '†',
      'L',
      '-',
      '6',
      '7',
      'a',
      '👩',
      '【6†L1】',
      '【6†L1-L2】',
    )
    const texts = fc.array(alphabet, { maxLength: 20 })
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 5 }), (parts, places) => {
        const text = parts.join('')
        const cuts = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b)
        const pieces = [0, ...cuts].map((from, i) => text.slice(from, cuts[i] ?? text.length))
        const found = read(pieces)
        const citations = (all: readonly CitedText[]) => all.flatMap(({ citation }) => citation ?? [])
        expect(found.map((piece) => piece.text).join('')).toBe(text)
        expect(citations(found)).toEqual(citations(read([text])))
        for (const { start, end } of citations(found))
          expect(text.slice(start, end)).toMatch(/^【6†L\d+(-L\d+)?】$/)
      }),
    )
  })
})
