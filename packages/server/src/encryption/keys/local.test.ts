import { beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import { systemRandom } from '../../base/random.ts'
import { keyManagementSuite } from './key-management.suite.ts'
import { localKeyManagement } from './local.ts'
import { RootKeyFolder } from './root-key-folder.ts'
import { givenRootKeys, parseRootKey, rootKeyOf } from './root-keys.ts'

const directory = '/data/root-keys'
const clock = new MovableClock()
let disk: MemoryDisk
beforeEach(async () => {
  disk = new MemoryDisk(clock)
  await disk.makeDirectory('/data')
  await disk.syncDirectory('/')
})

function openFolder(): Promise<RootKeyFolder> {
  return RootKeyFolder.open({ disk, random: systemRandom, clock, directory })
}

describe('local keys', () => {
  keyManagementSuite(async () => {
    const folder = await openFolder()
    return { keys: localKeyManagement(folder, systemRandom), rotate: () => folder.add() }
  })

  it('leaves a key alone that is under the newest root key already', async () => {
    const keys = localKeyManagement(await openFolder(), systemRandom)
    const { sealed } = await keys.generateDataKey({})
    expect(await keys.resealDataKey(sealed, {})).toBeUndefined()
  })

  it('opens with a root key from elsewhere what the same one in a file sealed', async () => {
    const folder = await openFolder()
    const { plaintext, sealed } = await localKeyManagement(folder, systemRandom).generateDataKey({})
    const given = givenRootKeys([rootKeyOf(Buffer.alloc(32, 1)), await folder.newest()])
    const opened = await localKeyManagement(given, systemRandom).openDataKey(sealed, {})
    expect(Buffer.from(opened)).toEqual(Buffer.from(plaintext))
  })

  it('refuses what was sealed under a root key that is gone', async () => {
    const { sealed } = await localKeyManagement(await openFolder(), systemRandom).generateDataKey({})
    const other = localKeyManagement(givenRootKeys([rootKeyOf(Buffer.alloc(32, 1))]), systemRandom)
    await expect(other.openDataKey(sealed, {})).rejects.toMatchObject({ kind: 'refused' })
  })
})

describe('a folder of root keys', () => {
  it('is made at the first start, and the same ever after', async () => {
    const [one, two] = await Promise.all([openFolder(), openFolder()])
    const first = await one.newest()
    expect(await two.newest()).toEqual(first)
    disk.crash(systemRandom)
    expect(await (await openFolder()).newest()).toEqual(first)
  })

  it('keeps every key through additions by several processes', async () => {
    const [one, two] = await Promise.all([openFolder(), openFolder()])
    const first = await one.newest()
    await Promise.all([one.add(), two.add()])
    const second = await two.newest()
    expect(second.id).not.toEqual(first.id)
    expect(await one.newest()).toEqual(second)
    expect(await one.find(first.id)).toEqual(first)
  })

  it('removes replaced keys only when the newest is old enough', async () => {
    const folder = await openFolder()
    const first = await folder.newest()
    await folder.add()
    expect(await folder.removeReplaced(3_600_000)).toBe(0)
    expect(await folder.find(first.id)).toBeDefined()
    clock.advance(3_600_000)
    expect(await folder.removeReplaced(3_600_000)).toBe(1)
    expect(await folder.find(first.id)).toBeUndefined()
  })
})

describe('a root key as text', () => {
  it('is base64 of 32 bytes, with a line end or without', () => {
    const text = Buffer.alloc(32, 7).toString('base64')
    expect(parseRootKey(`${text}\n`)?.material).toEqual(Buffer.alloc(32, 7))
    for (const wrong of ['', 'x', text.slice(4), `${text}AAAA`, text.replace('=', '')]) {
      expect(parseRootKey(wrong)).toBeUndefined()
    }
  })
})
