import type { Usage } from '@openai/agents'
import type { ResponseUsage } from '../responses/index.js'

type Details = Record<string, number>

/** The usage of one request. It is the SDK's `Usage` in all but its class, which would make the SDK a dependency. */
export class ModelUsage implements Usage {
  requests = 1
  inputTokens: number
  outputTokens: number
  totalTokens: number
  inputTokensDetails: Details[]
  outputTokensDetails: Details[]
  requestUsageEntries: Usage['requestUsageEntries']

  constructor(usage: ResponseUsage) {
    this.inputTokens = usage.input_tokens
    this.outputTokens = usage.output_tokens
    this.totalTokens = usage.total_tokens
    this.inputTokensDetails = [{ ...usage.input_tokens_details }]
    this.outputTokensDetails = [{ ...usage.output_tokens_details }]
    this.requestUsageEntries = [
      {
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        totalTokens: usage.total_tokens,
        inputTokensDetails: { ...usage.input_tokens_details },
        outputTokensDetails: { ...usage.output_tokens_details },
      },
    ]
  }

  add(other: Usage): void {
    this.requests += other.requests
    this.inputTokens += other.inputTokens
    this.outputTokens += other.outputTokens
    this.totalTokens += other.totalTokens
    for (const details of other.inputTokensDetails) this.inputTokensDetails.push(details)
    for (const details of other.outputTokensDetails) this.outputTokensDetails.push(details)
    if (other.requestUsageEntries !== undefined)
      this.requestUsageEntries = [...(this.requestUsageEntries ?? []), ...other.requestUsageEntries]
  }
}
