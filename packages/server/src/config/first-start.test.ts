import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Disk, systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { seededRandom } from '../base/seeded-random.ts'
import { firstStart, randomAccessKey } from './first-start.ts'
import { loadConfig } from './load-config.ts'
import { parseConfig } from './parse-config.ts'

let folder = ''
let data = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-first-start-'))
  data = join(folder, 'deep', 'data')
})
afterEach(() => rm(folder, { recursive: true }))

const noKeys = { accessKey: undefined, logLevel: 'info' } as const

describe('firstStart', () => {
  it('makes one account and keeps its key in a file only its owner can read', async () => {
    const first = await firstStart(systemDisk, systemRandom, data)
    expect(first.created).toBe(true)
    expect(first.config.accounts).toHaveLength(1)
    expect(first.credentialsPath).toBe(join(data, 'credentials.json'))
    expect((await stat(first.credentialsPath)).mode & 0o777).toBe(0o600)
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    expect(await readdir(data)).toEqual(['credentials.json'])
  })

  it('gives the same account and key on the next start', async () => {
    const first = await firstStart(systemDisk, systemRandom, data)
    const second = await firstStart(systemDisk, systemRandom, data)
    expect(second).toEqual({ ...first, created: false })
  })

  it('writes a file that is a config itself', async () => {
    const first = await firstStart(systemDisk, systemRandom, data)
    expect(parseConfig(await readFile(first.credentialsPath, 'utf8'), 'credentials.json')).toEqual(
      first.config,
    )
  })

  it('lets starts at the same time agree on one key', async () => {
    const starts = await Promise.all(
      Array.from({ length: 20 }, () => firstStart(systemDisk, systemRandom, data)),
    )
    expect(starts.filter((start) => start.created)).toHaveLength(1)
    expect(
      new Set(starts.map((start) => start.config.accounts[0]?.accessKeys[0]?.secretAccessKey)).size,
    ).toBe(1)
    expect(await readdir(data)).toEqual(['credentials.json'])
  })

  it('leaves nothing behind when the disk fails before the key is durable', async () => {
    const full: Disk = {
      ...systemDisk,
      async create(path, mode) {
        const file = await systemDisk.create(path, mode)
        return Object.assign(file, { sync: () => Promise.reject(new Error('no space left')) })
      },
    }
    await expect(firstStart(full, systemRandom, data)).rejects.toThrow('no space left')
    expect(await readdir(data)).toEqual([])
  })

  it('says what is wrong with a damaged file', async () => {
    const { credentialsPath } = await firstStart(systemDisk, systemRandom, data)
    await writeFile(credentialsPath, '{"accounts": []}')
    await expect(firstStart(systemDisk, systemRandom, data)).rejects.toThrow('at least one account')
  })
})

describe('randomAccessKey', () => {
  it("has the form of AWS's, and differs each time", () => {
    const random = seededRandom('keys')
    const keys = Array.from({ length: 100 }, () => randomAccessKey(random))
    for (const key of keys) {
      expect(key.accessKeyId).toMatch(/^HF[A-Z2-7]{18}$/)
      expect(key.secretAccessKey).toMatch(/^[a-z2-7]{40}$/)
    }
    expect(new Set(keys.map((key) => key.accessKeyId)).size).toBe(100)
    expect(new Set(keys.map((key) => key.secretAccessKey)).size).toBe(100)
  })
})

describe('loadConfig', () => {
  const accessKey = { accessKeyId: 'FROM-OUTSIDE', secretAccessKey: 'secret-from-outside' }
  const fromOutside = { accessKey, logLevel: 'info' } as const

  async function writeConfig(config: unknown): Promise<string> {
    const path = join(folder, 'holdfast.json')
    await writeFile(path, JSON.stringify(config))
    return path
  }

  it('stores a key of its own where nothing is given', async () => {
    const sources = { configPath: undefined, dataDirectory: data, environment: noKeys }
    expect(await loadConfig(systemDisk, systemRandom, sources)).toMatchObject({ keysFrom: 'created' })
    expect(await loadConfig(systemDisk, systemRandom, sources)).toMatchObject({ keysFrom: 'stored' })
  })

  it('stores nothing when the environment has the key, and keeps the account', async () => {
    const sources = { configPath: undefined, dataDirectory: data, environment: fromOutside }
    const loaded = await loadConfig(systemDisk, systemRandom, sources)
    expect(loaded.keysFrom).toBe('environment')
    expect(loaded.config.accounts[0]?.accessKeys).toEqual([accessKey])
    expect(await readdir(folder)).toEqual([])
    const { config } = await firstStart(systemDisk, systemRandom, data)
    expect(config.accounts[0]?.canonicalId).toBe(loaded.config.accounts[0]?.canonicalId)
  })

  it("puts the environment's key in the place of the first account's", async () => {
    const second = {
      id: '100000000002',
      name: 'second',
      accessKeys: [{ ...accessKey, accessKeyId: 'SECOND' }],
    }
    const accounts = [{ id: '100000000001', name: 'first' }, second]
    const configPath = await writeConfig({ accounts })
    const sources = { configPath, dataDirectory: data, environment: fromOutside }
    const { config } = await loadConfig(systemDisk, systemRandom, sources)
    expect(config.accounts.map((account) => account.accessKeys[0]?.accessKeyId)).toEqual([
      'FROM-OUTSIDE',
      'SECOND',
    ])
  })

  it("refuses an environment key that is another account's", async () => {
    const accounts = [
      { id: '100000000001', name: 'first' },
      { id: '100000000002', name: 'second', accessKeys: [accessKey] },
    ]
    const configPath = await writeConfig({ accounts })
    const sources = { configPath, dataDirectory: data, environment: fromOutside }
    await expect(loadConfig(systemDisk, systemRandom, sources)).rejects.toThrow(
      'HOLDFAST_ACCESS_KEY: belongs to',
    )
  })

  it('says that a config file may not be read', async () => {
    const sources = { configPath: 'c.json', dataDirectory: data, environment: noKeys }
    const openForRead = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: 'EACCES' }))
    await expect(loadConfig({ ...systemDisk, openForRead }, systemRandom, sources)).rejects.toThrow(
      /^c\.json has a mistake:\s+this user may not read it; give it the right$/,
    )
  })

  it('names a config file that is not there', async () => {
    const sources = { configPath: join(folder, 'none.json'), dataDirectory: data, environment: noKeys }
    await expect(loadConfig(systemDisk, systemRandom, sources)).rejects.toThrow(/none\.json.*no such file/s)
  })
})
