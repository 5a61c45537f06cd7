// An agent loop of three tool calls and a second question, with a transcript and without. `node examples/agent-loop/main.js` runs it against the
// built package; docs/token-exact.md explains what it prints.

import { cacheTable, prefillReport } from './report.js'

console.log(`${prefillReport()}\n\nTokens that stay cached\n\n${cacheTable()}`)
