// In place of the script's own types, which would bring AssemblyScript's idea of `Array` into all of the project.

/** The source of `wasm.generated.ts`. */
export function compileWasm(): Promise<string>
