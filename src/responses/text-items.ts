import { CitationReader, type CitedText, type PageOfCursor } from '../openai/index.js'
import { type ItemContext, type OpenItem, sealedContent } from './open-item.js'
import type { MessageItem, TokenLogprob, UrlCitation } from './types.js'

/** Opens the item of a reasoning message. */
export function openReasoning({ log, createId }: ItemContext): OpenItem {
  const id = createId('rs_')
  const outputIndex = log.add({ type: 'reasoning', id, summary: [], content: [], status: 'in_progress' })
  const place = { item_id: id, output_index: outputIndex, content_index: 0 }
  log.emit({
    type: 'response.content_part.added',
    ...place,
    part: { type: 'reasoning_text', text: '' },
    sequence_number: log.number(),
  })
  return {
    delta(text) {
      log.emit({
        type: 'response.reasoning_text.delta',
        item_id: id,
        output_index: outputIndex,
        content_index: 0,
        delta: text,
        sequence_number: log.number(),
      })
    },
    end({ content, incomplete, seal }) {
      const part = { type: 'reasoning_text', text: content } as const
      log.emit({
        type: 'response.reasoning_text.done',
        ...place,
        text: content,
        sequence_number: log.number(),
      })
      log.emit({ type: 'response.content_part.done', ...place, part, sequence_number: log.number() })
      log.finish(outputIndex, {
        type: 'reasoning',
        id,
        summary: [],
        content: [part],
        ...sealedContent(seal()),
        status: incomplete ? 'incomplete' : 'completed',
      })
      return undefined
    },
  }
}

/**
 * Opens the item of a message to the user.
 *
 * @param pageOf finds the pages of citations, which then become annotations; without it, they are text alone
 */
export function openMessage(
  { log, createId }: ItemContext,
  phase: MessageItem['phase'],
  pageOf: PageOfCursor | undefined,
): OpenItem {
  const id = createId('msg_')
  const item = { type: 'message', id, role: 'assistant', phase } as const
  const outputIndex = log.add({ ...item, content: [], status: 'in_progress' })
  const place = { item_id: id, output_index: outputIndex, content_index: 0 }
  const annotations: UrlCitation[] = []
  const allLogprobs: TokenLogprob[] = []
  const citations = pageOf && new CitationReader(pageOf)
  /** Those of tokens whose text is held back. */
  let heldLogprobs: TokenLogprob[] = []

  const emitDelta = (delta: string, logprobs: TokenLogprob[]) => {
    log.emit({
      type: 'response.output_text.delta',
      item_id: id,
      output_index: outputIndex,
      content_index: 0,
      delta,
      logprobs,
      sequence_number: log.number(),
    })
  }
  const emitCited = (pieces: readonly CitedText[]) => {
    for (const { text, citation } of pieces) {
      emitDelta(text, heldLogprobs)
      heldLogprobs = []
      if (citation === undefined) continue
      const { start, end, url, title } = citation
      const annotation = { type: 'url_citation', start_index: start, end_index: end, url, title } as const
      log.emit({
        type: 'response.output_text.annotation.added',
        ...place,
        annotation_index: annotations.push(annotation) - 1,
        annotation,
        sequence_number: log.number(),
      })
    }
  }

  log.emit({
    type: 'response.content_part.added',
    ...place,
    part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
    sequence_number: log.number(),
  })
  return {
    delta(text, logprobs) {
      for (const logprob of logprobs) allLogprobs.push(logprob)
      if (citations === undefined) {
        emitDelta(text, logprobs)
      } else {
        for (const logprob of logprobs) heldLogprobs.push(logprob)
        emitCited(citations.push(text))
      }
    },
    end({ content, incomplete, seal }) {
      if (citations !== undefined) emitCited(citations.end())
      const part = { type: 'output_text', text: content, annotations, logprobs: allLogprobs } as const
      log.emit({
        type: 'response.output_text.done',
        ...place,
        text: content,
        logprobs: allLogprobs,
        sequence_number: log.number(),
      })
      log.emit({ type: 'response.content_part.done', ...place, part, sequence_number: log.number() })
      log.finish(outputIndex, {
        ...item,
        content: [part],
        ...sealedContent(seal()),
        status: incomplete ? 'incomplete' : 'completed',
      })
      return undefined
    },
  }
}
