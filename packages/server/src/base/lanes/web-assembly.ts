/** Of its memory. */
export const PAGE_BYTES = 64 * 1024

/** A memory that several threads see; passed to a thread it stays the same one. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer
}

interface WebAssembly {
  readonly Memory: {
    new (limits: { initial: number; maximum: number; shared: true }): SharedMemory
    new (limits: { initial: number; maximum: number }): { readonly buffer: ArrayBuffer }
  }
  readonly Module: new (binary: Uint8Array<ArrayBuffer>) => object
  validate(binary: Uint8Array<ArrayBuffer>): boolean
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** What is used of WebAssembly: Node has it, but types of it come only with those of browsers. */
export const { WebAssembly: webAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssembly }
