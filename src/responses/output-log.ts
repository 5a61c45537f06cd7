import type { CallDeltaEventType, ProgressEventType, ResponseEvent, ResponseItem } from './types.js'

/** A response's output as it grows, and the events that say so. */
export class OutputLog {
  readonly #items: ResponseItem[] = []
  #events: ResponseEvent[] = []
  #sequenceNumber = 0

  /** The items so far: those that are done, and the others as they were added. */
  get items(): ResponseItem[] {
    return [...this.#items]
  }

  /** Returns the number of the next event. */
  number(): number {
    return this.#sequenceNumber++
  }

  emit(event: ResponseEvent): void {
    this.#events.push(event)
  }

  /** Returns the events since the last call. */
  take(): ResponseEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** Adds an item, and returns its index. */
  add(item: ResponseItem): number {
    const outputIndex = this.#items.push(item) - 1
    this.emit({
      type: 'response.output_item.added',
      output_index: outputIndex,
      item,
      sequence_number: this.number(),
    })
    return outputIndex
  }

  /** Adds to an item's arguments, input or code. */
  delta(type: CallDeltaEventType, outputIndex: number, delta: string): void {
    const itemId = this.#items[outputIndex].id
    this.emit({ type, item_id: itemId, output_index: outputIndex, delta, sequence_number: this.number() })
  }

  progress(type: ProgressEventType, outputIndex: number): void {
    const itemId = this.#items[outputIndex].id
    this.emit({ type, item_id: itemId, output_index: outputIndex, sequence_number: this.number() })
  }

  /** Puts an item in its final form in its place. */
  finish(outputIndex: number, item: ResponseItem): void {
    this.#items[outputIndex] = item
    this.emit({
      type: 'response.output_item.done',
      output_index: outputIndex,
      item,
      sequence_number: this.number(),
    })
  }
}
