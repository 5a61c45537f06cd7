export { createHarmony, type HarmonyProvider, type HarmonySettings } from './provider.js'
