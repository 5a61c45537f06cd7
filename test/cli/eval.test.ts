import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { readAnswers } from '../../src/cli/eval/answers.js'
import { createGrader } from '../../src/cli/eval/grade.js'
import { readQuestions, type Question } from '../../src/cli/eval/questions.js'
import { compareScores, intervalOf, scoresOf } from '../../src/cli/eval/scores.js'
import { harmony } from './harmony.js'

// Expected scores are worked out by hand, beside each test.

let folder: string
const path = (name: string) => join(folder, name)
const write = (name: string, lines: readonly unknown[]): string => {
  writeFileSync(path(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path(name)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmony-eval-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const QUESTIONS = [
  { id: 'capital', grader: 'choice', question: 'Capital of Italy?', choices: ['Oslo', 'Rome'], answer: 'B' },
  { id: 'sum/1', grader: 'integer', question: 'What is 20 + 22?', answer: 42 },
]

const asked = (fields: object): Question =>
  readQuestions({ name: 'q', text: JSON.stringify({ id: 'q', question: 'Q', ...fields }) })[0]

const answer = (final: string, calls: { name: string; arguments: string }[] = []) => ({
  questionId: 'q',
  effort: 'low' as const,
  sample: 0,
  final,
  calls,
  isCut: false,
  hasDeviations: false,
  completionTokenCount: 1,
})

describe('grading', () => {
  const grade = async (question: Question, given: ReturnType<typeof answer>) =>
    (await createGrader(question))(given)

  test.each([
    ['B', 'B'],
    ['**Answer: C**', 'C'],
    ['The answer is (d).', undefined],
    ['It is not A. A closer look gives \\boxed{B}', 'B'],
    ['(A) is wrong, so (C).', 'C'],
    ['A good question. None fits.', undefined],
    ['Vitamin B12 and DNA', undefined],
    ['Answer: E', undefined],
    ['', undefined],
  ])('a choice is the last letter that stands for one: %j', async (final, given) => {
    const question = asked({ grader: 'choice', choices: ['w', 'x', 'y', 'z'], answer: 'B' })
    expect(await grade(question, answer(final))).toEqual({ isCorrect: given === 'B', given })
  })

  test.each([
    ['\\boxed{42}', '42'],
    ['\\boxed{7} no: \\boxed{042} of 100', '42'],
    ['first 7, then 42', '42'],
    ['$\\boxed{1{,}024}$', '1024'],
    ['1,024', '1024'],
    ['It is 42.', '42'],
    ['x = −42', '-42'],
    ['2.5', undefined],
    ['none', undefined],
    ['\\boxed{x} with 3', '3'],
  ])('an integer is the last boxed one, or else the last one: %j', async (final, given) => {
    expect(await grade(asked({ grader: 'integer', answer: 42 }), answer(final))).toEqual({
      isCorrect: given === '42',
      given,
    })
  })

  test('an exact answer may differ in white space alone', async () => {
    const question = asked({ grader: 'exact', answer: ['New York', 'NYC'] })
    const results = ['New  York\n', 'NYC', 'nyc', ''].map((final) => grade(question, answer(final)))
    expect((await Promise.all(results)).map(({ isCorrect }) => isCorrect)).toEqual([true, true, false, false])
  })

  test('JSON follows the schema, and equals the answer if there is one', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
    const isCorrect = async (fields: object, final: string) =>
      (await grade(asked({ grader: 'json', schema, ...fields }), answer(final))).isCorrect
    expect(await isCorrect({}, '{"n": 2}')).toBe(true)
    expect(await isCorrect({}, '{"n": "2"}')).toBe(false)
    expect(await isCorrect({ answer: { n: 3 } }, '{"n": 2}')).toBe(false)
    expect(await isCorrect({}, 'n is 2')).toBe(false)
  })

  test('a call is the only one, has the name, and the same arguments in any order', async () => {
    const question = asked({
      grader: 'call',
      tools: [],
      answer: { name: 'f', arguments: { a: 1, b: [2] } },
    })
    const isCorrect = async (...calls: { name: string; arguments: string }[]) =>
      (await grade(question, answer('', calls))).isCorrect
    const right = { name: 'f', arguments: '{"b":[2],"a":1}' }
    expect(await isCorrect(right)).toBe(true)
    expect(await isCorrect(right, right)).toBe(false)
    expect(await isCorrect({ ...right, name: 'g' })).toBe(false)
    expect(await isCorrect({ ...right, arguments: '{"b":[2]' })).toBe(false)
    expect(await isCorrect()).toBe(false)
  })
})

describe('scores', () => {
  // Three questions, two samples: 1, 1/2, 0.
  const questions = ['a', 'b', 'c'].map((id) => ({ ...asked({ grader: 'exact', answer: 'yes' }), id }))
  const answers = (outcomes: Readonly<Record<string, readonly number[]>>) =>
    Object.entries(outcomes).flatMap(([questionId, own]) =>
      own.map((isRight, sample) => ({ ...answer(isRight ? 'yes' : 'no'), questionId, sample })),
    )

  test('have the errors of the mean over questions and over samples', async () => {
    const [score] = await scoresOf(questions, answers({ a: [1, 1], b: [1, 0], c: [0, 0] }))
    expect(score.mean).toBe(0.5)
    // Variance of 1, ½, 0 is ¼; ¼ ÷ 3.
    expect(score.standardError).toBeCloseTo(Math.sqrt(0.25 / 3), 12)
    // Within b alone: variance ½ of two samples, ½ ÷ 2 = ¼; its root ÷ 3 questions.
    expect(score.samplingError).toBeCloseTo(0.5 / 3, 12)
    expect(intervalOf({ mean: 0.5, standardError: 0.1 })[1]).toBeCloseTo(0.696, 3)
  })

  test('do not count a question more for having more answers', async () => {
    const [score] = await scoresOf(questions, answers({ a: [1, 1, 1, 1], b: [0] }))
    expect(score.mean).toBe(0.5)
    expect(score.samplingError).toBeUndefined()
  })

  test('of two runs are compared question by question', async () => {
    const first = await scoresOf(questions, answers({ a: [1, 1], b: [1, 0], c: [1, 1] }))
    const second = await scoresOf(questions, answers({ a: [1, 1], b: [0, 0], c: [1, 0] }))
    // Differences 0, −½, −½: mean −⅓, variance 1/12, standard error 1/6, z = 2, p = 0.0455.
    const [comparison] = compareScores(first, second)
    expect(comparison.difference).toBeCloseTo(-1 / 3, 12)
    expect(comparison.standardError).toBeCloseTo(1 / 6, 12)
    expect(comparison.pValue).toBeCloseTo(0.0455, 4)
    expect(compareScores(first, first)[0].pValue).toBe(1)
  })
})

describe('harmony eval', () => {
  let questions: string
  let engine: string[]
  let out: string

  beforeEach(() => {
    questions = write('questions.jsonl', QUESTIONS)
    const completions = write('completions.jsonl', [
      {
        text: '<|channel|>analysis<|message|>A?<|end|><|start|>assistant<|channel|>final<|message|>B<|return|>',
      },
      { text: '<|channel|>analysis<|message|>42', finish_reason: 'length' },
    ])
    engine = ['--engine', 'replay', '--completions', completions, '--max-concurrency', '1']
    out = path('answers.jsonl')
    rmSync(out, { force: true })
  })

  const run = (...flags: string[]) => harmony(['eval', 'run', questions, ...engine, '-o', out, ...flags])

  test('samples each question at each effort, and scores the final channel alone', async () => {
    const { code, stdout } = await run('--published', 'gpt-oss-20b/aime25')
    expect(code).toBe(0)
    // One of two is right; the integer stands in the reasoning of an answer that was cut.
    const rows = stdout.split('\n').map((line) => line.split(/\s+/))
    expect(rows[1]).toEqual(['low', '2', '2', '50.0', '50.0', '–', '0.0–100.0', '38.8'])
    expect(rows[6]).toEqual(['low', '1', '1', '1', expect.any(String)])
  })

  test('draws scores, intervals and published figures, without a script or anything to load', async () => {
    const plot = path('plot.html')
    await run('--published', 'gpt-oss-20b/aime25', '--plot', plot)
    const html = readFileSync(plot, 'utf8')
    const titles = [...html.split('</figure>')[0].matchAll(/<title>([^<]+)</g)].map(([, title]) => title)
    // One of two is right at each effort: 50 % with a standard error of 50, cut at 0 and 100.
    const [, ...shapes] = titles
    expect(shapes).toEqual(
      [
        ['low', '38.8'],
        ['medium', '75.0'],
        ['high', '85.8'],
      ].flatMap(([effort, known]) => [
        `${effort}: 50.0`,
        `${effort}: 0.0 to 100.0`,
        `${effort}, published: ${known}`,
      ]),
    )
    // A question is always right, the other never.
    expect(html).toContain('0 to 10 %: 1 question<')
    expect(html).toContain('90 to 100 %: 1 question<')
    expect(html).not.toMatch(/<script|<link|src=|href=|url\(|@import|NaN|Infinity/)
  })

  test('goes on where a killed run has stopped, and samples nothing twice', async () => {
    await run()
    const whole = readFileSync(out, 'utf8')
    const lines = whole.trimEnd().split('\n')
    // The third line is cut, the others are not there yet.
    writeFileSync(out, `${lines.slice(0, 2).join('\n')}\n${lines[2].slice(0, 40)}`)
    const { code, stderr } = await run()
    expect(code).toBe(0)
    expect(stderr).toContain('2 of 6 answers were there already')
    const ids = (text: string) =>
      readAnswers({ name: 'a', text }).map(({ questionId, effort }) => questionId + effort)
    expect(ids(readFileSync(out, 'utf8')).sort()).toEqual(ids(whole).sort())
  })

  test('refuses a schema that cannot be compiled before it samples anything', async () => {
    const question = { id: 'q', grader: 'json', question: 'Q', schema: { type: 'objet' } }
    const { code, stderr } = await harmony([
      'eval',
      'run',
      write('schema.jsonl', [question]),
      ...engine,
      '-o',
      out,
    ])
    expect(code).toBe(1)
    expect(stderr).toContain('schema: cannot be compiled')
    expect(existsSync(out)).toBe(false)
  })

  test('refuses JSON questions without ajv before it samples anything', async () => {
    vi.doMock('ajv/dist/2020.js', () => {
      throw new Error("Cannot find package 'ajv'")
    })
    const question = { id: 'q', grader: 'json', question: 'Q', schema: {} }
    const argv = ['eval', 'run', write('json.jsonl', [question]), ...engine, '-o', out]
    const { code, stderr } = await harmony(argv).finally(() => vi.doUnmock('ajv/dist/2020.js'))
    expect(code).not.toBe(0)
    expect(stderr).toContain('ajv')
    expect(existsSync(out)).toBe(false)
  })

  test('refuses to add to the answers of another run', async () => {
    await run()
    const { code, stderr } = await run('--temperature', '0.5')
    expect(code).toBe(1)
    expect(stderr).toContain('answers.jsonl:1: an answer of another run')
  })

  test('asks an offline engine the same, and scores what `harmony completions` has read', async () => {
    const requests = await harmony(['eval', 'requests', questions, '--efforts', 'high', '--samples', '2'])
    const bodies = requests.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { custom_id: string })
    expect(bodies.map(({ custom_id }) => custom_id)).toEqual([
      'capital/high/0',
      'capital/high/1',
      'sum/1/high/0',
      'sum/1/high/1',
    ])
    expect(bodies[1]).toMatchObject({ reasoning_effort: 'high', temperature: 1, seed: 1 })
    const prompts = await harmony(['prefill', '--stdio'], { stdin: requests.stdout })
    expect(prompts.code).toBe(0)
    // <|channel|>final<|message|>B<|return|> · 42
    const sampled = [[33], [32], [4689], [4689]].map((text, index) => ({
      custom_id: bodies[index].custom_id,
      token_ids: [200005, 17196, 200008, ...text, 200002],
      finish_reason: 'stop',
    }))
    const stdin = sampled.map((line) => `${JSON.stringify(line)}\n`).join('')
    const answers = await harmony(['completions', '--stdio'], { stdin })
    writeFileSync(out, answers.stdout)
    const { stdout } = await harmony(['eval', 'score', questions, out])
    // B and A: ½. 42 twice: 1.
    expect(stdout.split('\n')[1]).toMatch(/^high +2 +4 +75\.0/)
  })

  test('names the line and the key of a question that is wrong', async () => {
    for (const [line, message] of [
      [{ ...QUESTIONS[0], answer: 'C' }, 'answer: found "C", wanted "A" or "B"'],
      [{ ...QUESTIONS[0], answr: 'A' }, 'answr: is no key of a choice question'],
      [{ ...QUESTIONS[1], answer: '42' }, 'answer: found "42", wanted a whole number'],
      [{ ...QUESTIONS[1], grader: 'essay' }, 'grader: found "essay", wanted "choice"'],
    ] as const) {
      const { code, stderr } = await harmony(['eval', 'requests', write('bad.jsonl', [QUESTIONS[0], line])])
      expect(code).toBe(1)
      expect(stderr).toContain(`bad.jsonl:2: ${message}`)
    }
  })

  test('refuses answers to other questions, and two to the same place', async () => {
    await run()
    const [first] = readFileSync(out, 'utf8').split('\n')
    const stranger = write('stranger.jsonl', [{ ...JSON.parse(first), custom_id: 'other/low/0' }])
    expect((await harmony(['eval', 'score', questions, stranger])).stderr).toContain('"other"')
    appendFileSync(out, `${first}\n`)
    expect((await harmony(['eval', 'score', questions, out])).stderr).toContain('stands on two lines')
  })

  test('imports rows of GPQA, whose choices it puts into an order of their own, and of AIME', async () => {
    const gpqa = {
      'Record ID': 'rec1',
      Question: 'Q?',
      'Correct Answer': 'right',
      'Incorrect Answer 1': 'w1',
      'Incorrect Answer 2': 'w2',
      'Incorrect Answer 3': 'w3',
    }
    const rows = write(
      'gpqa.jsonl',
      Array.from({ length: 40 }, (_, i) => ({ ...gpqa, 'Record ID': `rec${i}` })),
    )
    const { stdout } = await harmony(['eval', 'import', '--layout', 'gpqa', rows])
    const imported = readQuestions({ name: 'q', text: stdout })
    expect(imported).toHaveLength(40)
    const places = imported.map((question) => {
      if (question.grader !== 'choice') throw new Error('no choice')
      expect([...question.choices].sort()).toEqual(['right', 'w1', 'w2', 'w3'])
      expect(question.choices[question.answer.charCodeAt(0) - 65]).toBe('right')
      return question.answer
    })
    expect(new Set(places).size).toBe(4)

    const aime = write('aime.jsonl', [
      { problem: 'P', answer: '070' },
      { question: 'R', answer: '336^\\circ' },
    ])
    const questionsOfAime = await harmony(['eval', 'import', '--layout', 'aime', aime])
    expect(readQuestions({ name: 'q', text: questionsOfAime.stdout })).toMatchObject([
      { id: 'aime-1', grader: 'integer', question: 'P', answer: 70 },
      { id: 'aime-2', grader: 'integer', question: 'R', answer: 336 },
    ])
  })

  test("imports CSV, whose fields may hold commas, quotes and lines, with all of GPQA's columns", async () => {
    // The columns that are imported, among others, as in the published file.
    const csv =
      'Pre-Revision Question,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,Record ID\r\n' +
      'old,"A ""spin"", or\ntwo?",1,"2, 3",4,"5\n6",recA\r\n' +
      '\r\n' +
      'old,Next?,w,x,y,z,recB'
    writeFileSync(path('gpqa.csv'), csv)
    const { stdout } = await harmony(['eval', 'import', '--layout', 'gpqa', path('gpqa.csv')])
    const [first, second] = readQuestions({ name: 'q', text: stdout })
    expect(first).toMatchObject({ id: 'recA', question: 'A "spin", or\ntwo?' })
    expect(first.grader === 'choice' && [...first.choices].sort()).toEqual(['1', '2, 3', '4', '5\n6'])
    expect(second).toMatchObject({ id: 'recB', question: 'Next?' })

    const aime = 'ID,Problem,Solution,Answer\n2024-I-1,"Find $x$, please.",long,204\n'
    const imported = await harmony(['eval', 'import', '--layout', 'aime', '-'], { stdin: aime })
    expect(readQuestions({ name: 'q', text: imported.stdout })).toMatchObject([
      { id: '2024-I-1', question: 'Find $x$, please.', answer: 204 },
    ])
  })

  test.each([
    ['a,b\n1,2,3\n', 'in.csv:2: found 3 fields, wanted 2'],
    ['a,b\n1,2\n3,"4\n', 'in.csv:3: found '],
    ['a,b\n1,2"3\n', 'in.csv:2: found '],
  ])('names the line of CSV that is broken: %j', async (text, message) => {
    writeFileSync(path('in.csv'), text)
    const { code, stderr } = await harmony(['eval', 'import', '--layout', 'aime', path('in.csv')])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })
})
