import type { Random } from './random.js'

/**
 * Returns when each request arrives, in milliseconds from the start of the run: a Poisson process, or all at once if
 * the rate is infinite.
 *
 * As in `vllm bench serve`, the times are scaled so that the last request arrives after exactly `count / rate` seconds:
 * the load is then the same for every seed.
 *
 * @param rate requests per second
 */
export function arrivalTimes(count: number, rate: number, random: Random): number[] {
  if (rate === Infinity) return Array.from({ length: count }, () => 0)
  let time = 0
  const times = Array.from({ length: count }, () => (time -= Math.log(1 - random())))
  const scale = ((count / rate) * 1000) / time
  return times.map((unscaled) => unscaled * scale)
}
