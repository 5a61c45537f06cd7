import type { CreateId, PageOfCursor } from '../openai/index.js'
import type { MessageEndEvent, MessageStartEvent, ParserEvent } from '../parse/index.js'
import { type CallTarget, callTargetOf, type CallTargets } from './call-target.js'
import { openUserCall } from './call-items.js'
import { openApprovalRequest, openCodeInterpreter, openMcpCall, openWebSearch } from './hosted-items.js'
import type { CallResult, HeldCall, ItemContext, MessageEnd, OpenItem, WaitingCall } from './open-item.js'
import type { ApprovedCall } from './item-messages.js'
import type { OutputLog } from './output-log.js'
import { openMessage, openReasoning } from './text-items.js'
import type { TokenLogprob } from './types.js'

export interface WriterOptions {
  readonly log: OutputLog
  readonly createId: CreateId
  readonly callTargets: CallTargets
  /** Whether a turn may make several calls; otherwise those after the first are left out. */
  readonly parallelToolCalls: boolean
  readonly pageOf: PageOfCursor | undefined
  readonly containerId: string
  /** Returns the log probabilities of a range of the tokens, if the client wants them. */
  readonly logprobsOf: (start: number, end: number) => TokenLogprob[]
  /** Takes the tokens of a message that is over, for its item's seal. */
  readonly sealOf: (end: MessageEndEvent) => MessageEnd['seal']
}

/** Turns the parser's events into a response's items: one item a message, in the order in which they were sampled. */
export class ResponseWriter {
  readonly #options: WriterOptions
  readonly #context: ItemContext
  #open: OpenItem | undefined
  #callCount = 0
  /** The calls that wait for their results. */
  readonly #waiting = new Map<string, HeldCall & { readonly recipient: string }>()

  constructor(options: WriterOptions) {
    this.#options = options
    this.#context = { log: options.log, createId: options.createId }
  }

  write(event: ParserEvent): void {
    switch (event.type) {
      case 'message-start':
        this.#open = this.#openItem(event)
        break
      case 'content-delta':
        this.#open?.delta(event.delta, this.#options.logprobsOf(event.tokens.start, event.tokens.end))
        break
      case 'message-end': {
        const { message, incomplete } = event
        const seal = this.#options.sealOf(event)
        const held = this.#open?.end({ content: message.content, incomplete, seal })
        this.#open = undefined
        this.#hold(held, message.recipient)
        break
      }
      case 'deviation':
        break
      case 'turn-end':
        this.#callCount = 0
        break
    }
  }

  /** Adds the call that the user has approved; it waits for its result like a sampled one. */
  writeApprovedCall({ approvalRequestId, recipient, ...call }: ApprovedCall): void {
    const item = openMcpCall(this.#context, call, approvalRequestId)
    item.delta(call.arguments, [])
    this.#hold(item.end({ content: call.arguments, incomplete: false, seal: () => undefined }), recipient)
  }

  /** The calls that wait for their results, in order. */
  get waitingCalls(): WaitingCall[] {
    return Array.from(this.#waiting.values(), ({ id, recipient }) => ({ itemId: id, recipient }))
  }

  #hold(call: HeldCall | undefined, recipient = ''): void {
    if (call !== undefined) this.#waiting.set(call.id, { ...call, recipient })
  }

  /** Whether an item waits for its result. */
  finishCall(itemId: string, result: CallResult | undefined): boolean {
    const waiting = this.#waiting.get(itemId)
    this.#waiting.delete(itemId)
    waiting?.finish(result)
    return waiting !== undefined
  }

  #openItem({ header, kind }: MessageStartEvent): OpenItem | undefined {
    switch (kind) {
      case 'reasoning':
        return openReasoning(this.#context)
      case 'preamble':
        return openMessage(this.#context, 'commentary', this.#options.pageOf)
      case 'final':
        return openMessage(this.#context, 'final_answer', this.#options.pageOf)
      case 'tool-call': {
        this.#callCount++
        if (this.#callCount > 1 && !this.#options.parallelToolCalls) return undefined
        return this.#openCall(callTargetOf(header.recipient ?? '', this.#options.callTargets))
      }
      case 'other':
        // An unknown channel's text may be the answer. A tool's or a user's message is one that the model made up.
        return header.role === 'assistant'
          ? openMessage(this.#context, 'final_answer', this.#options.pageOf)
          : undefined
    }
  }

  #openCall(target: CallTarget): OpenItem {
    const { pageOf, containerId } = this.#options
    switch (target.type) {
      case 'function':
      case 'custom':
        return openUserCall(this.#context, target)
      case 'web-search':
        return openWebSearch(this.#context, target.method, pageOf)
      case 'code-interpreter':
        return openCodeInterpreter(this.#context, containerId)
      case 'mcp':
        return target.needsApproval
          ? openApprovalRequest(this.#context, target)
          : openMcpCall(this.#context, target)
    }
  }
}
