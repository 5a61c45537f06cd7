export { createHarmony, type HarmonyProvider, type HarmonySettings } from './provider.js'
export { harmonyMiddleware, type MiddlewareOptions } from './middleware.js'
