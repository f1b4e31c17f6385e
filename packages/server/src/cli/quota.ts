import type { StoreTools } from '../compose/store-tools.ts'
import { byteText } from './progress-bar.ts'
import { say, type StoreOptions, withStore } from './with-store.ts'
import { table } from './text-table.ts'

export type QuotaAction = 'list' | 'set' | 'remove'

export interface QuotaOptions extends StoreOptions {
  readonly bucket?: string
  readonly account?: string
  readonly bytes?: string
  readonly objects?: string
}

/** `holdfast quota`: how much buckets and accounts may hold; servers that run heed a change from their next request on. */
export function quota(action: QuotaAction, options: QuotaOptions): Promise<void> {
  return withStore(options, action === 'list' ? 'look' : 'change', async (tools) => {
    if (action === 'list') {
      const all = await tools.quotas()
      if (options.json) return say(JSON.stringify(all, undefined, 2))
      const rows = all.map(({ scope, name, maximumBytes, maximumObjects, used }) => [
        scope,
        name,
        used ? byteText(used.bytes) : 'not counted yet',
        maximumBytes === undefined ? '-' : byteText(maximumBytes),
        used ? String(used.objects) : '',
        maximumObjects === undefined ? '-' : String(maximumObjects),
      ])
      return say(table(['of', 'name', 'bytes', 'at most', 'objects', 'at most'], rows))
    }
    const { bucket, account } = options
    if ((bucket === undefined) === (account === undefined))
      throw new Error('Say of what: --bucket NAME or --account ID.')
    const place = bucket === undefined ? { account: account ?? '' } : { bucket }
    await tools.setQuota(place, action === 'set' ? limitsIn(options) : {})
    say(action === 'set' ? 'Set.' : 'Removed.')
  })
}

function limitsIn({ bytes, objects }: QuotaOptions): Parameters<StoreTools['setQuota']>[1] {
  if (bytes === undefined && objects === undefined)
    throw new Error('Say how much: --bytes N, --objects N, or both.')
  return {
    maximumBytes: bytes === undefined ? undefined : bytesIn(bytes),
    maximumObjects: objects === undefined ? undefined : numberIn(objects, '--objects'),
  }
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
}

function bytesIn(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)\s*([a-zA-Z]*)$/.exec(text) ?? []
  const factor = UNITS[unit.toUpperCase()]
  if (number === '' || factor === undefined)
    throw new Error(
      `--bytes is a number of bytes, or of KiB, MiB, GiB, TiB, KB, MB, GB or TB, as 10GiB: ${text}`,
    )
  return numberIn(String(Number(number) * factor), '--bytes')
}

function numberIn(text: string, option: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number))
    throw new Error(`${option} is a whole number: ${text}`)
  return number
}
