import { copyFileSync, mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as xgrammar from '@mlc-ai/web-xgrammar'
import { loadHarmonyEncoding, SPECIAL_TOKENS } from 'gpt-oss-harmony'

/** The index of the first token that a grammar refuses, or `end` if it could stop after the last one. */
export type Verdict = number | 'end' | 'unfinished'

export type Judge = (tokens: readonly number[]) => Promise<Verdict>

/**
 * Returns xgrammar, compiled to WASM, over some of the tokens of gpt-oss: all 201,088 take a minute for a file of tests.
 *
 * @param vocabulary the tokens that it knows, by their ids in gpt-oss
 */
export async function loadXgrammar(vocabulary: readonly number[]) {
  const { Grammar, GrammarCompiler, GrammarMatcher, TokenizerInfo } = requireXgrammar()
  const indexes = new Map(vocabulary.map((token, index) => [token, index]))
  const indexOf = (token: number) => indexes.get(token)!
  const stop = [SPECIAL_TOKENS.RETURN, SPECIAL_TOKENS.CALL].map(indexOf)
  const info = await TokenizerInfo.createTokenizerInfo(
    byteLevelTexts(vocabulary),
    'byte_level',
    false,
    undefined,
    stop,
  )
  const compiler = await GrammarCompiler.createGrammarCompiler(info)

  const judgeOf =
    (compiled: xgrammar.CompiledGrammar): Judge =>
    async (tokens) => {
      const matcher = await GrammarMatcher.createGrammarMatcher(compiled)
      const refused = tokens.findIndex((token) => !matcher.acceptToken(indexOf(token)))
      const canStop = refused === -1 && matcher.acceptToken(indexOf(SPECIAL_TOKENS.RETURN))
      matcher.dispose()
      return refused !== -1 ? refused : canStop ? 'end' : 'unfinished'
    }
  return {
    structuralTag: async (tag: object) => judgeOf(await compiler.compileStructuralTag({ ...tag })),
    ebnf: async (text: string) => judgeOf(await compiler.compileGrammar(await Grammar.fromEBNF(text))),
  }
}

/** The package calls itself a module and is a script. */
function requireXgrammar() {
  const require = createRequire(import.meta.url)
  const copy = join(mkdtempSync(join(tmpdir(), 'xgrammar-')), 'index.cjs')
  copyFileSync(require.resolve('@mlc-ai/web-xgrammar'), copy)
  return require(copy) as typeof xgrammar
}

/** Each token as GPT-2 spells its bytes. */
function byteLevelTexts(vocabulary: readonly number[]): string[] {
  const encoding = loadHarmonyEncoding('HarmonyGptOss')
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
  let next = 256
  const letters = Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  )
  return vocabulary.map((token) =>
    Array.from(encoding.decodeBytes([token]), (byte) => letters[byte]).join(''),
  )
}
