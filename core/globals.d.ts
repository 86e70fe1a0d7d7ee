// Globals that all our JavaScript hosts have, but TypeScript's ES library does not declare.
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean, ignoreBOM?: boolean })
  decode(bytes: Uint8Array): string
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
// The part of WebAssembly that is used here.
declare namespace WebAssembly {
  class Module { constructor(bytes: ArrayBufferView<ArrayBuffer>) }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>)
    readonly exports: Readonly<Record<string, unknown>>
  }
  class Memory {
    constructor(descriptor: { initial: number, maximum: number, shared: boolean })
    readonly buffer: SharedArrayBuffer
    grow(pages: number): number
  }
  function validate(bytes: ArrayBufferView<ArrayBuffer>): boolean
}
declare const performance: {
  /** Milliseconds */
  now(): number
}
