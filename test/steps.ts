import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'

/**
 * Counts the steps of a synchronous run: how often the blocks of this package's code are executed, as V8
 * counts them. Neither the clock nor other programs have a part in it. What a built-in function such as
 * `slice` does inside is not counted.
 */
export async function stepsOf(run: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  // Optimised code does not count the calls that it has inlined: up to half of the steps were missing.
  setFlagsFromString('--no-opt')
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    // Sets the counters to zero.
    await session.post('Profiler.takePreciseCoverage')
    run()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => SOURCES.test(url))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0)
  } finally {
    setFlagsFromString('--opt')
    session.disconnect()
  }
}

/**
 * Returns how many times as many steps a run takes for a large size as for a small one. What `prepare` does before it
 * returns the run is not counted.
 */
export async function growthOfSteps(
  prepare: (size: number) => () => unknown,
  small: number,
  large: number,
): Promise<number> {
  // What is loaded once counts for neither.
  prepare(10)()
  const few = await stepsOf(prepare(small))
  if (few < small)
    throw new Error(`growthOfSteps: found ${few} steps for size ${small}, wanted one each at least`)
  return (await stepsOf(prepare(large))) / few
}

const SOURCES = /\/src\/(?!.*\.generated\.)/
