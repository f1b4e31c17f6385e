import { hash } from 'node:crypto'
import { KEY_BYTES } from '../sealed-size.ts'

/** A key that seals other long-lived keys. */
export interface RootKey {
  /** 8 bytes that follow from the material, so that the same key from a file and from the environment is one. */
  readonly id: Buffer
  readonly material: Uint8Array
}

/** Where the `local` engine's root keys come from. */
export interface RootKeys {
  /** The one that new keys are sealed under. Read afresh: another process may have added one. */
  newest(): Promise<RootKey>
  find(id: Uint8Array): Promise<RootKey | undefined>
}

/** Reads a root key written as base64 of 32 bytes; `undefined` for anything else. */
export function parseRootKey(text: string): RootKey | undefined {
  const material = Buffer.from(text.trim(), 'base64')
  if (material.length !== KEY_BYTES || material.toString('base64') !== text.trim()) return undefined
  return rootKeyOf(material)
}

export function rootKeyOf(material: Uint8Array): RootKey {
  const digest = hash('sha256', Buffer.concat([Buffer.from('holdfast root key id v1\0'), material]), 'buffer')
  return { id: digest.subarray(0, 8), material }
}

/** Root keys that were given at the start, newest first. */
export function givenRootKeys(keys: readonly [RootKey, ...RootKey[]]): RootKeys {
  return {
    newest: () => Promise.resolve(keys[0]),
    find: (id) => Promise.resolve(keys.find((key) => key.id.equals(id))),
  }
}
