import { useEffect, useRef, useState } from 'preact/hooks'

/** How long a computation may take to be done with every key, in milliseconds. */
const QUICK = 30

/**
 * `compute(input)`: at once while it is quick, otherwise when `input` has been left alone for as long as it took, so
 * that typing into a long text does not wait for it.
 */
export function useSettled<Input, Output>(compute: (input: Input) => Output, input: Input): Output {
  const took = useRef(0)
  const timed = (value: Input) => {
    const start = performance.now()
    const output = compute(value)
    took.current = performance.now() - start
    return { input: value, output }
  }
  const [settled, setSettled] = useState(() => timed(input))
  useEffect(() => {
    if (settled.input === input) return
    if (took.current < QUICK) return setSettled(timed(input))
    const timer = setTimeout(() => setSettled(timed(input)), took.current)
    return () => clearTimeout(timer)
  }, [input])
  return settled.output
}
