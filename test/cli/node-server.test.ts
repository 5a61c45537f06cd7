import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { type NodeServer, serveFetch } from '../../src/cli/serve/node-server.js'

const PIECE = new Uint8Array(256 * 1024)

let server: NodeServer | undefined
afterEach(() => server?.close())

async function responseOf(body: ReadableStream<Uint8Array>): Promise<IncomingMessage> {
  server = await serveFetch(() => Promise.resolve(new Response(body)), '127.0.0.1', 0)
  const [response] = (await once(get(server.url, { agent: false }), 'response')) as [IncomingMessage]
  return response
}

test('a client that reads slowly gets everything, and piles nothing up', async () => {
  const warned = vi.fn()
  process.on('warning', warned)
  let left = 60
  const response = await responseOf(
    new ReadableStream({
      pull(controller) {
        controller.enqueue(PIECE)
        if (--left === 0) controller.close()
      },
    }),
  )
  let length = 0
  for await (const piece of response) {
    length += (piece as Uint8Array).length
    await new Promise(setImmediate)
  }
  await new Promise(setImmediate)
  process.off('warning', warned)
  expect(length).toBe(60 * PIECE.length)
  expect(warned).not.toHaveBeenCalled()
})

test('a body waits for a client that has stopped reading, and is cancelled when it is gone', async () => {
  let pulled = 0
  let onCancel!: (reason: unknown) => void
  const cancelled = new Promise((resolve) => (onCancel = resolve))
  const response = await responseOf(
    new ReadableStream({
      async pull(controller) {
        await new Promise(setImmediate)
        pulled++
        controller.enqueue(PIECE)
      },
      cancel: onCancel,
    }),
  )
  response.pause()
  await vi.waitFor(
    async () => {
      const before = pulled
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(pulled).toBe(before)
    },
    { timeout: 10_000 },
  )
  response.destroy()
  await expect(cancelled).resolves.toMatchObject({ message: 'the client is gone' })
})
