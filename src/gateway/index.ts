export type { GatewayLimits } from './admission.js'
export type { GatewayOptions, LogEntry } from './context.js'
export { createGateway, type Gateway } from './gateway.js'
export type { HostedTools } from './hosted-tools.js'
export { type GatewayMetrics, prometheusMetrics } from './metrics.js'
export {
  itemIn,
  memoryStore,
  type MemoryStoreOptions,
  type ResponseStore,
  type StoredResponse,
} from './store.js'
