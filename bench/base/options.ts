import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Keys } from './presign.ts'

export interface Options {
  /** Names of workloads; none means all. */
  readonly workloads: readonly string[]
  readonly rounds: number
  /** Of each contender in each round, where a workload goes by time. */
  readonly seconds: number
  /** How many the large bucket holds. */
  readonly objects: number
  /** Where the servers keep their data; removed afterwards. */
  readonly directory: string
  readonly against: (Address & { readonly keys: Keys; readonly pid?: number }) | undefined
  readonly selfCheck: boolean
  readonly profile: string | undefined
  readonly json: string | undefined
  readonly write: boolean
  readonly help: boolean
}

interface Address {
  readonly hostname: string
  readonly port: number
}

export const USAGE = `npm run bench -- [workload …] [options]

  --rounds N        rounds of each contender, taken by turns (5)
  --seconds N       length of a round (4)
  --objects N       objects in the large bucket (1000000)
  --directory DIR   where the data goes, removed afterwards (the system's folder for temporary files)
  --against URL     compare with another S3 endpoint too
      --access-key KEY --secret-key KEY [--region NAME] [--pid N]
  --self-check      run the floor against itself: a fair harness prints ratios near 1
  --profile DIR     write a CPU profile of each server there
  --json FILE       write the figures as JSON
  --write           put the figures into docs/performance.md
`

/** Throws with a message for people where an option is unknown or wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      objects: { type: 'string', default: '1000000' },
      directory: { type: 'string', default: tmpdir() },
      against: { type: 'string' },
      'access-key': { type: 'string', default: '' },
      'secret-key': { type: 'string', default: '' },
      region: { type: 'string', default: 'us-east-1' },
      pid: { type: 'string' },
      'self-check': { type: 'boolean', default: false },
      profile: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const keys = {
    accessKeyId: values['access-key'],
    secretAccessKey: values['secret-key'],
    region: values.region,
  }
  return {
    workloads: positionals,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    objects: positive('objects', values.objects),
    directory: resolve(values.directory),
    against:
      values.against === undefined
        ? undefined
        : {
            ...addressOf(values.against),
            keys,
            ...(values.pid !== undefined && { pid: positive('pid', values.pid) }),
          },
    selfCheck: values['self-check'],
    profile: values.profile === undefined ? undefined : resolve(values.profile),
    json: values.json,
    write: values.write,
    help: values.help,
  }
}

/** The command to repeat a run, without the keys. */
export function commandLine(args: readonly string[]): string {
  const isKey = (option: string | undefined): boolean =>
    option === '--access-key' || option === '--secret-key'
  const shown = args.map((arg, index) =>
    isKey(args[index - 1]) ? '…' : arg.replace(/^(--(access|secret)-key)=.*/, '$1=…'),
  )
  return ['npm run bench --', ...shown].join(' ')
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} takes a whole number from 1 up, not ${text}`)
  return value
}

function addressOf(text: string): Address {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:') throw new Error(`--against takes http://HOST:PORT, not ${text}`)
  return { hostname: url.hostname, port: Number(url.port || '80') }
}
