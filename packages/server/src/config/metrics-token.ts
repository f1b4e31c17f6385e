import type { Disk } from '../base/disk.ts'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './named-file.ts'

/** Source: RFC 6750, section 2.1, `b64token`; a short one could be guessed. */
const TOKEN = /^(?=.{16,4096}$)[\w.~+/-]+=*$/
const FORM = 'expected a token of 16 characters or more: letters, digits, -, ., _, ~, + and /'

/** `HOLDFAST_METRICS_TOKEN`; an empty variable counts as absent. Throws `ConfigError` for what is no token. */
export function metricsTokenOfEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const token = variables['HOLDFAST_METRICS_TOKEN'] || undefined
  if (token !== undefined) assertToken(token, 'The environment', 'HOLDFAST_METRICS_TOKEN')
  return token
}

/** The token in a file, whatever space is around it. Throws `ConfigError` where there is none. */
export async function readTokenFile(disk: Disk, path: string): Promise<string> {
  const token = (await readNamedFile(disk, 'metrics.tokenFile', path)).trim()
  assertToken(token, path, '')
  return token
}

function assertToken(token: string, source: string, path: string): void {
  if (!TOKEN.test(token)) throw new ConfigError(source, [{ path, message: FORM }])
}
