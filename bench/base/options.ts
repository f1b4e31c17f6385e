import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ENGINES, type EngineName } from './engine-names.ts'
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
  /** Other S3 servers, that take turns with Holdfast. */
  readonly against: readonly Peer[]
  /** How many small objects a store that has lived took in, lost and took in again; undefined where there is none. */
  readonly livedIn: number | undefined
  /** Measured in place of one folder; undefined: none. */
  readonly engine: EngineName | undefined
  /** How many processes another Holdfast has; undefined where there is none. */
  readonly workers: number | undefined
  readonly selfCheck: boolean
  readonly profile: string | undefined
  readonly json: string | undefined
  readonly write: boolean
  readonly help: boolean
}

export interface Peer {
  readonly name: string
  readonly hostname: string
  readonly port: number
  readonly keys: Keys
  /** Of its process, whose CPU and memory are read. */
  readonly pid?: number
}

export const USAGE = `npm run bench -- [workload …] [options]

  --rounds N        rounds of each contender, taken by turns (5)
  --seconds N       length of a round (4)
  --objects N       objects in the large bucket (1000000)
  --directory DIR   where the data goes, removed afterwards (the system's folder for temporary files)
  --against NAME=http://ACCESSKEY:SECRETKEY@HOST:PORT[?pid=N&region=NAME]
                    another S3 server takes turns too; may be given several times
  --lived-in N      so does a Holdfast that took in N small objects, lost 90 % of them and took them in again, thrice
  --engine NAME     measure Holdfast on another engine, against that engine's own speed and against one folder: postgresql, or
                    shared-folder or ceph (the bytes alone are elsewhere); workloads put-4k, get-1k, head, list, get-64m, put-64m
  --workers N       so does a Holdfast of N processes
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
      against: { type: 'string', multiple: true, default: [] },
      'lived-in': { type: 'string' },
      workers: { type: 'string' },
      engine: { type: 'string' },
      'self-check': { type: 'boolean', default: false },
      profile: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    workloads: positionals,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    objects: positive('objects', values.objects),
    directory: resolve(values.directory),
    against: values.against.map(peerOf),
    livedIn: values['lived-in'] === undefined ? undefined : positive('lived-in', values['lived-in']),
    workers: values.workers === undefined ? undefined : positive('workers', values.workers),
    engine: values.engine === undefined ? undefined : engineOf(values.engine),
    selfCheck: values['self-check'],
    profile: values.profile === undefined ? undefined : resolve(values.profile),
    json: values.json,
    write: values.write,
    help: values.help,
  }
}

/** The command to repeat a run, without the keys. */
export function commandLine(args: readonly string[]): string {
  return ['npm run bench --', ...args.map((arg) => arg.replace(/\/\/.*@/, '//…@'))].join(' ')
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} takes a whole number from 1 up, not ${text}`)
  return value
}

function engineOf(name: string): EngineName {
  const engine = ENGINES.find((known) => known === name)
  if (engine === undefined) throw new Error(`--engine takes one of ${ENGINES.join(', ')}, not ${name}`)
  return engine
}

function peerOf(text: string): Peer {
  const [, name, address = ''] = /^([^=:/]+)=(.*)$/.exec(text) ?? []
  const url = URL.parse(address)
  if (name === undefined || url?.protocol !== 'http:')
    throw new Error('--against takes NAME=http://ACCESSKEY:SECRETKEY@HOST:PORT')
  const pid = url.searchParams.get('pid')
  return {
    name,
    hostname: url.hostname,
    port: Number(url.port || '80'),
    keys: {
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
      region: url.searchParams.get('region') ?? 'us-east-1',
    },
    ...(pid !== null && { pid: positive('pid', pid) }),
  }
}
