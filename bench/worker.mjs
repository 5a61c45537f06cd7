// One contender in a process of its own: answers a JSON line with a JSON line, the
// protocol of official.py. Usage: node bench/worker.mjs NAME
//
// {"keep": {name: value, …}}                                        keeps inputs, so that
// no round pays for sending them {"task", "input": name, "atLeastMs", "repeat"?: n}
// repeats the task for at least so much processor time
//   gives {"seconds", "count"}: processor time of one run, and what the task counts of its result (tokens as a rule)
// {"tokensOf": text}                                                gives {"tokens"},
// markers as special tokens

import { createInterface } from 'node:readline'
import { loadContender } from './contenders.mjs'

const tasks = await loadContender(process.argv[2])
const kept = {}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  Object.assign(kept, request.keep)
  console.log(JSON.stringify(answer(request)))
}

function answer(request) {
  if (request.tokensOf !== undefined) return { tokens: tasks.tokensOf(request.tokensOf) }
  return request.task === undefined ? {} : measure(request)
}

/**
 * `before` is not timed; `run` is, `repeat` times between two looks at the clock where a
 * single run is too short for it.
 */
function measure({ task, input, atLeastMs, repeat = 1 }) {
  const { before, run } = tasks[task](kept[input])
  let spent = 0
  let rounds = 0
  let count
  do {
    before?.()
    const started = process.cpuUsage()
    for (let index = 0; index < repeat; index++) count = run()
    const { user, system } = process.cpuUsage(started)
    spent += user + system
    rounds++
  } while (spent < 1000 * atLeastMs)
  return { seconds: spent / 1e6 / rounds / repeat, count }
}
