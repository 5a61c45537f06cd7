import { fromResponsesRequest } from 'gpt-oss-harmony/responses'
import { expect, test } from 'vitest'
import { growthOfSteps } from '../steps.js'

/** Items of so many turns, of each kind that refers to another. */
const histories: Record<string, (index: number) => readonly object[]> = {
  'calls and outputs': (index) => [
    { type: 'function_call', call_id: `call_${index}`, name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: `call_${index}`, output: 'ok' },
  ],
  'approved calls': (index) => [
    { type: 'mcp_approval_request', id: `mcpr_${index}`, server_label: 's', name: 'f', arguments: '{}' },
    { type: 'mcp_approval_response', approval_request_id: `mcpr_${index}`, approve: true },
    {
      type: 'mcp_call',
      approval_request_id: `mcpr_${index}`,
      server_label: 's',
      name: 'f',
      arguments: '{}',
      output: 'ok',
    },
  ],
}

test.each(Object.entries(histories))('reads %s in steps per item alone', async (_, itemsAt) => {
  const read = (turns: number) => {
    const input = Array.from({ length: turns }, (_, index) => itemsAt(index)).flat()
    return () => fromResponsesRequest({ input })
  }
  expect(await growthOfSteps(read, 250, 2000)).toBeLessThan(8.1)
})
