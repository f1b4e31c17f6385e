import type { AccessKey } from '../access/accounts.ts'
import type { LogLevel } from '../base/log.ts'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_FORM,
  SECRET_ACCESS_KEY,
  SECRET_ACCESS_KEY_FORM,
} from './access-key-form.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'

/** What the environment may say. No other file reads it. */
export interface Environment {
  /** `HOLDFAST_ACCESS_KEY` and `HOLDFAST_SECRET_KEY`: signs for the first account, in place of the keys it has. */
  readonly accessKey: AccessKey | undefined
  /** `HOLDFAST_LOG_LEVEL`; default `info`. */
  readonly logLevel: LogLevel
  /** `HOLDFAST_CONFIG`: the text of a config, in place of a file. */
  readonly configText?: string
  /** `HOLDFAST_BUCKETS`: names with commas between; each start sees to it that they are there. */
  readonly buckets?: readonly string[]
  /** `HOLDFAST_READY_SCRIPTS`: a folder of scripts that run when the server is ready. */
  readonly readyScripts?: string
  /** Variables that look as if they were for the server, and are not. */
  readonly unknown?: readonly string[]
}

const KNOWN = new Set([
  'HOLDFAST_ACCESS_KEY',
  'HOLDFAST_SECRET_KEY',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_CONFIG',
  'HOLDFAST_BUCKETS',
  'HOLDFAST_READY_SCRIPTS',
  'HOLDFAST_ROOT_KEYS',
  'HOLDFAST_VAULT_TOKEN',
  'HOLDFAST_VAULT_SECRET_ID',
  'HOLDFAST_METRICS_TOKEN',
  'HOLDFAST_METADATA_PASSWORD',
])

/** Kubernetes sets these in every container beside a service that is called holdfast. */
const OF_KUBERNETES = /^HOLDFAST_(SERVICE_|PORT($|_))/

type Variables = Readonly<Record<string, string | undefined>>

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

/** Throws `ConfigError` with every mistake. An empty variable counts as absent. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const problems: ConfigProblem[] = []
  const accessKey = readAccessKey(variables, problems)
  const logLevel = readLogLevel(variables, problems)
  if (problems.length > 0) throw new ConfigError('The environment', problems)
  const { HOLDFAST_CONFIG: configText, HOLDFAST_READY_SCRIPTS: readyScripts } = variables
  const buckets = (variables['HOLDFAST_BUCKETS'] ?? '').split(',').flatMap((name) => name.trim() || [])
  const unknown = Object.keys(variables).filter(isUnknown)
  return {
    accessKey,
    logLevel,
    ...(configText && { configText }),
    ...(buckets.length > 0 && { buckets }),
    ...(readyScripts && { readyScripts }),
    ...(unknown.length > 0 && { unknown }),
  }
}

function isUnknown(name: string): boolean {
  return name.startsWith('HOLDFAST_') && !KNOWN.has(name) && !OF_KUBERNETES.test(name)
}

function readAccessKey(variables: Variables, problems: ConfigProblem[]): AccessKey | undefined {
  const accessKeyId = variables['HOLDFAST_ACCESS_KEY'] ?? ''
  const secretAccessKey = variables['HOLDFAST_SECRET_KEY'] ?? ''
  if (accessKeyId === '' && secretAccessKey === '') return undefined
  check('HOLDFAST_ACCESS_KEY', accessKeyId, ACCESS_KEY_ID, ACCESS_KEY_ID_FORM, problems)
  check('HOLDFAST_SECRET_KEY', secretAccessKey, SECRET_ACCESS_KEY, SECRET_ACCESS_KEY_FORM, problems)
  return { accessKeyId, secretAccessKey }
}

function check(path: string, value: string, pattern: RegExp, form: string, problems: ConfigProblem[]): void {
  if (value === '') problems.push({ path, message: 'is missing; set both keys or neither' })
  else if (!pattern.test(value)) problems.push({ path, message: `expected ${form}` })
}

function readLogLevel(variables: Variables, problems: ConfigProblem[]): LogLevel {
  const name = variables['HOLDFAST_LOG_LEVEL'] ?? ''
  if (name === '') return 'info'
  const level = LOG_LEVELS.find((known) => known === name)
  if (level === undefined) {
    problems.push({ path: 'HOLDFAST_LOG_LEVEL', message: `expected one of ${LOG_LEVELS.join(', ')}` })
  }
  return level ?? 'info'
}
