import type { QueryFormat } from '../api/select.ts'

const KINDS: Readonly<Record<string, QueryFormat['kind']>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'document',
  jsonl: 'lines',
  ndjson: 'lines',
  parquet: 'parquet',
}
const COMPRESSIONS: Readonly<Record<string, QueryFormat['compression']>> = { gz: 'GZIP', bz2: 'BZIP2' }

/** What an object's name says of its records; `undefined` where it is none that can be asked. */
export function queryFormatOf(key: string): QueryFormat | undefined {
  const endings = key.toLowerCase().split('.').slice(1)
  const compression = COMPRESSIONS[endings.at(-1) ?? '']
  const kind = KINDS[endings.at(compression ? -2 : -1) ?? '']
  if (kind === undefined || (kind === 'parquet' && compression)) return undefined
  return { kind, compression: compression ?? 'NONE', hasNames: true }
}
