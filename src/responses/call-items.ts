import { type ItemContext, type OpenItem, sealedContent } from './open-item.js'
import { createInputReader } from '../openai/index.js'

/** A call of the caller's: a function, or a tool whose input is free text. */
export interface UserCall {
  readonly type: 'function' | 'custom'
  readonly name: string
  readonly namespace?: string
}

/** Opens the item of a call that the caller runs. */
export function openUserCall(context: ItemContext, { type, ...named }: UserCall): OpenItem {
  return type === 'function' ? openFunctionCall(context, named) : openCustomCall(context, named)
}

type Named = Omit<UserCall, 'type'>

function openFunctionCall({ log, createId }: ItemContext, { name, namespace }: Named): OpenItem {
  const item = {
    type: 'function_call',
    id: createId('fc_'),
    call_id: createId('call_'),
    name,
    ...(namespace !== undefined && { namespace }),
  } as const
  const outputIndex = log.add({ ...item, arguments: '', status: 'in_progress' })
  const stream = createArgumentsStream((delta) => {
    log.delta('response.function_call_arguments.delta', outputIndex, delta)
  })
  return {
    delta: stream.delta,
    end({ content, incomplete, seal }) {
      const whole = stream.end(content, incomplete)
      log.emit({
        type: 'response.function_call_arguments.done',
        item_id: item.id,
        output_index: outputIndex,
        name,
        arguments: whole,
        sequence_number: log.number(),
      })
      log.finish(outputIndex, {
        ...item,
        arguments: whole,
        ...sealedContent(seal()),
        status: incomplete ? 'incomplete' : 'completed',
      })
      return undefined
    },
  }
}

function openCustomCall({ log, createId }: ItemContext, { name, namespace }: Named): OpenItem {
  const item = {
    type: 'custom_tool_call',
    id: createId('ctc_'),
    call_id: createId('call_'),
    name,
    ...(namespace !== undefined && { namespace }),
  } as const
  const outputIndex = log.add({ ...item, input: '', status: 'in_progress' })
  const reader = createInputReader()
  let input = ''
  const emit = (delta: string) => {
    if (delta === '') return
    input += delta
    log.delta('response.custom_tool_call_input.delta', outputIndex, delta)
  }
  return {
    delta(text) {
      emit(reader.push(text))
    },
    end({ content, incomplete, seal }) {
      emit(reader.end(content))
      log.emit({
        type: 'response.custom_tool_call_input.done',
        item_id: item.id,
        output_index: outputIndex,
        input,
        sequence_number: log.number(),
      })
      log.finish(outputIndex, {
        ...item,
        input,
        ...sealedContent(seal()),
        status: incomplete ? 'incomplete' : 'completed',
      })
      return undefined
    },
  }
}

/**
 * Streams a call's arguments as they are sampled. A call without any gets `{}`: white space in front waits until
 * something follows it.
 */
export function createArgumentsStream(emit: (delta: string) => void): {
  delta: (text: string) => void
  /** Returns the whole arguments. */
  end: (content: string, incomplete: boolean) => string
} {
  let held = ''
  let isBlank = true
  return {
    delta(text) {
      if (!isBlank) {
        emit(text)
        return
      }
      held += text
      if (held.trim() === '') return
      isBlank = false
      emit(held)
    },
    end(content, incomplete) {
      if (!isBlank) return content
      const whole = incomplete ? content : '{}'
      if (whole !== '') emit(whole)
      return whole
    },
  }
}
