import { expect, it } from 'vitest'
import type { KeyManagement } from '../key-management.ts'

/** A key service and a way to break it. */
export interface KeyManagementHarness {
  readonly keys: KeyManagement
  /** Makes a new root key, under which everything is to be sealed from now on. */
  readonly rotate: () => Promise<void>
}

/** A key service that can be made to go away and come back. */
export interface RemoteHarness extends KeyManagementHarness {
  readonly setReachable: (isReachable: boolean) => Promise<void>
}

const context = { purpose: 'a test', name: 'příklad' }

/** What every engine promises. */
export function keyManagementSuite(start: () => Promise<KeyManagementHarness>): void {
  it('opens what it sealed, in the same context only', async () => {
    const { keys } = await start()
    const { plaintext, sealed } = await keys.generateDataKey(context)
    expect(plaintext).toHaveLength(32)
    expect(Buffer.from(sealed).includes(plaintext)).toBe(false)
    const reordered = { name: 'příklad', purpose: 'a test' }
    expect(Buffer.from(await keys.openDataKey(sealed, reordered))).toEqual(Buffer.from(plaintext))
    const others = [{}, { purpose: 'a test' }, { ...context, name: 'other' }, { ...context, more: '' }]
    for (const other of others) {
      await expect(keys.openDataKey(sealed, other)).rejects.toMatchObject({
        name: 'KeyServiceFault',
        kind: 'refused',
      })
    }
  })

  it('makes another key every time', async () => {
    const { keys } = await start()
    const made = await Promise.all(Array.from({ length: 4 }, () => keys.generateDataKey(context)))
    expect(new Set(made.map(({ plaintext }) => Buffer.from(plaintext).toString('hex'))).size).toBe(4)
  })

  it('refuses a sealed key that was altered', async () => {
    const { keys } = await start()
    const { sealed } = await keys.generateDataKey(context)
    for (const index of [0, sealed.length >> 1, sealed.length - 1]) {
      const altered = Uint8Array.from(sealed)
      altered[index] = (altered[index] ?? 0) ^ 1
      await expect(keys.openDataKey(altered, context)).rejects.toMatchObject({ kind: 'refused' })
    }
    await expect(keys.openDataKey(new Uint8Array(), context)).rejects.toMatchObject({
      name: 'KeyServiceFault',
    })
  })

  it('opens old keys after a rotation of the root key, and seals them anew', async () => {
    const { keys, rotate } = await start()
    const { plaintext, sealed } = await keys.generateDataKey(context)
    await rotate()
    expect(Buffer.from(await keys.openDataKey(sealed, context))).toEqual(Buffer.from(plaintext))
    const resealed = await keys.resealDataKey(sealed, context)
    expect(resealed).toBeDefined()
    expect(Buffer.from(await keys.openDataKey(resealed ?? sealed, context))).toEqual(Buffer.from(plaintext))
  })
}

/** What engines promise whose service may be away. */
export function remoteKeyManagementSuite(start: () => Promise<RemoteHarness>): void {
  keyManagementSuite(start)

  it('says that it is unavailable while it is, and works again afterwards', async () => {
    const { keys, setReachable } = await start()
    const { plaintext, sealed } = await keys.generateDataKey(context)
    await setReachable(false)
    await expect(keys.generateDataKey(context)).rejects.toMatchObject({
      name: 'KeyServiceFault',
      kind: 'unavailable',
    })
    await expect(keys.openDataKey(sealed, context)).rejects.toMatchObject({ kind: 'unavailable' })
    await setReachable(true)
    expect(Buffer.from(await keys.openDataKey(sealed, context))).toEqual(Buffer.from(plaintext))
  })
}
