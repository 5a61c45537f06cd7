import { expect, test } from 'vitest'
import { runFaults } from './faults.js'

// `npm run fuzz:gateway` runs more of it.
test('whatever breaks, every answer ends and nothing is left', async () => {
  const { breaches, outcomes, leftEngineRequests, leftAnswers, leftSockets } = await runFaults(300, 1)
  expect(breaches).toEqual([])
  expect({ leftEngineRequests, leftAnswers, leftSockets }).toEqual({
    leftEngineRequests: 0,
    leftAnswers: 0,
    leftSockets: 0,
  })
  expect(outcomes['whole']).toBeGreaterThan(50)
})
