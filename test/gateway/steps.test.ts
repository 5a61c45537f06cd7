import { memoryStore, type StoredResponse } from 'gpt-oss-harmony/gateway'
import { expect, test } from 'vitest'
import { growthOfSteps } from '../steps.js'

test('finds each item of a kept conversation in steps per item alone', async () => {
  const findAll = (count: number) => {
    const ids = Array.from({ length: count }, (_, index) => `msg_${index}`)
    const store = memoryStore()
    const response = { id: 'resp_1', output: [] } as unknown as StoredResponse['response']
    void store.set('resp_1', { response, inputItems: ids.map((id) => ({ id })), events: [] })
    return () => expect(ids.map((id) => store.findItem(id))).toEqual(ids.map((id) => ({ id })))
  }
  expect(await growthOfSteps(findAll, 250, 2000)).toBeLessThan(8.1)
})
